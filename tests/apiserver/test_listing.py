from typing import Any

import pytest

from .conftest import CONFIG_MAPS, Door, config_map

PODS = "/api/v1/namespaces/default/pods"


@pytest.fixture
def five(door: Door) -> Door:
    for name in "abcde":
        door.post(CONFIG_MAPS, {**config_map(name), "metadata": {"name": name, "labels": {"n": name}}})
    return door


def names(listed: Any) -> list[str]:
    return [item["metadata"]["name"] for item in listed["items"]]


def test_items_of_built_in_kinds_do_not_say_what_they_are(five: Door) -> None:
    listed = five.get(CONFIG_MAPS)
    assert (listed["kind"], listed["apiVersion"]) == ("ConfigMapList", "v1")
    assert not {"kind", "apiVersion"} & listed["items"][0].keys()


def test_every_page_is_of_the_moment_of_the_first(five: Door) -> None:
    first = five.get(CONFIG_MAPS, {"limit": "2"})
    assert (names(first), first["metadata"]["remainingItemCount"]) == (["a", "b"], 3)
    five.ask("DELETE", f"{CONFIG_MAPS}/c")
    five.post(CONFIG_MAPS, config_map("c2"))
    token = first["metadata"]["continue"]
    second = five.get(CONFIG_MAPS, {"limit": "2", "continue": token})
    assert (names(second), second["metadata"]["remainingItemCount"]) == (["c", "d"], 1)
    last = five.get(CONFIG_MAPS, {"limit": "2", "continue": second["metadata"]["continue"]})
    assert names(last) == ["e"]
    assert not {"continue", "remainingItemCount"} & last["metadata"].keys()
    assert names(five.get(CONFIG_MAPS, {"continue": token})) == ["c", "d", "e"]
    # Version 0 means any time: such a list is not cut.
    assert names(five.get(CONFIG_MAPS, {"limit": "2", "continue": token, "resourceVersion": "0"})) == ["c", "d", "e"]
    version = first["metadata"]["resourceVersion"]
    code, _, message = five.refused("GET", CONFIG_MAPS, query={"continue": token, "resourceVersion": version})
    assert (code, message) == (400, "specifying resource version is not allowed when using continue")
    exact = {"resourceVersion": version, "resourceVersionMatch": "Exact"}
    assert names(five.get(CONFIG_MAPS, exact)) == ["a", "b", "c", "d", "e"]
    assert names(five.get(CONFIG_MAPS, {"resourceVersion": version})) == ["a", "b", "c2", "d", "e"]
    assert names(five.get(CONFIG_MAPS, {"resourceVersion": version, "limit": "10"})) == ["a", "b", "c", "d", "e"]


def test_with_selectors_nobody_counts_what_remains(five: Door) -> None:
    listed = five.get(CONFIG_MAPS, {"limit": "1", "labelSelector": "n in (a,b)"})
    assert names(listed) == ["a"]
    assert "continue" in listed["metadata"] and "remainingItemCount" not in listed["metadata"]


def test_a_page_over_all_namespaces_goes_on_in_the_next(door: Door) -> None:
    door.post("/api/v1/namespaces", {"metadata": {"name": "other"}})
    door.post(CONFIG_MAPS, config_map("z"))
    door.post("/api/v1/namespaces/other/configmaps", config_map("a"))
    first = door.get("/api/v1/configmaps", {"limit": "1"})
    assert names(first) == ["z"]
    assert names(door.get("/api/v1/configmaps", {"continue": first["metadata"]["continue"]})) == ["a"]


