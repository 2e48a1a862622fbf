"""NoSchedule taints, labels and unready pods, node by node."""

from typing import Any

import pytest

from quorate.contract.plan import Patch, Update
from quorate.controllers.nodes.conditions import CONTROLLER, Seen, decide
from quorate.kernel.clock import EPOCH, SECOND
from quorate.objects.times import time_text


def node(conditions: dict[str, str], taints: list[tuple[str, str]] | None = None, **spec: Any) -> dict[str, Any]:
    if taints:
        spec["taints"] = [{"key": k, "effect": e} for k, e in taints]
    return {
        "metadata": {"name": "n", "resourceVersion": "7"}, "spec": spec,
        "status": {"conditions": [{"type": k, "status": v} for k, v in conditions.items()]},
    }  # fmt: skip


def key(name: str) -> str:
    return f"node.kubernetes.io/{name}"


@pytest.mark.parametrize(
    ("found", "after"),
    [
        (node({"Ready": "True"}), None),
        (node({"Ready": "Unknown"}), ["unreachable"]),
        (node({"Ready": "False", "DiskPressure": "True"}), ["not-ready", "disk-pressure"]),
        (node({"Ready": "True"}, unschedulable=True), ["unschedulable"]),
        (node({"Ready": "True"}, [(key("unschedulable"), "NoSchedule")], unschedulable=True), None),
        (node({"Ready": "True"}, [(key("unreachable"), "NoSchedule")]), []),
        (node({"Ready": "Unknown"}, [(key("not-ready"), "NoSchedule")]), ["unreachable"]),
    ],
)
def test_no_schedule_taints_say_what_the_conditions_say(found: dict[str, Any], after: list[str] | None) -> None:
    actions = decide(Seen(found), EPOCH).actions
    if after is None:
        assert not actions
        return
    (patch,) = actions
    assert isinstance(patch, Patch) and patch.body["metadata"] == {"resourceVersion": "7"}
    taints = patch.body["spec"]["taints"] or []
    assert [t["key"] for t in taints] == [key(name) for name in after]
    assert all(t["effect"] == "NoSchedule" and t["timeAdded"] == time_text(EPOCH) for t in taints)


def test_taints_of_others_stay() -> None:
    found = node(
        {"Ready": "True"},
        [(key("unreachable"), "NoSchedule"), ("mine", "NoSchedule"), (key("unreachable"), "NoExecute")],
    )
    (patch,) = decide(Seen(found), EPOCH).actions
    assert isinstance(patch, Patch)
    assert [(t["key"], t["effect"]) for t in patch.body["spec"]["taints"]] == [
        ("mine", "NoSchedule"), (key("unreachable"), "NoExecute"),
    ]  # fmt: skip


def test_former_labels_follow() -> None:
    found = node({"Ready": "True"})
    found["metadata"]["labels"] = {
        "kubernetes.io/os": "linux",
        "beta.kubernetes.io/os": "plan9",
        "kubernetes.io/arch": "arm64",
    }
    (patch,) = decide(Seen(found), EPOCH).actions
    assert isinstance(patch, Patch)
    assert patch.body == {
        "metadata": {"labels": {"beta.kubernetes.io/os": "linux", "beta.kubernetes.io/arch": "arm64"}}
    }


def test_ready_pods_of_a_silent_node_are_marked() -> None:
    ready = {"type": "Ready", "status": "True", "reason": "Because", "lastTransitionTime": time_text(EPOCH)}
    other = {"type": "ContainersReady", "status": "True"}
    pod = {"metadata": {"name": "p", "namespace": "d"}, "status": {"phase": "Running", "conditions": [ready, other]}}
    silent = node({"Ready": "Unknown"}, [(key("unreachable"), "NoSchedule")])
    (update,) = decide(Seen(silent, [pod]), EPOCH + 50 * SECOND).actions
    assert isinstance(update, Update)
    conditions = update.obj["status"]["conditions"]
    assert conditions[0] == {**ready, "status": "False", "lastTransitionTime": time_text(EPOCH + 50 * SECOND)}
    assert conditions[1] == other
    told = update.outcome.told
    assert told is not None and (told.reason, told.message, told.component) == (
        "NodeNotReady",
        "Node is not ready",
        "node-controller",
    )


def test_heartbeats_wake_nobody() -> None:
    keys = CONTROLLER.watches[0].keys
    before = node({"Ready": "True"})
    after = {
        **before,
        "status": {"conditions": [{**c, "lastHeartbeatTime": "later"} for c in before["status"]["conditions"]]},
    }
    reader: Any = None
    assert list(keys(reader, before, after)) == []
    assert list(keys(reader, before, node({"Ready": "Unknown"}))) == [("", "n")]
    assert list(keys(reader, before, node({"Ready": "True"}, unschedulable=True))) == [("", "n")]
