from typing import Any

import orjson
import pytest

from quorate.contract.failures import Refused

from .conftest import CONFIG_MAPS, TABLE, Door, config_map

INITIAL = {
    "watch": "1",
    "sendInitialEvents": "true",
    "resourceVersionMatch": "NotOlderThan",
    "allowWatchBookmarks": "true",
}


class Stream:
    """What a watcher gets, as (type, name) or as objects."""

    def __init__(self, door: Door, query: dict[str, str], path: str = CONFIG_MAPS) -> None:
        self.raw: list[bytes] = []
        self.watching = door.stream(path, query, self.raw.append)

    def events(self) -> list[Any]:
        return [orjson.loads(line) for raw in self.raw for line in raw.splitlines()]

    def seen(self) -> list[tuple[str, str]]:
        return [(e["type"], e["object"]["metadata"].get("name", "")) for e in self.events()]


def test_without_a_version_it_starts_with_what_there_is(door: Door) -> None:
    door.post(CONFIG_MAPS, config_map("a"))
    for version in ("", "0"):
        stream = Stream(door, {"watch": "1", "resourceVersion": version, "fieldSelector": "metadata.name=a"})
        assert stream.seen() == [("ADDED", "a")]
        assert stream.events()[0]["object"]["kind"] == "ConfigMap"


def test_from_a_version_on_it_sends_what_came_after(door: Door) -> None:
    made = door.post(CONFIG_MAPS, config_map("a"))
    door.patch(f"{CONFIG_MAPS}/a", {"data": {"k": "v"}})
    stream = Stream(door, {"watch": "1", "resourceVersion": made["metadata"]["resourceVersion"]})
    door.ask("DELETE", f"{CONFIG_MAPS}/a")
    assert stream.seen() == [("MODIFIED", "a"), ("DELETED", "a")]
    versions = [int(e["object"]["metadata"]["resourceVersion"]) for e in stream.events()]
    assert versions == sorted(versions)
    stream.watching.close()
    door.post(CONFIG_MAPS, config_map("b"))
    assert len(stream.events()) == 2


def test_a_version_still_to_come_is_waited_for(door: Door) -> None:
    stream = Stream(door, {"watch": "1", "resourceVersion": str(door.server.store.revision + 1)})
    door.post(CONFIG_MAPS, config_map("a"))
    door.post(CONFIG_MAPS, config_map("b"))
    assert stream.seen() == [("ADDED", "b")]


def test_a_forgotten_version_ends_the_stream_with_410(door: Door) -> None:
    for i in range(1002):
        door.patch("/api/v1/namespaces/default", {"metadata": {"labels": {"l": str(i)}}})
    stream = Stream(door, {"watch": "1", "resourceVersion": "1"})
    event = stream.events()[0]
    assert (event["type"], event["object"]["code"], event["object"]["reason"]) == ("ERROR", 410, "Expired")
    assert event["object"]["message"].startswith("too old resource version: 1 (")
    assert not stream.watching.following


def test_what_starts_to_match_is_new_and_what_stops_is_gone(door: Door) -> None:
    door.post(CONFIG_MAPS, {**config_map("a"), "metadata": {"name": "a", "labels": {"l": "1"}}})
    stream = Stream(door, {"watch": "1", "labelSelector": "l=1"})
    door.post(CONFIG_MAPS, config_map("b"))
    door.patch(f"{CONFIG_MAPS}/b", {"metadata": {"labels": {"l": "1"}}})
    changed = door.patch(f"{CONFIG_MAPS}/a", {"metadata": {"labels": {"l": "2"}}})
    assert stream.seen() == [("ADDED", "a"), ("ADDED", "b"), ("DELETED", "a")]
    last = stream.events()[-1]["object"]["metadata"]
    # It leaves as the watcher knew it, at the version at which it left.
    assert (last["labels"], last["resourceVersion"]) == ({"l": "1"}, changed["metadata"]["resourceVersion"])


def test_initial_events_end_with_a_marked_bookmark(door: Door) -> None:
    door.post(CONFIG_MAPS, config_map("a"))
    stream = Stream(door, INITIAL)
    assert [t for t, _ in stream.seen()] == ["ADDED", "BOOKMARK"]
    bookmark = stream.events()[-1]["object"]
    assert bookmark["metadata"]["annotations"] == {"k8s.io/initial-events-end": "true"}
    assert bookmark["metadata"]["resourceVersion"] == str(door.server.store.revision)
    assert (bookmark["kind"], bookmark["apiVersion"]) == ("ConfigMap", "v1")
    stream.watching.bookmark()
    assert "annotations" not in stream.events()[-1]["object"]["metadata"]


def test_without_initial_events_it_starts_now(door: Door) -> None:
    door.post(CONFIG_MAPS, config_map("a"))
    stream = Stream(door, {**INITIAL, "sendInitialEvents": "false"})
    assert stream.events() == []


def test_initial_events_are_not_of_the_future(door: Door) -> None:
    with pytest.raises(Refused) as refused:
        Stream(door, {**INITIAL, "resourceVersion": "999999"})
    assert refused.value.code == 504


def test_the_old_path_of_one_object(door: Door) -> None:
    for name in "ab":
        door.post(CONFIG_MAPS, config_map(name))
    path = "/api/v1/watch/namespaces/default/configmaps/a"
    assert Stream(door, {"resourceVersion": "0"}, path).seen() == [("ADDED", "a")]
    query = {"fieldSelector": "metadata.name=b"}
    assert door.refused("GET", path, query=query)[2] == "fieldSelector metadata.name doesn't match requested name"


def test_a_bad_version_is_refused_before_the_stream(door: Door) -> None:
    with pytest.raises(Refused) as refused:
        Stream(door, {"watch": "1", "resourceVersion": "abc"})
    assert (refused.value.code, refused.value.reason) == (500, "")


def test_yaml_does_not_stream(door: Door) -> None:
    made = door.raw("GET", CONFIG_MAPS, query={"watch": "1"}, headers={"accept": "application/yaml"})
    assert made.code == 406
    assert b"application/json;stream=watch" in made.body


def shaped(door: Door, accept: str) -> list[Any]:
    from quorate.apiserver.http import HttpRequest

    lines: list[bytes] = []
    request: Any = door.front.handle(HttpRequest("GET", CONFIG_MAPS, {"watch": "1"}, {"accept": accept}))
    watching = request.open(door.server.store, lines.append)
    door.patch(f"{CONFIG_MAPS}/a", {"data": {"k": "v"}})
    watching.bookmark()
    return [orjson.loads(line) for line in lines]


def test_tables_carry_their_columns_once(door: Door) -> None:
    door.post(CONFIG_MAPS, config_map("a"))
    first, second, bookmark = (event["object"] for event in shaped(door, TABLE))
    assert first["columnDefinitions"][0]["name"] == "Name" and second["columnDefinitions"] is None
    assert [row["cells"][0] for row in second["rows"]] == ["a"]
    assert bookmark["rows"][0]["object"]["metadata"]["resourceVersion"]


def test_metadata_alone_can_be_watched_bookmarks_too(door: Door) -> None:
    door.post(CONFIG_MAPS, config_map("a", k="old"))
    events = shaped(door, "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io")
    assert [e["type"] for e in events] == ["ADDED", "MODIFIED", "BOOKMARK"]
    assert {e["object"]["kind"] for e in events} == {"PartialObjectMetadata"}
    assert not any("data" in e["object"] for e in events)
