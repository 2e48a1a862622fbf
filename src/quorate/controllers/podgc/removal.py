"""How the pod garbage collector removes a pod: it is marked Failed, then deleted without grace."""

from quorate.contract.plan import Action, Delete, Obj, Outcome, Patch, Ref
from quorate.kernel.clock import SECOND, Duration, Instant
from quorate.objects.pod import is_finished
from quorate.objects.times import time_text

USER = "system:serviceaccount:kube-system:pod-garbage-collector"
PERIOD: Duration = 20 * SECOND
_GONE = Outcome(fine=frozenset({"NotFound"}))


def next_round(now: Instant) -> Instant:
    """The collector's next round, at `now` or later."""
    return -(-now // PERIOD) * PERIOD


def removal(pod: Obj, now: Instant, why: str = "") -> list[Action]:
    """`why`: the message of its DisruptionTarget condition; "" for none."""
    meta = pod["metadata"]
    ref = Ref("pods", meta["namespace"], meta["name"])
    out: list[Action] = []
    if not is_finished(pod):
        status: Obj = {"phase": "Failed"}
        if why:
            target: Obj = {
                "type": "DisruptionTarget", "status": "True", "reason": "DeletionByPodGC", "message": why,
                "lastTransitionTime": time_text(now),
            }  # fmt: skip
            if meta.get("generation"):
                target["observedGeneration"] = meta["generation"]
            status["conditions"] = [target]
        out.append(Patch(ref, {"metadata": {"uid": meta["uid"]}, "status": status}, "strategic", "status", _GONE))
    out.append(Delete(ref, uid=meta["uid"], grace_seconds=0, outcome=_GONE))
    return out
