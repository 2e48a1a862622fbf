"""Silence becomes Unknown, Unknown becomes a taint, and a return clears both: on the periods of the controller."""

from typing import Any

from quorate.contract.plan import Patch, Plan, Tell, Update
from quorate.controllers.nodes.monitor import Memory, Seen, decide
from quorate.controllers.nodes.taints import NOT_READY, UNREACHABLE
from quorate.kernel.clock import SECOND
from quorate.objects.times import micro_time_text, time_text

T0 = 1_000_000 * SECOND
"""A whole number of periods."""
GRACE, PERIOD = 40 * SECOND, 5 * SECOND


def node(
    name: str = "n", ready: str = "True", taints: list[str] | None = None, zone: str = "a", beat: int = T0
) -> dict[str, Any]:
    conditions = [
        {"type": "Ready", "status": ready, "lastHeartbeatTime": time_text(beat), "lastTransitionTime": time_text(beat)}
    ]
    spec = {"taints": [{"key": k, "effect": "NoExecute"} for k in taints]} if taints else {}
    return {
        "apiVersion": "v1", "kind": "Node", "spec": spec, "status": {"conditions": conditions if ready else []},
        "metadata": {
            "name": name, "uid": f"uid-{name}", "resourceVersion": "1", "creationTimestamp": time_text(beat),
            "labels": {"topology.kubernetes.io/zone": zone},
        },
    }  # fmt: skip


def look(nodes: list[dict[str, Any]], at: int, memory: Any = None, renewed: int | None = T0) -> Plan:
    leases = tuple(micro_time_text(renewed) if renewed is not None else "" for _ in nodes)
    return decide(Seen(tuple(nodes), leases, memory or Memory(looked=T0 - PERIOD, due=at)), at, GRACE, PERIOD)


def told(plan: Plan) -> list[str]:
    return [a.message for a in plan.actions if isinstance(a, Tell)]


def writes(plan: Plan) -> list[Any]:
    return [a for a in plan.actions if not isinstance(a, Tell)]


def taints(plan: Plan) -> list[Any]:
    return [
        [(t["key"], t["effect"]) for t in a.body["spec"]["taints"] or ()] for a in plan.actions if isinstance(a, Patch)
    ]


def known(*nodes: dict[str, Any]) -> Any:
    memory: Any = look(list(nodes), T0).remember
    return memory


def test_a_new_node_is_greeted_and_looked_at_when_its_grace_is_over() -> None:
    plan = look([node()], T0)
    assert told(plan) == ["Node n event: Registered Node n in Controller"] and writes(plan) == []
    assert plan.look_again == T0 + GRACE + PERIOD


def test_a_renewed_lease_moves_the_next_look() -> None:
    plan = look([node()], T0 + GRACE + PERIOD, known(node()), renewed=T0 + 41 * SECOND)
    assert not plan.actions and plan.look_again == T0 + 45 * SECOND + GRACE + PERIOD


def test_a_silent_node_becomes_unknown() -> None:
    at = T0 + GRACE + PERIOD
    assert writes(look([node()], at - PERIOD, known(node()))) == []
    plan = look([node(), node("o", beat=at)], at, known(node(), node("o")))
    (update,) = [a for a in plan.actions if isinstance(a, Update) and a.obj["metadata"]["name"] == "n"]
    conditions = {c["type"]: c for c in update.obj["status"]["conditions"]}
    assert conditions["Ready"]["status"] == "Unknown" and conditions["Ready"]["reason"] == "NodeStatusUnknown"
    assert conditions["Ready"]["message"] == "Kubelet stopped posting node status."
    assert conditions["Ready"]["lastTransitionTime"] == time_text(at)
    assert conditions["DiskPressure"]["reason"] == "NodeStatusNeverUpdated"
    assert "Node n status is now: NodeNotReady" in told(plan)
    assert plan.look_again == at + PERIOD


