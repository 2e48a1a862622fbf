"""The end of a namespace, step by step, and what its conditions say meanwhile."""

from typing import Any

import pytest

from quorate.contract.plan import Delete, Plan, Update
from quorate.controllers.namespace import CONTROLLERS
from quorate.controllers.namespace.decide import CHECK, GRACE
from quorate.controllers.namespace.snapshot import Memory
from quorate.kernel.clock import EPOCH, SECOND
from quorate.objects.collection import Collection
from quorate.objects.times import time_text

Obj = dict[str, Any]
(CONTROLLER,) = CONTROLLERS
KEY = ("", "n")


def namespace(version: str = "7", finalizers: tuple[str, ...] = ("kubernetes",), **status: Any) -> Obj:
    meta = {"name": "n", "uid": "u", "resourceVersion": version, "deletionTimestamp": time_text(EPOCH)}
    return {
        "apiVersion": "v1", "kind": "Namespace", "metadata": meta, "spec": {"finalizers": list(finalizers)},
        "status": {"phase": "Terminating", **status},
    }  # fmt: skip


def named(name: str, going: bool = False, **rest: Any) -> Obj:
    meta = {"namespace": "n", "name": name, "uid": f"uid-{name}", **rest.pop("metadata", {})}
    if going:
        meta["deletionTimestamp"] = time_text(EPOCH)
    return {"metadata": meta, **rest}


@pytest.fixture
def store() -> Collection:
    made = Collection()
    put(made, "namespaces", namespace())
    return made


def put(store: Collection, resource: str, obj: Obj) -> None:
    meta = obj["metadata"]
    old = store.get(resource, meta.get("namespace", ""), meta["name"])
    store.apply(resource, old, obj, store.revision + 1)


def decided(store: Collection, memory: Memory | None, now: int) -> Plan:
    seen = CONTROLLER.snapshot(store, KEY, memory)
    assert seen is not None
    return CONTROLLER.decide(seen, now)


def act(store: Collection, asked: bool = False) -> Plan:
    """When its time has come."""
    now = EPOCH + GRACE
    return decided(store, Memory("7", now, asked), now)


def conditions(plan: Plan) -> dict[str, tuple[str, str, str]]:
    (update,) = (a for a in plan.actions if isinstance(a, Update) and a.subresource == "status")
    return {c["type"]: (c["status"], c["reason"], c["message"]) for c in update.obj["status"]["conditions"]}


def test_who_lives_is_left_alone(store: Collection) -> None:
    alive = namespace()
    del alive["metadata"]["deletionTimestamp"]
    put(store, "namespaces", alive)
    assert CONTROLLER.snapshot(store, KEY, None) is None
    put(store, "namespaces", namespace(finalizers=("example.com/hold",)))
    assert CONTROLLER.snapshot(store, KEY, None) is None


def test_it_waits_for_what_is_on_its_way_in(store: Collection) -> None:
    plan = decided(store, None, EPOCH)
    assert plan == Plan(look_again=EPOCH + GRACE, remember=Memory("7", EPOCH + GRACE))
    put(store, "namespaces", namespace("8"))
    later = decided(store, plan.remember, EPOCH + SECOND)  # type: ignore[arg-type]
    assert later == Plan(look_again=EPOCH + GRACE, remember=Memory("8", EPOCH + GRACE))


def test_pods_go_first(store: Collection) -> None:
    put(store, "pods", named("p", spec={"terminationGracePeriodSeconds": 30}))
    put(store, "configmaps", named("c"))
    plan = act(store)
    assert [(a.ref.resource, a.ref.name, a.propagation) for a in plan.actions if isinstance(a, Delete)] == [
        ("pods", "p", "Background")
    ]
    assert len(plan.actions) == 1 and plan.look_again == EPOCH + GRACE + CHECK
    put(store, "pods", named("p", going=True, spec={"terminationGracePeriodSeconds": 30}))
    plan = act(store)
    assert conditions(plan)["NamespaceContentRemaining"] == (
        "True", "SomeResourcesRemain", "Some resources are remaining: pods. has 1 resource instances",
    )  # fmt: skip
    assert len(plan.actions) == 1 and plan.look_again == EPOCH + GRACE + 16 * SECOND


