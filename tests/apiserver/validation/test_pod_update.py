"""What of a Pod may change, by its own resource and by its subresources (recorded, but for the rows marked S)."""

import pytest
import yaml

from quorate.apiserver.defaults import default
from quorate.apiserver.validation import validate_status_update, validate_subresource_update, validate_update
from quorate.contract.plan import Obj

META = {"name": "p", "namespace": "d", "uid": "u", "resourceVersion": "1", "creationTimestamp": "2026-01-01T00:00:00Z"}
RUNNING = """{containers: [{name: c, image: "i:1"}], initContainers: [{name: n, image: "n:1"}], activeDeadlineSeconds: 20,
  tolerations: [{key: a, operator: Exists, effect: NoExecute, tolerationSeconds: 5}]}"""
GATED = """{schedulingGates: [{name: example.com/one}, {name: example.com/two}], nodeSelector: {x: "1", y: "2"},
  containers: [{name: c, image: "i:1"}]}"""


def pod(spec: str | Obj, **metadata: object) -> Obj:
    spec = yaml.safe_load(spec) if isinstance(spec, str) else spec
    return default("pods", {"metadata": {**META, **metadata}, "spec": {"serviceAccountName": "a", **spec}})


def changed(old: str, change: str) -> list[str]:
    """`change` holds the fields that replace those of the spec; null takes one away."""
    spec = {**yaml.safe_load(old), **yaml.safe_load(change)}
    new = pod({field: value for field, value in spec.items() if value is not None})
    return [f"{error.field}: {error.message}" for error in validate_update("pods", new, pod(old))]


ALLOWED = [
    (RUNNING, '{containers: [{name: c, image: "i:2"}], initContainers: [{name: n, image: "n:2"}]}'),
    (RUNNING, "{activeDeadlineSeconds: 10}"),
    (
        RUNNING,
        "{tolerations: [{key: a, operator: Exists, effect: NoExecute, tolerationSeconds: 9}, {operator: Exists}]}",
    ),
    (GATED, '{nodeSelector: {x: "1", y: "2", z: "3"}}'),
    (GATED, "{schedulingGates: null}"),
    (GATED, "{schedulingGates: [{name: example.com/two}]}"),
    (
        GATED,
        "{affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: "
        "[{matchExpressions: [{key: z, operator: Exists}]}]}}}}",
    ),
]


@pytest.mark.parametrize(("old", "change"), ALLOWED)
def test_what_may_change(old: str, change: str) -> None:
    assert changed(old, change) == []


