"""The rules of object metadata; rows are recorded."""

from typing import Any

import pytest

from quorate.apiserver.validation import meta, validate, validate_update
from quorate.apiserver.validation.errors import refusal
from quorate.objects.kinds import by_resource

SUBDOMAIN = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end "
    "with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
KEY = (
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
    "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)
VALUE = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end "
    "with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)
UNQUALIFIED = "name is neither a standard finalizer name nor is it fully qualified"
LONG = "a" * 254


def told(resource: str, **given: Any) -> list[str]:
    found = {"name": "a", "namespace": "d", **given}
    return [f"{error.field}: {error.message}" for error in meta.validate(resource, found)]


NAMES = [
    ("configmaps", "Upper_Case", SUBDOMAIN),
    ("configmaps", "-leading", SUBDOMAIN),
    ("configmaps", "a/b", SUBDOMAIN),
    ("configmaps", "50%", SUBDOMAIN),
    ("configmaps", "..", SUBDOMAIN),
    ("configmaps", LONG, "must be no more than 253 characters"),
    ("services", "dots.not.here", "must not contain dots"),
    ("namespaces", "a.b", "must not contain dots"),
    ("statefulsets.apps", "web.v1", "must not contain dots"),
    ("statefulsets.apps", "a" * 64, "must be no more than 63 characters"),
    ("cronjobs.batch", "a" * 53, "must be no more than 52 characters"),
    ("roles.rbac.authorization.k8s.io", "a/b", "may not contain '/'"),
    ("roles.rbac.authorization.k8s.io", "..", "may not be '..'"),
    ("events", "50%", "may not contain '%'"),
]


@pytest.mark.parametrize(("resource", "name", "why"), NAMES)
def test_names(resource: str, name: str, why: str) -> None:
    assert told(resource, name=name) == [f'metadata.name: Invalid value: "{name}": {why}']


@pytest.mark.parametrize(
    ("resource", "name"),
    [
        ("configmaps", "a.b-1"),
        ("services", "1st"),
        ("roles.rbac.authorization.k8s.io", "system:x"),
        ("widgets.x.io", "a"),
    ],
)
def test_names_that_are_fine(resource: str, name: str) -> None:
    assert told(resource, name=name) == []


def test_a_name_is_wanted() -> None:
    assert told("configmaps", name="") == ["metadata.name: Required value: name or generateName is required"]


def test_a_prefix_may_end_in_a_dash() -> None:
    assert told("configmaps", generateName="gen-") == []
    assert told("configmaps", generateName="Gen-") == [f'metadata.generateName: Invalid value: "Gen-": {SUBDOMAIN}']


OTHERS: list[tuple[dict[str, Any], list[str]]] = [
    ({"labels": {"bad key!": "x"}}, [f'metadata.labels: Invalid value: "bad key!": name part {KEY}']),
    (
        {"labels": {"a": "bad value!"}, "annotations": {"bad key": "x"}},
        [
            f'metadata.labels: Invalid value: "bad value!": {VALUE}',
            f'metadata.annotations: Invalid value: "bad key": name part {KEY}',
        ],
    ),
    (
        {"labels": {"a/b/c": "x"}},
        [
            f'metadata.labels: Invalid value: "a/b/c": a valid label key {KEY} with an optional DNS subdomain prefix and '
            "'/' (e.g. 'example.com/MyName')"
        ],
    ),
    ({"annotations": {"EXAMPLE.com/Key": "x"}}, []),
    ({"annotations": {"a": "x" * 262144}}, ["metadata.annotations: Too long: may not be more than 262144 bytes"]),
    ({"annotations": {"a": "é" * 131072}}, ["metadata.annotations: Too long: may not be more than 262144 bytes"]),
    (
        {"finalizers": ["nodomain", "bad finalizer", "example.com/x", "orphan"]},
        [
            f'metadata.finalizers: Invalid value: "bad finalizer": name part {KEY}',
            f'metadata.finalizers[0]: Invalid value: "nodomain": {UNQUALIFIED}',
            f'metadata.finalizers[1]: Invalid value: "bad finalizer": {UNQUALIFIED}',
        ],
    ),
    (
        {"ownerReferences": [{}]},
        [
            'metadata.ownerReferences.apiVersion: Invalid value: "": version must not be empty',
            'metadata.ownerReferences.kind: Invalid value: "": must not be empty',
            'metadata.ownerReferences.name: Invalid value: "": must not be empty',
            'metadata.ownerReferences.uid: Invalid value: "": must not be empty',
        ],
    ),
    (
        {"ownerReferences": [{"apiVersion": "a/b/c", "kind": "K", "name": "x", "uid": "u"}]},
        ['metadata.ownerReferences.apiVersion: Invalid value: "a/b/c": version must not be empty'],
    ),
    (
        {"ownerReferences": [{"uid": "u", "name": "x", "kind": "Event", "apiVersion": "v1"}]},
        [
            'metadata.ownerReferences: Invalid value: {"apiVersion":"v1","kind":"Event","name":"x","uid":"u"}: '
            "/v1, Kind=Event is disallowed from being an owner"
        ],
    ),
    (
        {
            "ownerReferences": [
                {"apiVersion": "v1", "kind": "ConfigMap", "name": n, "uid": u, "controller": True}
                for n, u in ("xu", "yv")
            ]
        },
        [
            'metadata.ownerReferences: Invalid value: [{"apiVersion":"v1","kind":"ConfigMap","name":"x","uid":"u",'
            '"controller":true},{"apiVersion":"v1","kind":"ConfigMap","name":"y","uid":"v","controller":true}]: Only one '
            'reference can have Controller set to true. Found "true" in references for ConfigMap/x and ConfigMap/y'
        ],
    ),
]


@pytest.mark.parametrize(("given", "expected"), OTHERS)
def test_the_rest_of_the_metadata(given: dict[str, Any], expected: list[str]) -> None:
    assert told("configmaps", **given) == expected


OLD = {"name": "a", "namespace": "d", "uid": "u", "resourceVersion": "1", "creationTimestamp": "2026-01-01T00:00:00Z"}


def update(resource: str, old: dict[str, Any], **given: Any) -> list[str]:
    new = {"metadata": {**old, **given}}
    return [f"{error.field}: {error.message}" for error in validate_update(resource, new, {"metadata": old})]


DELETED = {**OLD, "deletionTimestamp": "2026-01-02T00:00:00Z", "finalizers": ["example.com/one"]}
ADDED = "no new finalizers can be added if the object is being deleted, found new finalizers "
CHANGES: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    (OLD, {"uid": "v"}, 'metadata.uid: Invalid value: "v": field is immutable'),
    (OLD, {"name": "b"}, 'metadata.name: Invalid value: "b": field is immutable'),
    (
        OLD, {"deletionTimestamp": "2001-02-03T04:05:06Z"},
        'metadata.deletionTimestamp: Invalid value: "2001-02-03T04:05:06Z": field is immutable',
    ),
    (
        DELETED, {"finalizers": ["example.com/one", "example.com/two", "example.com/four"]},
        f'metadata.finalizers: Forbidden: {ADDED}[]string{{"example.com/four", "example.com/two"}}',
    ),
]  # fmt: skip