def test_then_all_the_rest_of_every_kind(store: Collection) -> None:
    definition = {
        "metadata": {"name": "x", "uid": "x"},
        "spec": {"scope": "Namespaced", "group": "e.com", "names": {"plural": "cups"}},
    }
    put(store, "customresourcedefinitions.apiextensions.k8s.io", definition)
    resources = (
        "configmaps", "cups.e.com", "events", "leases.coordination.k8s.io", "persistentvolumeclaims", "serviceaccounts",
        "statefulsets.apps",
    )  # fmt: skip
    for resource in resources:
        put(store, resource, named("x"))
    put(store, "nodes", {"metadata": {"name": "n", "uid": "node"}})
    assert sorted(a.ref.resource for a in act(store).actions if isinstance(a, Delete)) == sorted(resources)


def test_what_is_left_is_told(store: Collection) -> None:
    put(store, "configmaps", named("held", going=True, metadata={"finalizers": ["example.com/f"]}))
    for name in "ab":
        put(store, "jobs.batch", named(name, going=True, metadata={"finalizers": ["example.com/f", "example.com/g"]}))
    plan = act(store)
    assert conditions(plan) == {
        "NamespaceDeletionDiscoveryFailure": ("False", "ResourcesDiscovered", "All resources successfully discovered"),
        "NamespaceDeletionGroupVersionParsingFailure": (
            "False", "ParsedGroupVersions", "All legacy kube types successfully parsed",
        ),
        "NamespaceDeletionContentFailure": (
            "False", "ContentDeleted", "All content successfully deleted, may be waiting on finalization",
        ),
        "NamespaceContentRemaining": (
            "True", "SomeResourcesRemain",
            "Some resources are remaining: configmaps. has 1 resource instances, jobs.batch has 2 resource instances",
        ),
        "NamespaceFinalizersRemaining": (
            "True", "SomeFinalizersRemain",
            "Some content in the namespace has finalizers remaining: example.com/f in 3 resource instances, "
            "example.com/g in 2 resource instances",
        ),
    }  # fmt: skip
    assert plan.look_again == EPOCH + GRACE + 8_500_000


def test_what_has_been_told_is_not_told_again(store: Collection) -> None:
    put(store, "configmaps", named("held", going=True, metadata={"finalizers": ["example.com/f"]}))
    (update,) = act(store).actions
    assert isinstance(update, Update)
    told = update.obj
    put(store, "namespaces", told)
    assert act(store).actions == ()
    put(store, "configmaps", named("other", going=True, metadata={"finalizers": ["example.com/f"]}))
    plan = act(store)
    assert "configmaps. has 2" in conditions(plan)["NamespaceContentRemaining"][2]


def test_what_does_not_go_is_asked_again_but_not_at_once(store: Collection) -> None:
    put(store, "configmaps", named("stubborn"))
    plan = act(store, asked=True)
    assert isinstance(plan.actions[0], Delete) and plan.look_again == EPOCH + GRACE + 5 * SECOND
    assert conditions(plan)["NamespaceContentRemaining"][0] == "True"


def test_an_empty_namespace_is_let_go(store: Collection) -> None:
    put(store, "namespaces", namespace(finalizers=("example.com/hold", "kubernetes")))
    told, finalized = act(store).actions
    assert isinstance(told, Update) and told.subresource == "status"
    assert {c["status"] for c in told.obj["status"]["conditions"]} == {"False"}
    assert isinstance(finalized, Update) and finalized.subresource == "finalize"
    assert finalized.obj["spec"] == {"finalizers": ["example.com/hold"]}
    assert "resourceVersion" not in finalized.obj["metadata"]
