"""What objects cost in a quota, and sums that follow the objects change by change."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quorate.kernel.clock import EPOCH, SECOND
from quorate.objects.collection import Collection
from quorate.objects.pod_resources import totals
from quorate.objects.quantity import parse
from quorate.objects.quota import concerns, is_best_effort, unsaid, usage
from quorate.objects.quota_usage import Usage
from quorate.objects.times import time_text

Obj = dict[str, Any]


def box(cpu: str, **more: Any) -> Obj:
    return {"name": "c", "resources": {"requests": {"cpu": cpu}}, **more}


POD_TOTALS: list[tuple[str, Obj, str]] = [
    ("the sum of its containers", {"containers": [box("250m"), box("1")]}, "1250m"),
    ("its largest init container", {"containers": [box("1")], "initContainers": [box("3"), box("2")]}, "3"),
    ("a sidecar beside the others", {"containers": [box("1")], "initContainers": [box("2", restartPolicy="Always")]}, "3"),
    (
        "an init container beside the sidecars before it",
        {"containers": [box("1")], "initContainers": [box("2", restartPolicy="Always"), box("5")]}, "7",
    ),
    (
        "an init container before the sidecars",
        {"containers": [box("1")], "initContainers": [box("5"), box("2", restartPolicy="Always")]}, "5",
    ),
    ("what it asks for as a whole", {"containers": [box("1")], "resources": {"requests": {"cpu": "4"}}}, "4"),
    ("its overhead on top", {"containers": [box("1")], "overhead": {"cpu": "100m"}}, "1100m"),
]  # fmt: skip


@pytest.mark.parametrize(("spec", "cpu"), [t[1:] for t in POD_TOTALS], ids=[t[0] for t in POD_TOTALS])
def test_what_a_pod_asks_for(spec: Obj, cpu: str) -> None:
    assert totals({"spec": spec}, "requests") == {"cpu": cpu}


USAGES: list[tuple[str, Obj, Obj]] = [
    (
        "pods",
        {"spec": {"containers": [{"resources": {
            "requests": {"cpu": "250m", "memory": "100Mi", "nvidia.com/gpu": "1", "hugepages-2Mi": "4Mi"},
            "limits": {"cpu": "500m"},
        }}]}},
        {
            "pods": "1", "count/pods": "1", "cpu": "250m", "requests.cpu": "250m", "memory": "100Mi",
            "requests.memory": "100Mi", "limits.cpu": "500m", "requests.nvidia.com/gpu": "1", "hugepages-2Mi": "4Mi",
            "requests.hugepages-2Mi": "4Mi",
        },
    ),
    ("pods", {"spec": {"containers": [box("1")]}, "status": {"phase": "Succeeded"}}, {"count/pods": "1"}),
    (
        "persistentvolumeclaims",
        {"metadata": {}, "spec": {"storageClassName": "fast", "resources": {"requests": {"storage": "3Gi"}}}},
        {
            "persistentvolumeclaims": "1", "count/persistentvolumeclaims": "1", "requests.storage": "3Gi",
            "fast.storageclass.storage.k8s.io/persistentvolumeclaims": "1",
            "fast.storageclass.storage.k8s.io/requests.storage": "3Gi",
        },
    ),
    (
        "services", {"spec": {"type": "LoadBalancer", "ports": [{}, {}]}},
        {"services": "1", "count/services": "1", "services.nodeports": "2", "services.loadbalancers": "1"},
    ),
    (
        "services",
        {"spec": {"type": "LoadBalancer", "allocateLoadBalancerNodePorts": False, "ports": [{"nodePort": 30001}, {}]}},
        {"services": "1", "count/services": "1", "services.nodeports": "1", "services.loadbalancers": "1"},
    ),
    ("secrets", {}, {"secrets": "1", "count/secrets": "1"}),
    ("jobs.batch", {}, {"count/jobs.batch": "1"}),
]  # fmt: skip


@pytest.mark.parametrize(("resource", "obj", "cost"), USAGES)
def test_what_objects_cost(resource: str, obj: Obj, cost: Obj) -> None:
    assert usage(resource, {"metadata": {}, **obj}) == cost
    assert concerns(resource, cost) == list(cost)


def test_names_that_concern_nobody() -> None:
    names = ["storage", "requests.kubernetes.io/x", "count/jobs.batch", "services.nodeports", "a.b/requests.storage"]
    assert concerns("pods", names) == concerns("persistentvolumeclaims", names) == []
    assert concerns("jobs.batch", names) == ["count/jobs.batch"]


def test_what_is_best_effort() -> None:
    assert is_best_effort({"spec": {"containers": [{"name": "c"}, box("0")]}})
    assert not is_best_effort({"spec": {"containers": [{"name": "c"}], "initContainers": [box("1m")]}})


def test_what_containers_leave_unsaid() -> None:
    containers = [{"name": "b"}, {"name": "a", "resources": {"requests": {"cpu": "1"}}}]
    pod = {"spec": {"containers": containers, "initContainers": [{"name": "i"}]}}
    assert unsaid(pod, ["pods", "cpu", "limits.memory"]) == "cpu for: b,i; limits.memory for: a,b,i"
    assert unsaid(pod, ["pods", "requests.ephemeral-storage"]) == ""


Step = tuple[str, str, str, bool]
steps = st.lists(
    st.tuples(
        st.sampled_from(["put", "stop", "remove"]), st.sampled_from("abc"), st.sampled_from(["1", "250m", "0", "1500m"]),
        st.booleans(),
    ),
    max_size=30,
)  # fmt: skip


@given(steps)
def test_sums_are_those_of_a_fresh_count(done: list[Step]) -> None:
    """Whatever comes, changes, stops and goes: the sums that were kept are what counting anew gives."""
    store = Collection()
    store.add_view(Usage)
    kept, now = store.view(Usage).sums("n", (), store.list), EPOCH
    for i, (what, name, cpu, finished) in enumerate(done):
        old = store.get("pods", "n", name)
        now = EPOCH + i * SECOND
        if what == "remove":
            if old is not None:
                store.apply("pods", old, None, i)
            continue
        meta: Obj = {"namespace": "n", "name": name, "uid": old["metadata"]["uid"] if old else f"{name}-{i}"}
        if what == "stop":
            meta |= {"deletionTimestamp": time_text(now + 2 * SECOND), "deletionGracePeriodSeconds": 2}
        spec = old["spec"] if old and not finished else {"containers": [box(cpu)]}
        new = {"metadata": meta, "spec": spec, "status": {"phase": "Failed" if finished else "Running"}}
        store.apply("pods", old, new, i)
        fresh = Usage().sums("n", (), store.list)
        for instant in (now, now + 4 * SECOND, now + 5 * SECOND):
            want = {n: parse(a) for n, a in fresh.at(instant).items() if parse(a)}
            assert {n: parse(a) for n, a in kept.at(instant).items() if parse(a)} == want
        assert kept.next_change(now) == fresh.next_change(now)