def test_it_is_tainted_one_period_later() -> None:
    lost, fine = node(ready="Unknown"), node("o", zone="b")
    memory = known(node(), fine)
    silent = look([node(), fine], T0 + GRACE + PERIOD, memory)
    assert taints(silent) == [] and silent.look_again == T0 + GRACE + 2 * PERIOD
    assert taints(look([lost, fine], T0 + PERIOD, memory)) == [[(UNREACHABLE, "NoExecute")]]


def test_a_change_between_periods_waits_for_the_next() -> None:
    memory = known(node())
    plan = look([node(ready="False")], T0 + 2 * SECOND, memory)
    assert not plan.actions and plan.look_again == T0 + PERIOD
    plan = look([node(ready="False"), node("o", zone="b")], T0 + PERIOD, plan.remember)
    assert taints(plan) == [[(NOT_READY, "NoExecute")]]
    again = look([node(ready="False"), node("o", zone="b")], T0 + PERIOD, plan.remember)
    assert not again.actions, "one look a period"


def test_a_zone_s_nodes_are_tainted_one_in_ten_seconds() -> None:
    lost = [node(f"n{i}", ready="False") for i in range(3)]
    others = [node(f"o{i}", zone="b", beat=T0 + 100 * SECOND) for i in range(3)]
    at, memory, done = T0 + PERIOD, known(*(node(f"n{i}") for i in range(3)), *others), []
    while at < T0 + 40 * SECOND:
        plan = look([*lost, *others], at, memory, renewed=at)
        for patch in plan.actions:
            assert isinstance(patch, Patch)
            done.append((patch.ref.name, (at - T0) // SECOND))
            lost = [
                node(n["metadata"]["name"], "False", [NOT_READY]) if n["metadata"]["name"] == patch.ref.name else n
                for n in lost
            ]
        memory = plan.remember
        assert plan.look_again is not None and plan.look_again > at
        at = plan.look_again
    assert done == [("n0", 5), ("n1", 15), ("n2", 25)]


def test_taints_are_swapped_at_once_and_taken_when_the_node_is_back() -> None:
    fine = node("o", zone="b")
    swap = look([node(ready="Unknown", taints=[NOT_READY, "mine"]), fine], T0 + PERIOD, known(node(), fine))
    assert taints(swap) == [[("mine", "NoExecute"), (UNREACHABLE, "NoExecute")]]
    back = look([node(taints=[UNREACHABLE, "mine"]), fine], T0 + PERIOD, known(node(), fine))
    assert taints(back) == [[("mine", "NoExecute")]]
    bare = look([node(taints=[UNREACHABLE]), fine], T0 + PERIOD, known(node(), fine))
    assert [a.body["spec"] for a in bare.actions if isinstance(a, Patch)] == [{"taints": None}]


def test_when_all_nodes_are_lost_their_taints_go() -> None:
    memory = known(node("a"), node("b", zone="b"))
    lost = [node("a", "Unknown", [UNREACHABLE]), node("b", "Unknown", zone="b")]
    plan = look(lost, T0 + PERIOD, memory)
    assert taints(plan) == [[]] and all(not w.queued for w in plan.remember.nodes)  # type: ignore[union-attr]
    later = look(lost, T0 + 2 * PERIOD, plan.remember)
    assert taints(later) == []


def test_a_node_that_goes_is_noted() -> None:
    plan = look([], T0 + PERIOD, known(node()))
    assert told(plan) == ["Node n event: Removing Node n from Controller"] and plan.look_again is None


def test_a_node_that_never_posted_gets_a_minute() -> None:
    mute = node(ready="")
    plan = look([mute], T0, renewed=None)
    assert plan.look_again == T0 + 60 * SECOND + PERIOD
    plan = look([mute], plan.look_again, plan.remember, renewed=None)
    (update,) = writes(plan)
    assert {c["reason"] for c in update.obj["status"]["conditions"]} == {"NodeStatusNeverUpdated"}
