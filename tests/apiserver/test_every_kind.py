"""What holds for every kind that is served: it is made, applied, shown and read in every way."""

from typing import Any

import orjson
import pytest

from quorate.objects.kinds import Kind

from . import wire
from .conftest import APPLY, TABLE, Door
from .minimal import KINDS, MINIMAL, path_of

Obj = dict[str, Any]
PROTOBUF = "application/vnd.kubernetes.protobuf"


def name_of(kind: Kind) -> str:
    return f"{kind.kind}.{kind.api_version}"


each = pytest.mark.parametrize("kind", KINDS, ids=name_of)


def named(kind: Kind) -> str:
    return str(MINIMAL[kind]["metadata"]["name"])


def applied(door: Door, kind: Kind, body: Obj, manager: str, **query: str) -> tuple[int, Obj]:
    made = door.raw(
        "PATCH", path_of(kind, named(kind)), body, {"fieldManager": manager, **query}, {"content-type": APPLY}
    )
    answer: Obj = orjson.loads(made.body)
    return made.code, answer


@each
def test_it_is_made_and_read_back(door: Door, kind: Kind) -> None:
    made = door.post(path_of(kind), MINIMAL[kind])
    assert (made["apiVersion"], made["kind"]) == (kind.api_version, kind.kind)
    assert door.get(path_of(kind, named(kind))) == made
    listed = door.get(path_of(kind))
    assert listed["kind"] == f"{kind.kind}List"
    assert {**made} in [{"apiVersion": kind.api_version, "kind": kind.kind, **one} for one in listed["items"]]


@each
def test_to_replace_it_by_itself_changes_nothing(door: Door, kind: Kind) -> None:
    made = door.post(path_of(kind), MINIMAL[kind])
    code, again = door.ask("PUT", path_of(kind, named(kind)), made)
    assert (code, again) == (200, made)


@each
def test_applied_twice_it_changes_nothing(door: Door, kind: Kind) -> None:
    code, made = applied(door, kind, MINIMAL[kind], "one")
    assert code == 201, made
    code, again = applied(door, kind, MINIMAL[kind], "one")
    assert (code, again) == (200, made)
    (entry,) = [e for e in made["metadata"]["managedFields"] if e["manager"] == "one"]
    assert entry["operation"] == "Apply" and "f:l" in entry["fieldsV1"]["f:metadata"]["f:labels"]


@each
def test_what_a_create_made_is_applied_without_a_change_but_of_owners(door: Door, kind: Kind) -> None:
    made = door.post(path_of(kind), MINIMAL[kind])
    # By force, since lists that are owned whole differ until they have their defaults.
    code, again = applied(door, kind, MINIMAL[kind], "one", force="true")
    assert code == 200, again
    for one in (made, again):
        for field in ("managedFields", "resourceVersion"):
            del one["metadata"][field]
    assert again == made


@each
def test_another_manager_meets_a_conflict(door: Door, kind: Kind) -> None:
    applied(door, kind, MINIMAL[kind], "one")
    meta = {**MINIMAL[kind]["metadata"], "labels": {"l": "other"}}
    other = {"apiVersion": kind.api_version, "kind": kind.kind, "metadata": meta}
    code, told = applied(door, kind, other, "two")
    assert (code, told["reason"]) == (409, "Conflict")
    assert told["message"] == 'Apply failed with 1 conflict: conflict with "one": .metadata.labels.l'
    code, made = applied(door, kind, other, "two", force="true")
    assert (code, made["metadata"]["labels"]["l"]) == (200, "other")


@each
def test_it_has_columns(door: Door, kind: Kind) -> None:
    door.post(path_of(kind), MINIMAL[kind])
    shown = door.get(path_of(kind, named(kind)), accept=TABLE)
    (row,) = shown["rows"]
    assert len(row["cells"]) == len(shown["columnDefinitions"])
    assert row["object"]["kind"] == "PartialObjectMetadata" and row["object"]["metadata"]["name"] == named(kind)


@each
def test_a_field_that_is_not_its_own_is_refused_when_one_is_strict(door: Door, kind: Kind) -> None:
    wrong = {**MINIMAL[kind], "nothing": 1}
    code, told = door.ask("POST", path_of(kind), wrong, {"fieldValidation": "Strict"})
    assert code == 400 and told["message"].endswith('strict decoding error: unknown field "nothing"'), told
    code, made = door.ask("POST", path_of(kind), wrong)
    assert code == 201 and "nothing" not in made


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.type in wire.NUMBERS], ids=name_of)
def test_it_can_be_sent_as_go_clients_do(door: Door, kind: Kind) -> None:
    sent = wire.envelope(kind, MINIMAL[kind])
    made = door.raw(
        "POST", path_of(kind), sent, {"dryRun": "All"}, {"content-type": PROTOBUF, "accept": f"{PROTOBUF},*/*"}
    )
    assert made.code == 201, made.body
    told, expected = orjson.loads(made.body), door.post(path_of(kind), MINIMAL[kind])
    for one in (told, expected):
        for field in ("uid", "resourceVersion"):
            one["metadata"].pop(field, None)
    assert without(told, "clusterIP", "clusterIPs", "uid", "controller-uid") == without(
        expected, "clusterIP", "clusterIPs", "uid", "controller-uid"
    )
    for method, code in (("PUT", 200), ("DELETE", 200)):
        now = door.get(path_of(kind, named(kind)))
        body = wire.envelope(kind, now) if method == "PUT" else b""
        made = door.raw(method, path_of(kind, named(kind)), body, None, {"content-type": PROTOBUF})
        assert made.code == code, made.body
        assert method == "DELETE" or orjson.loads(made.body) == now


def without(value: Any, *names: str) -> Any:
    """The same value without these fields, wherever they stand."""
    if isinstance(value, dict):
        return {k: without(v, *names) for k, v in value.items() if not k.endswith(names)}
    return [without(v, *names) for v in value] if isinstance(value, list) else value


def test_no_kind_is_forgotten() -> None:
    assert set(MINIMAL) == set(KINDS)
