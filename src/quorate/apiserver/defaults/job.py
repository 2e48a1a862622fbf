"""Defaults of a Job (Kubernetes: pkg/apis/batch/v1/defaults)."""

from quorate.apiserver.defaults.sharing import every, filled, mapped
from quorate.apiserver.defaults.workloads import with_spec, with_template
from quorate.contract.plan import Obj

RESOURCE = "jobs.batch"
UNLIMITED = (1 << 31) - 1


def default(obj: Obj) -> Obj:
    spec = obj.get("spec") or {}
    if spec.get("completions") is None and spec.get("parallelism") is None:
        # One pod, once. Who gives only one of the two wants a work queue, or that many completions one by one.
        spec = {**spec, "completions": 1, "parallelism": 1}
    spec = with_template(spec, {
        "parallelism": 1,
        "backoffLimit": 6 if spec.get("backoffLimitPerIndex") is None else UNLIMITED,
        "completionMode": "NonIndexed",
        "suspend": False,
        "podReplacementPolicy": "TerminatingOrFailed" if spec.get("podFailurePolicy") is None else "Failed",
        "manualSelector": False,
    })  # fmt: skip
    spec = mapped(spec, "podFailurePolicy", default_failure_policy)
    labels = spec["template"]["metadata"].get("labels")
    if labels and not obj["metadata"].get("labels"):
        obj = {**obj, "metadata": {**obj["metadata"], "labels": labels}}
    return with_spec(obj, spec)


def default_failure_policy(policy: Obj) -> Obj:
    return every(policy, "rules", _rule)


def _rule(rule: Obj) -> Obj:
    return every(rule, "onPodConditions", _pattern)


def _pattern(pattern: Obj) -> Obj:
    return filled(pattern, {"status": "True"})
