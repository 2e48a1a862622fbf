"""Whatever users, kubelets and refusals do in between: the promises of a StatefulSet hold after every write."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quorate.contract.plan import Create, Delete
from quorate.controllers.statefulset.names import parse_pod_name
from quorate.kernel.clock import SECOND

ORDINALS = st.integers(0, 4)
MOVES = st.one_of(
    st.tuples(st.just("look"), st.just(0)),
    st.tuples(st.just("look"), st.just(0)),
    st.tuples(st.just("ready"), ORDINALS),
    st.tuples(st.just("ready"), ORDINALS),
    st.tuples(st.just("unready"), ORDINALS),
    st.tuples(st.just("fail"), ORDINALS),
    st.tuples(st.just("delete"), ORDINALS),
    st.tuples(st.just("gone"), ORDINALS),
    st.tuples(st.just("gone"), ORDINALS),
    st.tuples(st.just("scale"), ORDINALS),
    st.tuples(st.just("start"), st.integers(0, 2)),
    st.tuples(st.just("image"), st.integers(1, 3)),
    st.tuples(st.just("partition"), ORDINALS),
    st.tuples(st.just("policy"), st.integers(0, 3)),
    st.tuples(st.just("lose claim"), ORDINALS),
    st.tuples(st.just("refuse"), st.integers(0, 2)),
    st.tuples(st.just("relabel"), ORDINALS),
    st.tuples(st.just("wait"), st.integers(1, 5)),
)
REASONS = (None, "Forbidden", "Conflict")
POLICIES = [("Retain", "Retain"), ("Retain", "Delete"), ("Delete", "Retain"), ("Delete", "Delete")]


def move(on: Any, what: str, n: int) -> None:
    pod = on.pod(f"web-{n}")
    match what:
        case "look":
            on.step()
        case "ready" if pod is not None:
            on.ready(f"web-{n}")
        case "unready" if pod is not None:
            on.unready(f"web-{n}")
        case "fail" if pod is not None:
            on.phase(f"web-{n}", "Failed")
        case "delete" if pod is not None:
            on.delete(f"web-{n}")
        case "gone" if pod is not None and "deletionTimestamp" in pod["metadata"]:
            on.gone(f"web-{n}")
        case "scale":
            on.edit(replicas=n)
        case "start":
            on.edit(ordinals={"start": n})
        case "image":
            on.edit(image=f"app:{n}")
        case "partition":
            on.edit(updateStrategy={"type": "RollingUpdate", "rollingUpdate": {"partition": n}})
        case "policy":
            scaled, deleted = POLICIES[n]
            on.edit(persistentVolumeClaimRetentionPolicy={"whenScaled": scaled, "whenDeleted": deleted})
        case "lose claim" if pod is None:
            on.drop("persistentvolumeclaims", f"data-web-{n}")
        case "refuse":
            on.refuse = lambda _: REASONS[n]
        case "relabel" if pod is not None:
            labels = {
                "app": "web",
                "controller-revision-hash": pod["metadata"]["labels"].get("controller-revision-hash", ""),
            }
            on.put("pods", {**pod, "metadata": {**pod["metadata"], "labels": labels}})
        case "wait":
            on.now += n * SECOND


def is_ready(pod: Any) -> bool:
    conditions = pod["status"].get("conditions", [])
    return pod["status"]["phase"] == "Running" and any(c["status"] == "True" for c in conditions)


def promises(on: Any, ordered: bool) -> Any:
    """Checked before every write of the controller."""

    def check(action: Any) -> None:
        spec = on.set["spec"]
        start = spec.get("ordinals", {}).get("start", 0)
        if isinstance(action, Create) and action.resource == "pods":
            name = action.obj["metadata"]["name"]
            ordinal = parse_pod_name(name)[1]
            assert start <= ordinal < start + spec["replicas"]
            assert on.pod(name) is None, "two pods of one name"
            assert on.claim(f"data-{name}") is not None, "a pod before its claim"
            volumes = action.obj["spec"]["volumes"]
            assert volumes == [{"name": "data", "persistentVolumeClaim": {"claimName": f"data-{name}"}}]
            if ordered:
                for lower in range(start, ordinal):
                    before = on.pod(f"web-{lower}")
                    assert before is not None and is_ready(before), f"a hole at web-{lower} below web-{ordinal}"
                    assert "deletionTimestamp" not in before["metadata"]
        if isinstance(action, Delete) and action.ref.resource == "pods":
            pod = on.pod(action.ref.name)
            if pod is None:
                return
            ordinal = parse_pod_name(action.ref.name)[1]
            condemned = not start <= ordinal < start + spec["replicas"]
            assert "deletionTimestamp" not in pod["metadata"]
            if ordered and not condemned and pod["status"]["phase"] == "Running":
                assert ordinal - start >= spec["updateStrategy"]["rollingUpdate"]["partition"]

    return check


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    policy=st.sampled_from(["OrderedReady", "Parallel"]),
    seconds=st.sampled_from([0, 2]),
    moves=st.lists(MOVES, max_size=60),
)
def test_promises_hold_and_the_set_comes_to_rest(
    stage: Any, policy: str, seconds: int, moves: list[tuple[str, int]]
) -> None:
    on = stage(podManagementPolicy=policy, templates=["data"], minReadySeconds=seconds)
    on.before = promises(on, policy == "OrderedReady")
    for what, n in moves:
        move(on, what, n)
    on.refuse = lambda _: None
    converge(on)
    spec, status = on.set["spec"], on.status
    start = spec.get("ordinals", {}).get("start", 0)
    wanted = [f"web-{n}" for n in range(start, start + spec["replicas"])]
    assert on.pods == wanted
    for name in wanted:
        assert on.pod(name)["metadata"]["labels"]["statefulset.kubernetes.io/pod-name"] == name
    assert status["observedGeneration"] == on.set["metadata"]["generation"]
    assert status["replicas"] == status.get("readyReplicas", 0) == status["availableReplicas"] == spec["replicas"]
    partition = spec["updateStrategy"]["rollingUpdate"]["partition"]
    assert status.get("updatedReplicas", 0) >= spec["replicas"] - partition


def converge(on: Any) -> None:
    """Faults have stopped: pods get ready, garbage collection takes claims whose pod has gone."""
    for _ in range(200):
        before = on.cache.revision
        on.settle()
        on.finish()
        for name in on.pods:
            pod = on.pod(name)
            if (
                "deletionTimestamp" not in pod["metadata"]
                and pod["status"]["phase"] in ("Pending", "Running")
                and not is_ready(pod)
            ):
                on.ready(name)
        for claim in list(on.cache.list("persistentvolumeclaims")):
            uids = {on.set["metadata"]["uid"], *(p["metadata"]["uid"] for p in on.cache.list("pods"))}
            refs = claim["metadata"].get("ownerReferences") or []
            if refs and not any(ref["uid"] in uids for ref in refs):
                on.drop("persistentvolumeclaims", claim["metadata"]["name"])
        if on.cache.revision == before:
            again = on.look().look_again
            if again is None:
                return
            on.now = again
    raise AssertionError("the set does not come to rest")