def test_a_page_of_a_forgotten_moment_may_go_on_inconsistently(five: Door) -> None:
    first = five.get(CONFIG_MAPS, {"limit": "2"})
    for i in range(1001):
        five.patch(f"{CONFIG_MAPS}/e", {"data": {"k": str(i)}})
    code, status = five.ask("GET", CONFIG_MAPS, query={"continue": first["metadata"]["continue"]})
    assert (code, status["reason"]) == (410, "Expired")
    assert names(five.get(CONFIG_MAPS, {"continue": status["metadata"]["continue"]})) == ["c", "d", "e"]
    past = {"resourceVersion": first["metadata"]["resourceVersion"], "resourceVersionMatch": "Exact"}
    assert five.refused("GET", CONFIG_MAPS, query=past) == (
        410, "Expired", "The resourceVersion for the provided list is too old.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("query", "code", "message"),
    [
        ({"resourceVersion": "abc"}, 400, 'invalid resource version: resourceVersion: Invalid value: "abc": strconv.ParseUint: '
         'parsing "abc": invalid syntax'),
        ({"resourceVersion": "0", "resourceVersionMatch": "Exact"}, 422, 'resourceVersionMatch "exact" is forbidden for '
         'resourceVersion "0"'),
        ({"resourceVersionMatch": "NotOlderThan"}, 422, "resourceVersionMatch is forbidden unless resourceVersion is provided"),
        ({"resourceVersion": "1", "resourceVersionMatch": "Newest"}, 422, 'Unsupported value: "Newest": supported values: '
         '"Exact", "NotOlderThan", ""'),
        ({"sendInitialEvents": "true"}, 422, "sendInitialEvents is forbidden for list"),
        ({"watch": "1", "resourceVersionMatch": "NotOlderThan"}, 422, "forbidden for watch unless sendInitialEvents is provided"),
        ({"watch": "1", "sendInitialEvents": "true"}, 422, "sendInitialEvents requires setting resourceVersionMatch to Not"),
        ({"resourceVersion": "999999"}, 504, "Timeout: Too large resource version: 999999, current: "),
        ({"continue": "a%"}, 400, "invalid continue token: continue key is not valid: illegal base64 data at input byte 1"),
        ({"continue": "e30"}, 400, "invalid continue token: continue key is not valid"),
        ({"labelSelector": "a in b"}, 400, "unable to parse requirement: found 'b' expected: '('"),
        ({"fieldSelector": "metadata.name"}, 400, "invalid selector: 'metadata.name'; can't understand 'metadata.name'"),
        ({"fieldSelector": "data.a=b"}, 400, '"data.a" is not a known field selector: only "metadata.name", "metadata.namespace"'),
        ({"limit": "x"}, 400, 'strconv.ParseInt: parsing "x": invalid syntax'),
    ],
)  # fmt: skip
def test_what_cannot_be_listed_is_refused(five: Door, query: dict[str, str], code: int, message: str) -> None:
    found, _, told = five.refused("GET", CONFIG_MAPS, query=query)
    assert found == code
    assert message in told


@pytest.mark.parametrize(
    ("path", "selector", "message"),
    [
        (PODS, "spec.nodeSelector=x", "field label not supported: spec.nodeSelector"),
        ("/api/v1/nodes", "metadata.namespace=x", "field label not supported: metadata.namespace"),
        ("/api/v1/namespaces/default/secrets", "data=x", "field label not supported: data"),
        ("/apis/batch/v1/namespaces/default/jobs", "x=y", 'field label "x" not supported for Job'),
        ("/apis/events.k8s.io/v1/namespaces/default/events", "involvedObject.name=x",
         "field label not supported: involvedObject.name"),
    ],
)  # fmt: skip
def test_each_kind_words_an_unknown_field_in_its_way(door: Door, path: str, selector: str, message: str) -> None:
    assert door.refused("GET", path, query={"fieldSelector": selector})[2] == message


def test_fields_select(door: Door) -> None:
    spec = {"schedulerName": "x", "containers": [{"name": "c", "image": "i"}]}
    for name, more in (("a", {}), ("b", {"restartPolicy": "Never"}), ("c", {"nodeName": "n"})):
        door.post(PODS, {"metadata": {"name": name}, "spec": {**spec, **more}})

    def found(selector: str) -> list[str]:
        return names(door.get(PODS, {"fieldSelector": selector}))

    assert found("metadata.name=a") == ["a"]
    assert found("metadata.name!=a") == ["b", "c"]
    assert found("spec.nodeName=") == ["a", "b"]
    assert found("spec.host=n") == ["c"]
    assert found("spec.restartPolicy=Never,status.phase=Pending") == ["b"]
    assert found("spec.hostNetwork=false") == ["a", "b", "c"]
    assert found("metadata.namespace=other") == []
