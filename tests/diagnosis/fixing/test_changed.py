"""Whether an object is still the one that was diagnosed."""

from typing import Any

import pytest

from quorate.diagnosis.fixing.changed import why_changed

Obj = dict[str, Any]

SET: Obj = {
    "kind": "StatefulSet", "metadata": {"name": "db", "uid": "a", "resourceVersion": "1", "labels": {"x": "y"}},
    "spec": {"replicas": 3, "template": {"spec": {}}}, "status": {"readyReplicas": 3},
}  # fmt: skip


def with_meta(obj: Obj, **meta: Any) -> Obj:
    return {**obj, "metadata": {**obj["metadata"], **meta}}


@pytest.mark.parametrize(
    "now",
    [
        SET,
        {**SET, "status": {"readyReplicas": 0}},
        with_meta(SET, resourceVersion="9", labels={}, managedFields=[{}], annotations={"a": "b"}),
    ],
)
def test_its_status_may_change(now: Obj) -> None:
    assert why_changed(SET, now) is None


@pytest.mark.parametrize(
    ("now", "why"),
    [
        (None, "is gone"),
        (with_meta(SET, uid="b"), "another object"),
        (with_meta(SET, deletionTimestamp="2026-01-01T00:00:00Z"), "being deleted"),
        (with_meta(SET, ownerReferences=[{"uid": "k"}]), "other owners"),
        ({**SET, "spec": {**SET["spec"], "replicas": 5}}, "spec: replicas"),
        ({**SET, "spec": {"replicas": 3}}, "spec: template"),
    ],
)
def test_nothing_else_may(now: Obj | None, why: str) -> None:
    assert why in (why_changed(SET, now) or "")


def test_controllers_fill_in_specs() -> None:
    node = {"kind": "Node", "metadata": {"name": "n", "uid": "a"}, "spec": {}}
    assert why_changed(node, {**node, "spec": {"taints": [{"key": "unreachable"}]}}) is None
    assert why_changed(node, {**node, "spec": {"unschedulable": True}}) is not None
