"""May this pod be evicted? The decision of POST pods/NAME/eviction (Kubernetes: pkg/registry/core/pod/storage).

    check_name  400 when the URL and the body name two pods; asked before the pod is looked up
    evict       the verdict, or `Refused`: 429 (the budget), 500 (two budgets), 403 (a broken budget)

A verdict is carried out in this order: the budget's status, the pod's status, the pod's deletion.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from quorate.contract.failures import Obj, Refused, bad_request, forbidden
from quorate.kernel.clock import Instant
from quorate.objects.pod import condition, is_finished, is_ready, is_terminating, phase
from quorate.objects.selectors import selector
from quorate.objects.times import time_text

MOST_DISRUPTED = 2000
"""More evictions than this that the disruption controller has not confirmed: no further one."""
RETRY_AFTER_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Verdict:
    """The pod may go.

    budget            the budget with one disruption taken from its status, to be written first (its resourceVersion is
                      that which was judged: on a conflict judge again); None when no budget pays
    pod               the pod with the condition that says why it goes, to be written next; None when nothing changes
    dry_run           write nothing
    held_still        the pod was let go as unready: if it changed since it was judged, the answer is `busy(held_still)`
    """

    budget: Obj | None
    pod: Obj | None
    dry_run: bool
    grace_seconds: int | None = None
    propagation: str | None = None
    uid: str | None = None
    resource_version: str | None = None
    held_still: str | None = None


def check_name(name: str, body: Obj) -> None:
    if (body.get("metadata") or {}).get("name", "") != name:
        raise bad_request("name in URL does not match name in Eviction object")


def evict(pod: Obj, budgets: Iterable[Obj], body: Obj, now: Instant, dry_run: bool = False) -> Verdict:
    """`budgets` are those of the pod's namespace, `body` is the Eviction, `dry_run` the request's own parameter."""
    check_name(pod["metadata"]["name"], body)
    options: dict[str, Any] = body.get("deleteOptions") or {}
    dry_run = dry_run or bool(options.get("dryRun"))
    paid, held_still = (None, None) if _needs_no_budget(pod) else _asked(pod, budgets, now)
    expected = options.get("preconditions") or {}
    return Verdict(
        None if dry_run else paid,
        None if dry_run else _marked(pod, now),
        dry_run,
        options.get("gracePeriodSeconds"),
        options.get("propagationPolicy"),
        expected.get("uid"),
        expected.get("resourceVersion"),
        held_still,
    )


def _needs_no_budget(pod: Obj) -> bool:
    """A pod that does no work yet, or no more, disrupts nobody by going."""
    return is_terminating(pod) or is_finished(pod) or phase(pod) == "Pending"


def _asked(pod: Obj, budgets: Iterable[Obj], now: Instant) -> tuple[Obj | None, str | None]:
    labels = pod["metadata"].get("labels")
    covering = [b for b in budgets if selector((b.get("spec") or {}).get("selector")).matches(labels)]
    if not covering:
        return None, None
    if len(covering) > 1:
        message = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."
        raise Refused("", message, code=500)
    budget = covering[0]
    if not is_ready(pod) and _lets_unready_go(budget):
        # An unready pod is not among the healthy ones, so nothing is taken from them.
        return None, budget["metadata"]["name"]
    return _pays(budget, pod["metadata"]["name"], now), None


def _lets_unready_go(budget: Obj) -> bool:
    if (budget["spec"] or {}).get("unhealthyPodEvictionPolicy") == "AlwaysAllow":
        return True
    status = budget.get("status") or {}
    desired: int = status.get("desiredHealthy", 0)
    return 0 < desired <= status.get("currentHealthy", 0)


def _pays(budget: Obj, pod: str, now: Instant) -> Obj:
    """The budget with this disruption in its status."""
    meta, status = budget["metadata"], budget.get("status") or {}
    if status.get("observedGeneration", 0) < meta.get("generation", 0):
        raise busy(meta["name"])
    allowed, disrupted = status.get("disruptionsAllowed", 0), status.get("disruptedPods") or {}
    if allowed < 0:
        raise forbidden("poddisruptionbudget", "policy", meta["name"], "pdb disruptions allowed is negative")
    if len(disrupted) > MOST_DISRUPTED:
        why = "DisruptedPods map too big - too many evictions not confirmed by PDB controller"
        raise forbidden("poddisruptionbudget", "policy", meta["name"], why)
    if allowed == 0:
        raise _too_many(_why_not(budget))
    left: Obj = {**status, "disruptionsAllowed": allowed - 1, "disruptedPods": {**disrupted, pod: time_text(now)}}
    if allowed == 1:
        left["conditions"] = _exhausted(status, now)
    return {**budget, "status": left}


def _exhausted(status: Obj, now: Instant) -> list[Obj]:
    had = status.get("conditions") or []
    was = next((c for c in had if c["type"] == "DisruptionAllowed"), None)
    since = was["lastTransitionTime"] if was is not None and was["status"] == "False" else time_text(now)
    condition_ = {
        "type": "DisruptionAllowed", "status": "False", "observedGeneration": status.get("observedGeneration", 0),
        "lastTransitionTime": since, "reason": "InsufficientPods", "message": "",
    }  # fmt: skip
    return [condition_ if c is was else c for c in had] if was is not None else [*had, condition_]


def _why_not(budget: Obj) -> str:
    name, status = budget["metadata"]["name"], budget.get("status") or {}
    allowed = condition(budget, "DisruptionAllowed")
    if allowed is not None and allowed["status"] == "False" and allowed.get("reason") == "SyncFailed":
        why = allowed.get("message", "")
        return f"The disruption budget {name} does not allow evicting pods currently because it failed sync: {why}"
    has, needs = status.get("currentHealthy", 0), status.get("desiredHealthy", 0)
    if has <= needs:
        return f"The disruption budget {name} needs {needs} healthy pods and has {has} currently"
    return f"The disruption budget {name} does not allow evicting pods currently"


def _too_many(cause: str, retry_after: int = 0) -> Refused:
    details: Obj = {"causes": [{"reason": "DisruptionBudget", "message": cause}]}
    if retry_after:
        details["retryAfterSeconds"] = retry_after
    return Refused("TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget.", details)


def busy(budget: str) -> Refused:
    """The disruption controller has not seen the newest budget, or the pod changed while it was judged: ask again."""
    return _too_many(f"The disruption budget {budget} is still being processed by the server.", RETRY_AFTER_SECONDS)


def _marked(pod: Obj, now: Instant) -> Obj | None:
    """The pod with the condition DisruptionTarget, by which its owner tells an eviction from a failure."""
    was = condition(pod, "DisruptionTarget")
    reason, message = "EvictionByEvictionAPI", "Eviction API: evicting"
    if was is not None and (was["status"], was.get("reason"), was.get("message")) == ("True", reason, message):
        return None
    since = was["lastTransitionTime"] if was is not None and was["status"] == "True" else time_text(now)
    new = {
        "type": "DisruptionTarget", "status": "True", "lastProbeTime": None, "lastTransitionTime": since,
        "reason": reason, "message": message,
    }  # fmt: skip
    status = pod.get("status") or {}
    had = status.get("conditions") or []
    conditions = [new if c is was else c for c in had] if was is not None else [*had, new]
    return {**pod, "status": {**status, "conditions": conditions}}