FIXED = (
    "spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,"
    "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing "
    "tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n@@ "
)
REFUSED = [
    (
        RUNNING,
        "{activeDeadlineSeconds: 60}",
        "spec.activeDeadlineSeconds: Invalid value: 60: must be less than or equal to previous value",
    ),
    (
        RUNNING, "{activeDeadlineSeconds: null}",
        "spec.activeDeadlineSeconds: Invalid value: null: must not update from a positive integer to nil value",
    ),
    (
        RUNNING, '{containers: [{name: d, image: "d:1"}, {name: c, image: "i:1"}]}',
        "spec.containers: Forbidden: pod updates may not add or remove containers",
    ),
    (
        RUNNING, "{tolerations: [{operator: Exists}]}",
        "spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds",
    ),
    (
        GATED, '{nodeSelector: {x: "1"}}',
        'spec.nodeSelector: Invalid value: {"x":"1"}: only additions to spec.nodeSelector are allowed '
        "(no mutations or deletions)",
    ),
    (
        GATED, "{schedulingGates: [{name: example.com/three}]}",
        "spec.schedulingGates[0].name: Forbidden: only deletion is allowed, but found new scheduling gate 'example.com/three'",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("old", "change", "expected"), REFUSED)
def test_what_may_not_change(old: str, change: str, expected: str) -> None:
    assert changed(old, change) == [expected]


@pytest.mark.parametrize(
    "change", ["{hostname: h}", '{containers: [{name: d, image: "i:1"}]}', "{nodeSelector: {x: y}}"]
)
def test_anything_else_is_told_with_what_differs(change: str) -> None:
    [message] = changed(RUNNING, change)
    assert message.startswith(FIXED)


def test_an_image_taken_away_is_missed_twice() -> None:
    assert changed(RUNNING, '{containers: [{name: c, image: ""}]}') == ["spec.containers[0].image: Required value"] * 2


def test_labels_change_without_a_look_at_the_spec() -> None:
    old = pod(RUNNING)
    assert validate_update("pods", {**old, "metadata": {**META, "labels": {"a": "b"}}}, old) == []


def test_a_mirror_annotation_stays() -> None:
    mirror = {"kubernetes.io/config.mirror": "x"}
    spec = {**yaml.safe_load(RUNNING), "nodeName": "n"}
    old, new = pod(spec, annotations=mirror), pod(spec)
    errors = validate_update("pods", new, old)
    assert [error.message for error in errors] == ["Forbidden: may not remove or update mirror pod annotation"]


def with_ephemeral(image: str | None) -> Obj:
    extra = {"ephemeralContainers": [{"name": "e", "image": image}]} if image else {}
    return pod({**yaml.safe_load(RUNNING), **extra})


def test_ephemeral_containers_come_by_their_subresource_and_stay() -> None:
    none, one, other = with_ephemeral(None), with_ephemeral("e:1"), with_ephemeral("e:2")
    assert validate_subresource_update("pods", "ephemeralcontainers", one, none) == []
    [gone] = validate_subresource_update("pods", "ephemeralcontainers", none, one)
    assert gone.message == 'Forbidden: existing ephemeral containers "e" may not be removed\n'
    [moved] = validate_subresource_update("pods", "ephemeralcontainers", other, one)
    assert moved.message.startswith('Forbidden: existing ephemeral containers "e" may not be changed\n@@')
    [message] = [error.message for error in validate_update("pods", one, none)]
    assert message.startswith("Forbidden: pod updates may not change fields other than")


def sized(**resources: dict[str, str]) -> Obj:
    return pod({"containers": [{"name": "c", "image": "i", "resources": resources}]})


def test_a_resize_changes_cpu_and_memory_within_the_quality_of_service() -> None:
    old = sized(requests={"cpu": "1"}, limits={"cpu": "2"})
    assert validate_subresource_update("pods", "resize", sized(requests={"cpu": "2"}, limits={"cpu": "2"}), old) == []
    more = sized(requests={"cpu": "1", "ephemeral-storage": "1Gi"}, limits={"cpu": "2"})
    [disk] = validate_subresource_update("pods", "resize", more, old)
    assert (disk.field, disk.message) == ("spec", "Forbidden: only cpu and memory resources are mutable")
    [quality, *_] = validate_subresource_update("pods", "resize", sized(), old)
    assert quality.message.endswith("Pod QOS Class may not change as a result of resizing")


STATUS = {
    "qosClass: Guaranteed": 'status.qosClass: Invalid value: "Guaranteed": field is immutable',
    "podIPs: [{ip: x}]": 'status.podIPs[0]: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    "{hostIP: 1.1.1.1, hostIPs: [{ip: 1.1.1.2}]}": 'status.hostIPs[0].ip: Invalid value: "1.1.1.2": must be equal to `hostIP`',
    "{containerStatuses: [{name: c, state: {running: {}}}]}": (
        "status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state"
    ),
}  # fmt: skip


@pytest.mark.parametrize("status", STATUS)
def test_a_status_that_cannot_be(status: str) -> None:
    was = {"qosClass": "BestEffort", "containerStatuses": [{"name": "c", "state": {"terminated": {"exitCode": 1}}}]}
    old = {**pod("{restartPolicy: Never, containers: [{name: c, image: i}]}"), "status": was}
    new = {**old, "status": {**was, **yaml.safe_load(status)}}
    assert [f"{e.field}: {e.message}" for e in validate_status_update("pods", new, old)] == [STATUS[status]]


def test_a_container_that_is_restarted_may_run_again() -> None:
    was = {"containerStatuses": [{"name": "c", "state": {"terminated": {"exitCode": 0}}}]}
    old = {**pod("{containers: [{name: c, image: i}]}"), "status": was}
    new = {**old, "status": {"containerStatuses": [{"name": "c", "state": {"running": {}}}]}}
    assert validate_status_update("pods", new, old) == []
