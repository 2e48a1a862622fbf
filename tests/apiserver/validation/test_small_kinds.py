"""What is refused of the kinds with few rules; rows marked R are from recordings."""

from base64 import b64encode
from typing import Any

import pytest
import yaml

from quorate.apiserver.defaults import default
from quorate.apiserver.validation import validate, validate_as, validate_status_update, validate_update

BUDGET, LEASE, REVISION = "poddisruptionbudgets.policy", "leases.coordination.k8s.io", "controllerrevisions.apps"
VALUE = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end "
    "with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)
KEY = (
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or "
    "'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
)


def told(resource: str, text: str) -> list[str]:
    body = yaml.safe_load(text)
    meta = {"name": "a", "namespace": "d", **body.pop("metadata", {})}
    return [f"{e.field}: {e.message}" for e in validate(resource, default(resource, {"metadata": meta, **body}))]


REFUSED: list[tuple[str, str, list[str]]] = [
    # R
    (BUDGET, "{spec: {minAvailable: -1, selector: {matchLabels: {a: b c}}}}", [
        "spec.minAvailable: Invalid value: -1: must be greater than or equal to 0",
        f'spec.selector.matchLabels: Invalid value: "b c": {VALUE}',
    ]),
    # policy/validation
    (BUDGET, "{spec: {minAvailable: 1, maxUnavailable: 101%, unhealthyPodEvictionPolicy: Never}}", [
        'spec: Invalid value: {"MinAvailable":1,"Selector":null,"MaxUnavailable":"101%",'
        '"UnhealthyPodEvictionPolicy":"Never"}: minAvailable and maxUnavailable cannot be both set',
        'spec.maxUnavailable: Invalid value: "101%": must not be greater than 100%',
        'spec.unhealthyPodEvictionPolicy: Unsupported value: "Never": supported values: "AlwaysAllow", "IfHealthyBudget"',
    ]),
    (LEASE, "{spec: {leaseDurationSeconds: 0, leaseTransitions: -1}}", [
        "spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0",
        "spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0",
    ]),
    (REVISION, "{revision: -1}", [
        "data: Required value: data is mandatory", "revision: Invalid value: -1: must be greater than or equal to 0",
    ]),
    ("configmaps", "{data: {'a b': x, k: y}, binaryData: {k: eQ==, ..: eQ==}}", [
        f'data[a b]: Invalid value: "a b": {KEY}',
        'data[k]: Invalid value: "k": duplicate of key present in binaryData',
        "binaryData[..]: Invalid value: \"..\": must not be '..'",
    ]),
    ("configmaps", f"{{data: {{k: {'x' * (1024 * 1024 + 1)}}}}}", [": Too long: may not be more than 1048576 bytes"]),
    ("secrets", "{type: kubernetes.io/tls}", ["data[tls.crt]: Required value", "data[tls.key]: Required value"]),
    ("secrets", "{type: kubernetes.io/basic-auth}", ["data[username]: Required value", "data[password]: Required value"]),
    ("secrets", "{type: kubernetes.io/ssh-auth}", ["data[ssh-privatekey]: Required value"]),
    ("secrets", "{type: kubernetes.io/dockercfg}", ["data[.dockercfg]: Required value"]),
    ("secrets", f"{{type: kubernetes.io/dockerconfigjson, data: {{.dockerconfigjson: {b64encode(b'a').decode()}}}}}", [
        "data[.dockerconfigjson]: Invalid value: \"<secret contents redacted>\": invalid character 'a' looking for beginning "
        "of value",
    ]),
    ("secrets", f"{{type: kubernetes.io/dockerconfigjson, data: {{.dockerconfigjson: {b64encode(b'[]').decode()}}}}}", [
        'data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": json: cannot unmarshal array into Go value of '
        "type map[string]interface {}",
    ]),
    ("secrets", "{type: kubernetes.io/service-account-token}", [
        "metadata.annotations[kubernetes.io/service-account.name]: Required value",
    ]),
    ("events", "{involvedObject: {namespace: other}}", [
        'involvedObject.namespace: Invalid value: "other": does not match event.namespace',
    ]),
    ("events", "{involvedObject: {namespace: d}, eventTime: x, reason: R, reportingInstance: i}", [
        "reportingController: Required value",
        'reportingController: Invalid value: "": name part must be non-empty',
        "reportingController: Invalid value: \"\": name part must consist of alphanumeric characters, '-', '_' or '.', and "
        "must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for "
        "validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
        "action: Required value",
    ]),
    ("namespaces", "{spec: {finalizers: [kubernetes, mine]}}", [
        'spec.finalizers: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified',
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("resource", "text", "expected"), REFUSED)
def test_refused(resource: str, text: str, expected: list[str]) -> None:
    assert told(resource, text) == expected


SOUND = [
    (BUDGET, "{spec: {maxUnavailable: 100%, selector: {}}}"),
    (BUDGET, "{}"),
    (LEASE, "{spec: {holderIdentity: me, leaseDurationSeconds: 40}}"),
    ("configmaps", "{data: {a.b: x}, binaryData: {c: eQ==}}"),
    ("secrets", "{stringData: {a: b}}"),
    ("secrets", f"{{type: kubernetes.io/dockerconfigjson, data: {{.dockerconfigjson: {b64encode(b'{}').decode()}}}}}"),
    ("events", "{involvedObject: {namespace: d}, type: Normal, reason: R}"),
    ("serviceaccounts", "{}"),
    ("namespaces", "{spec: {finalizers: [kubernetes, example.com/hold]}}"),
]


@pytest.mark.parametrize(("resource", "text"), SOUND)
def test_sound(resource: str, text: str) -> None:
    assert told(resource, text) == []


META = {"name": "a", "namespace": "d", "resourceVersion": "1"}


def changed(resource: str, old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    found = validate_update(resource, {"metadata": META, **new}, {"metadata": META, **old})
    return [f"{error.field}: {error.message}" for error in found]


def test_what_is_immutable() -> None:
    frozen = "Forbidden: field is immutable when `immutable` is set"
    assert changed("secrets", {"type": "Opaque"}, {"type": "example.com/other"}) == [
        'type: Invalid value: "example.com/other": field is immutable'  # R
    ]
    old = {"immutable": True, "data": {"a": "b"}}
    assert changed("configmaps", old, {"data": {"a": "c"}}) == [f"immutable: {frozen}", f"data: {frozen}"]
    assert changed("configmaps", old, old) == []
    assert changed(REVISION, {"data": {"a": 1}, "revision": 1}, {"data": {"a": 2}, "revision": 2}) == [
        'data: Invalid value: {"a":2}: field is immutable'
    ]
    assert changed(REVISION, {"data": {"a": 1}, "revision": 1}, {"data": {"a": 1}, "revision": 2}) == []


def test_a_budget_may_change_altogether() -> None:
    new = {"spec": {"maxUnavailable": 1, "selector": {"matchLabels": {"a": "other"}}}}
    assert changed(BUDGET, {"spec": {"minAvailable": 1, "selector": {}}}, new) == []


def test_the_phase_of_a_namespace_follows_its_deletion() -> None:
    def phase(name: str, **meta: str) -> list[str]:
        found = {"metadata": {"name": "n", "resourceVersion": "1", **meta}, "status": {"phase": name}}
        return [f"{e.field}: {e.message}" for e in validate_status_update("namespaces", found, found)]

    assert phase("Active") == [] == phase("Terminating", deletionTimestamp="x")
    assert phase("Terminating") == [
        "status.Phase: Invalid value: \"Terminating\": may only be 'Active' if `deletionTimestamp` is empty"
    ]


def test_an_event_of_the_new_group_says_exactly_when() -> None:
    served, event = "events.events.k8s.io", {"series": {"count": 1}, "type": "Odd", "count": 2}
    assert [f"{e.field}: {e.message}" for e in validate_as(served, "events", event, None)] == [
        'series.count: Invalid value: "": should be at least 2', "series.lastObservedTime: Required value",
        "eventTime: Required value", 'type: Invalid value: "": has invalid value: Odd',
        'count: Invalid value: "": needs to be unset',
    ]  # fmt: skip
    assert validate_as("events", "events", event, None) == []
    sound = {"eventTime": "2026-01-01T00:00:00.000000Z", "type": "Normal", "reason": "a"}
    assert validate_as(served, "events", sound, None) == []
    assert [f"{e.field}: {e.message}" for e in validate_as(served, "events", {**sound, "type": "Warning"}, sound)] == [
        'type: Invalid value: "Warning": field is immutable',
    ]
