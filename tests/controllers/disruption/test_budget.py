"""What a budget's status says, and which events go with it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quorate.contract.plan import Plan, Tell, Update
from quorate.controllers.disruption import CONTROLLERS
from quorate.controllers.disruption.budget import CONTROLLER
from quorate.controllers.disruption.stale import CONTROLLER as PODS
from quorate.kernel.clock import MINUTE, SECOND
from quorate.objects.collection import Collection

Obj = dict[str, Any]
NOW = 1_767_225_600 * SECOND
TEXT = "2026-01-01T00:00:00Z"
RESOURCES = {
    "Pod": "pods",
    "PodDisruptionBudget": "poddisruptionbudgets.policy",
    "StatefulSet": "statefulsets.apps",
    "ReplicaSet": "replicasets.apps",
    "Deployment": "deployments.apps",
    "DaemonSet": "daemonsets.apps",
    "Etcd": "etcds.db.io",
    "CustomResourceDefinition": "customresourcedefinitions.apiextensions.k8s.io",
}


def owner(kind: str, name: str, replicas: int | None = None, by: Obj | None = None, api: str = "apps/v1") -> Obj:
    meta: Obj = {"name": name, "namespace": "n", "uid": f"{kind}-{name}"}
    if by:
        meta["ownerReferences"] = [refer(by)]
    spec = {} if replicas is None else {"replicas": replicas}
    return {"apiVersion": api, "kind": kind, "metadata": meta, "spec": spec}


def refer(to: Obj) -> Obj:
    meta = to["metadata"]
    return {
        "apiVersion": to["apiVersion"],
        "kind": to["kind"],
        "name": meta["name"],
        "uid": meta["uid"],
        "controller": True,
    }


def pod(name: str, by: Obj | None = None, ready: bool = True, app: str = "web", **meta: Any) -> Obj:
    found: Obj = {"name": name, "namespace": "n", "uid": name, "labels": {"app": app}, **meta}
    if by:
        found["ownerReferences"] = [refer(by)]
    conditions = [{"type": "Ready", "status": "True" if ready else "False"}]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": found,
        "spec": {},
        "status": {"phase": "Running", "conditions": conditions},
    }


def budget(name: str = "web", status: Obj | None = None, selector: Any = None, **spec: Any) -> Obj:
    wanted = {"matchLabels": {"app": "web"}} if selector is None else selector
    return {
        "apiVersion": "policy/v1", "kind": "PodDisruptionBudget",
        "metadata": {"name": name, "namespace": "n", "uid": name, "generation": 1, "resourceVersion": "4"},
        "spec": {"selector": wanted, **spec}, "status": status or {},
    }  # fmt: skip


def cache(*objs: Obj) -> Collection:
    made = Collection()
    for controller in CONTROLLERS:
        for view in controller.views:
            made.add_view(view)
    for obj in objs:
        made.apply(RESOURCES[obj["kind"]], None, obj, 1)
    return made


def look(*objs: Obj, now: int = NOW, name: str = "web") -> Plan:
    seen = CONTROLLER.snapshot(cache(*objs), ("n", name), None)
    return CONTROLLER.decide(seen, now)


def status(plan: Plan) -> Obj:
    assert isinstance(plan.status, Update) and plan.status.subresource == "status"
    return plan.status.obj["status"]  # type: ignore[no-any-return]


def told(plan: Plan) -> list[tuple[str, str, str]]:
    found = [a for a in plan.actions if isinstance(a, Tell)]
    assert all(t.component == "controllermanager" for t in found)
    return [(t.type, t.reason, t.message) for t in found]


SET = owner("StatefulSet", "web", 5)
FIVE = [pod(f"web-{i}", SET) for i in range(5)]
COUNTS = [
    ("maxUnavailable 30%", {"maxUnavailable": "30%"}, FIVE, (5, 3, 5, 2)),
    ("minAvailable 30%", {"minAvailable": "30%"}, FIVE, (5, 2, 5, 3)),
    ("maxUnavailable 0", {"maxUnavailable": 0}, FIVE, (5, 5, 5, 0)),
    ("minAvailable 100%", {"minAvailable": "100%"}, FIVE, (5, 5, 5, 0)),
    ("minAvailable 9", {"minAvailable": 9}, FIVE, (5, 9, 5, 0)),
    ("maxUnavailable 9", {"maxUnavailable": 9}, FIVE, (5, 0, 5, 5)),
    ("of the replicas, not of the pods", {"maxUnavailable": "40%"}, FIVE[:3], (5, 3, 3, 0)),
    ("an integer counts the pods", {"minAvailable": 1}, FIVE[:3], (3, 1, 3, 2)),
    ("neither", {}, FIVE, (0, 0, 5, 0)),
    ("unready ones", {"minAvailable": 2}, [*FIVE[:2], pod("u", SET, ready=False)], (3, 2, 2, 0)),
    ("stopping ones", {"minAvailable": 2}, [*FIVE[:2], pod("s", SET, deletionTimestamp="x")], (3, 2, 2, 0)),
]


@pytest.mark.parametrize(("spec", "pods", "want"), [c[1:] for c in COUNTS], ids=[c[0] for c in COUNTS])
def test_counts(spec: Obj, pods: list[Obj], want: tuple[int, int, int, int]) -> None:
    plan = look(budget(**spec), SET, *pods)
    expected, desired, healthy, allowed = want
    assert status(plan) == {
        "expectedPods": expected,
        "desiredHealthy": desired,
        "currentHealthy": healthy,
        "disruptionsAllowed": allowed,
        "observedGeneration": 1,
        "conditions": [
            {
                "type": "DisruptionAllowed",
                "status": "True" if allowed else "False",
                "message": "",
                "observedGeneration": 1,
                "reason": "SufficientPods" if allowed else "InsufficientPods",
                "lastTransitionTime": TEXT,
            }
        ],
    }
    assert told(plan) == [] and plan.look_again is None
    done = {**budget(**spec), "status": status(plan)}
    assert look(done, SET, *pods).status is None


def test_the_condition_keeps_its_time_while_it_keeps_its_status() -> None:
    first = {**budget(minAvailable=1), "status": status(look(budget(minAvailable=1), SET, *FIVE))}
    fewer = status(look(first, SET, *FIVE[:3], now=NOW + MINUTE))
    assert fewer["conditions"][0]["lastTransitionTime"] == TEXT
    none = status(look(first, SET, FIVE[0], now=NOW + MINUTE))
    assert none["conditions"][0]["lastTransitionTime"] == "2026-01-01T00:01:00Z"


DEPLOYMENT = owner("Deployment", "web", 4)
RS = owner("ReplicaSet", "web-1", 3, by=DEPLOYMENT)
OTHER_RS = owner("ReplicaSet", "web-2", 1, by=DEPLOYMENT)


def test_a_deployments_number_goes_before_its_replicasets() -> None:
    pods = [pod("a", RS), pod("b", OTHER_RS)]
    assert status(look(budget(maxUnavailable=1), DEPLOYMENT, RS, OTHER_RS, *pods))["expectedPods"] == 4
    alone = owner("ReplicaSet", "web-1", 3)
    assert status(look(budget(maxUnavailable=1), alone, pod("a", alone)))["expectedPods"] == 3
    assert status(look(budget(maxUnavailable=1), RS, pod("a", RS)))["expectedPods"] == 3  # the Deployment has gone


CRD = {
    "kind": "CustomResourceDefinition", "metadata": {"name": "etcds.db.io", "uid": "crd"},
    "spec": {
        "group": "db.io", "scope": "Namespaced", "names": {"kind": "Etcd", "plural": "etcds"},
        "versions": [{
            "name": "v1", "served": True, "subresources": {"scale": {"specReplicasPath": ".spec.members.count"}},
        }],
    },
}  # fmt: skip


def test_a_custom_owner_is_asked_through_its_scale() -> None:
    etcd = {**owner("Etcd", "db", api="db.io/v1"), "spec": {"members": {"count": 3}}}
    assert status(look(budget(maxUnavailable=1), CRD, etcd, pod("a", etcd)))["expectedPods"] == 3


def test_unmanaged_pods() -> None:
    selector = {
        "matchLabels": {"app": "web"},
        "matchExpressions": [{"key": "app", "operator": "In", "values": ["a", "web"]}],
    }
    plan = look(budget(selector=selector, maxUnavailable=1), pod("bare"))
    assert (status(plan)["expectedPods"], status(plan)["disruptionsAllowed"], status(plan)["currentHealthy"]) == (
        0,
        0,
        1,
    )
    ((_, reason, message),) = told(plan)
    assert reason == "UnmanagedPods"
    assert message == (
        "Pods selected by this PodDisruptionBudget (selector: &LabelSelector{MatchLabels:map[string]string{app: web,},"
        "MatchExpressions:[]LabelSelectorRequirement{LabelSelectorRequirement{Key:app,Operator:In,Values:[a web],},},"
        "}) were found to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may "
        "result in undefined behavior. To account for these pods please set "
        '".spec.minAvailable" field of the PDB to an integer value.'
    )
    assert told(look(budget(minAvailable=1), pod("bare"))) == []


def test_no_pods() -> None:
    plan = look(budget(minAvailable=1))
    assert told(plan) == [("Normal", "NoPods", "No matching pods found")]
    assert status(plan)["disruptionsAllowed"] == 0


DAEMONS = owner("DaemonSet", "d")
FAILS = [
    ("no scale", pod("a", DAEMONS), [DAEMONS], "daemonsets.apps does not implement the scale subresource"),
    ("owner gone", pod("a", SET), [], 'found no controllers for pod "a"'),
    ("no such kind", pod("a", owner("Foo", "f", api="x/v1")), [], 'no matches for kind "Foo" in version "x/v1"'),
]


@pytest.mark.parametrize(("member", "others", "why"), [f[1:] for f in FAILS], ids=[f[0] for f in FAILS])
def test_what_cannot_be_counted_allows_nothing(member: Obj, others: list[Obj], why: str) -> None:
    before = {
        "disruptionsAllowed": 2,
        "currentHealthy": 3,
        "desiredHealthy": 1,
        "expectedPods": 3,
        "observedGeneration": 1,
    }
    plan = look(budget(status=before, maxUnavailable=1), member, *others)
    message = f"Failed to calculate the number of expected pods: {why}"
    assert told(plan) == [("Warning", "CalculateExpectedPodCountFailed", message)]
    failed = status(plan)
    assert failed["disruptionsAllowed"] == 0 and failed["currentHealthy"] == 3
    (condition,) = failed["conditions"]
    assert (condition["status"], condition["reason"], condition["message"]) == ("False", "SyncFailed", why)
    again = look({**budget(maxUnavailable=1), "status": failed}, member, *others, now=NOW + MINUTE)
    assert again.status is None


def test_an_evicted_pod_does_not_count_until_it_goes_or_two_minutes_have_passed() -> None:
    held = budget(status={"disruptedPods": {"web-0": TEXT, "gone": TEXT}}, minAvailable=1)
    plan = look(held, SET, *FIVE[:3], now=NOW + SECOND)
    assert status(plan)["currentHealthy"] == 2 and status(plan)["disruptedPods"] == {"web-0": TEXT}
    assert plan.look_again == NOW + 2 * MINUTE
    late = look(held, SET, *FIVE[:3], now=NOW + 2 * MINUTE)
    assert status(late)["currentHealthy"] == 3 and "disruptedPods" not in status(late)
    assert told(late) == [("Warning", "NotDeleted", "Pod was expected by PDB n/n to be deleted but it wasn't")]
    going = look(held, SET, pod("web-0", SET, deletionTimestamp="x"), *FIVE[1:3], now=NOW + SECOND)
    assert status(going)["currentHealthy"] == 2 and "disruptedPods" not in status(going)


def test_selectors() -> None:
    everything = look(budget(selector={}, minAvailable=0), *FIVE)
    assert status(everything)["expectedPods"] == 5
    nothing = {**budget(minAvailable=0)}
    nothing["spec"] = {"minAvailable": 0}
    assert status(look(nothing, *FIVE))["expectedPods"] == 0


def test_a_pod_wakes_the_budgets_that_cover_it() -> None:
    held = cache(budget(), budget("all", selector={}), budget("other", selector={"matchLabels": {"app": "x"}}))
    keys = CONTROLLER.watches[1].keys
    assert list(keys(held, None, pod("a"))) == [("n", "all"), ("n", "web")]
    assert list(keys(held, pod("a"), None)) == [("n", "all"), ("n", "web")]
    assert list(keys(held, pod("a"), pod("a", app="x"))) == [("n", "all"), ("n", "other")]
    held.apply("poddisruptionbudgets.policy", budget("all", selector={}), None, 2)
    assert list(keys(held, None, pod("a"))) == [("n", "web")]


def stale_pod(reason: str = "EvictionByEvictionAPI", **meta: Any) -> Obj:
    out = pod("a", **meta)
    mark = {"type": "DisruptionTarget", "status": "True", "reason": reason, "lastTransitionTime": TEXT}
    out["status"]["conditions"].append(mark)
    return out


def look_at_pod(*objs: Obj, now: int = NOW) -> Plan:
    return PODS.decide(PODS.snapshot(cache(*objs), ("n", "a"), None), now)


def test_a_disruption_that_never_came_is_taken_back() -> None:
    assert look_at_pod(stale_pod()).look_again == NOW + 2 * MINUTE
    plan = look_at_pod(stale_pod(), now=NOW + 2 * MINUTE)
    (update,) = plan.actions
    assert isinstance(update, Update)
    assert update.obj["status"]["conditions"][-1] == {
        "type": "DisruptionTarget",
        "status": "False",
        "lastProbeTime": None,
        "lastTransitionTime": "2026-01-01T00:02:00Z",
    }
    for other in (stale_pod("TerminationByKubelet"), stale_pod(deletionTimestamp="x"), pod("a")):
        assert look_at_pod(other, now=NOW + 3 * MINUTE) == Plan()


def test_a_pod_under_two_budgets_is_told() -> None:
    held = cache(budget(), budget("all", selector={}))
    assert list(PODS.watches[0].keys(held, None, pod("a"))) == [("n", "a")]
    message = 'Pod "n"/"a" matches multiple PodDisruptionBudgets.  Chose "all" arbitrarily.'
    assert told(look_at_pod(budget(), budget("all", selector={}), pod("a"))) == [
        ("Warning", "MultiplePodDisruptionBudgets", message)
    ]
    assert list(PODS.watches[0].keys(cache(budget()), None, pod("a"))) == []


@given(
    replicas=st.integers(0, 12),
    states=st.lists(st.sampled_from(["ready", "unready", "stopping", "evicted"]), max_size=12),
    field=st.sampled_from(["minAvailable", "maxUnavailable"]),
    value=st.integers(0, 12) | st.integers(0, 100).map(lambda p: f"{p}%"),
)
def test_what_is_allowed_never_takes_the_healthy_below_the_desired(
    replicas: int, states: list[str], field: str, value: int | str
) -> None:
    by = owner("StatefulSet", "web", replicas)
    pods = [
        pod(f"web-{i}", by, ready=state != "unready", **({"deletionTimestamp": "x"} if state == "stopping" else {}))
        for i, state in enumerate(states)
    ]
    evicted = {f"web-{i}": TEXT for i, state in enumerate(states) if state == "evicted"}
    found = status(look(budget(status={"disruptedPods": evicted}, **{field: value}), by, *pods, now=NOW + SECOND))
    assert found["currentHealthy"] == states.count("ready")
    assert 0 <= found["disruptionsAllowed"] <= found["currentHealthy"]
    if found["disruptionsAllowed"]:
        assert found["currentHealthy"] - found["disruptionsAllowed"] >= found["desiredHealthy"]
    assert found["desiredHealthy"] >= 0
    if isinstance(value, str) and field == "minAvailable":
        assert found["desiredHealthy"] * 100 >= int(value[:-1]) * found["expectedPods"]
