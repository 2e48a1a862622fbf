"""When an Indexed Job has succeeded although not all indexes have (Kubernetes: job/success_policy.go)."""

from quorate.contract.plan import Obj
from quorate.controllers.job.indexes import Indexes, parse


def matched(job: Obj, succeeded: Indexes) -> str | None:
    """The message that names the first rule of successPolicy that is met."""
    policy = job["spec"].get("successPolicy")
    if policy is None or not len(succeeded):
        return None
    for i, rule in enumerate(policy.get("rules") or ()):
        if _met(rule, succeeded, job["spec"]["completions"]):
            return f"Matched rules at index {i}"
    return None


def _met(rule: Obj, succeeded: Indexes, completions: int) -> bool:
    count, text = rule.get("succeededCount"), rule.get("succeededIndexes")
    if text is None:
        return count is not None and len(succeeded) >= count
    wanted = parse(text, completions)
    if not len(wanted):
        return False
    there = len(wanted & succeeded)
    return there == len(wanted) or (count is not None and there >= count)