@pytest.mark.parametrize(("old", "given", "expected"), CHANGES)
def test_a_change_is_refused_as_often_as_kubernetes_asks(
    old: dict[str, Any], given: dict[str, Any], expected: str
) -> None:
    assert update("configmaps", old, **given) == [expected] * 2
    assert update("poddisruptionbudgets.policy", old, **given) == [expected]


def test_a_wrong_label_is_found_a_third_time_where_everything_is_asked_again() -> None:
    assert len(update("configmaps", OLD, labels={"a": "b c"})) == 3
    assert len(update("leases.coordination.k8s.io", OLD, labels={"a": "b c"})) == 2


def test_finalizers_go_and_come() -> None:
    assert update("configmaps", DELETED, finalizers=[]) == []
    assert update("configmaps", OLD, finalizers=["example.com/one", "example.com/one"]) == []


def test_some_kinds_are_not_overwritten_blindly() -> None:
    unversioned = {**OLD, "resourceVersion": ""}
    expected = ["metadata.resourceVersion: Invalid value: 0: must be specified for an update"]
    new, old = {"metadata": unversioned, "spec": {}}, {"metadata": OLD, "spec": {}}
    assert [f"{e.field}: {e.message}" for e in validate_update("leases.coordination.k8s.io", new, old)] == expected
    assert update("configmaps", OLD, resourceVersion="") == []


def test_what_is_found_twice_is_said_once_and_caused_twice() -> None:
    kind = by_resource("configmaps")
    assert kind is not None
    new, old = {"metadata": {**OLD, "uid": "v"}}, {"metadata": OLD}
    status = refusal(kind, "a", validate_update("configmaps", new, old)).status()
    assert status["message"] == 'ConfigMap "a" is invalid: metadata.uid: Invalid value: "v": field is immutable'
    assert len(status["details"]["causes"]) == 2


def test_a_kind_without_rules_of_its_own_keeps_to_those_of_metadata() -> None:
    assert [e.field for e in validate("widgets.example.com", {"metadata": {"name": "A"}})] == ["metadata.name"]


def test_of_some_kinds_only_a_sound_object_has_its_metadata_looked_at() -> None:
    budget = {"metadata": {"name": "a/b"}, "spec": {"minAvailable": -1}}
    assert [e.field for e in validate("poddisruptionbudgets.policy", budget)] == ["spec.minAvailable"]
    assert [e.field for e in validate("poddisruptionbudgets.policy", {**budget, "spec": {}})] == ["metadata.name"]
