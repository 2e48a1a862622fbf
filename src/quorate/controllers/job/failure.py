"""Which pods have failed, and what a Job's podFailurePolicy makes of them (Kubernetes: job/pod_failure_policy.go)."""

from collections.abc import Iterable
from typing import NamedTuple

from quorate.contract.plan import Obj
from quorate.controllers.job.names import FAILURES, counted
from quorate.objects.pod import is_terminating, phase


class Verdict(NamedTuple):
    """`message`: why the whole Job fails. `counts`: towards the limits. `action`: of the rule that matched, "" for none."""

    message: str | None = None
    counts: bool = True
    action: str = ""


def replaces_failed_only(job: Obj) -> bool:
    """Whether a pod on its way out is waited for before another takes its place."""
    spec = job["spec"]
    return spec.get("podReplacementPolicy") == "Failed" or spec.get("podFailurePolicy") is not None


def has_failed(pod: Obj, job: Obj) -> bool:
    """A pod that is being deleted has failed too, unless its end is waited for: it may never get to say so itself."""
    state = phase(pod)
    if state == "Failed":
        return True
    return not replaces_failed_only(job) and is_terminating(pod) and state != "Succeeded"


def judge(job: Obj, pod: Obj) -> Verdict:
    """What the first rule that fits a failed pod says."""
    policy = job["spec"].get("podFailurePolicy")
    meta = pod["metadata"]
    name = f"{meta['namespace']}/{meta['name']}"
    for i, rule in enumerate((policy or {}).get("rules") or ()):
        action = rule.get("action", "")
        if rule.get("onExitCodes") is not None:
            ended = _ended(pod, rule["onExitCodes"])
            if ended is None:
                continue
            code = ended["state"]["terminated"]["exitCode"]
            what = f"Container {ended['name']} for pod {name} failed with exit code {code}"
        else:
            condition = _condition(pod, rule.get("onPodConditions") or ())
            if condition is None:
                continue
            what = f"Pod {name} has condition {condition['type']}"
        if action == "FailJob":
            return Verdict(f"{what} matching {action} rule at index {i}", True, action)
        if action in ("Ignore", "FailIndex", "Count"):
            return Verdict(None, action != "Ignore", action)
    return Verdict()


def _ended(pod: Obj, wanted: Obj) -> Obj | None:
    """The first container that ended badly with such an exit code."""
    status = pod.get("status") or {}
    values, name = wanted.get("values") or (), wanted.get("containerName")
    for field in ("containerStatuses", "initContainerStatuses"):
        for container in status.get(field) or ():
            code = ((container.get("state") or {}).get("terminated") or {}).get("exitCode", 0)
            if code != 0 and name in (None, container["name"]) and (code in values) is (wanted.get("operator") == "In"):
                return container
    return None


def _condition(pod: Obj, patterns: Iterable[Obj]) -> Obj | None:
    wanted = {(p.get("type"), p.get("status")) for p in patterns}
    for condition in (pod.get("status") or {}).get("conditions") or ():
        if (condition["type"], condition["status"]) in wanted:
            return condition
    return None


def fails_job(job: Obj, pods: Iterable[Obj]) -> str | None:
    """Why a pod's end ends the Job."""
    if job["spec"].get("podFailurePolicy") is None:
        return None
    messages = (judge(job, pod).message for pod in pods if has_failed(pod, job))
    return next((message for message in messages if message is not None), None)


def fails_index(job: Obj, pod: Obj) -> bool:
    """Whether a pod's end ends its index: by a rule, or as the last one that backoffLimitPerIndex allows."""
    if not has_failed(pod, job):
        return False
    verdict = judge(job, pod)
    if verdict.action == "FailIndex":
        return True
    return verdict.counts and counted(pod, FAILURES) >= job["spec"]["backoffLimitPerIndex"]


def restarted_too_often(job: Obj, pods: Iterable[Obj]) -> bool:
    """Under restartPolicy OnFailure the restarts of containers count towards backoffLimit."""
    spec = job["spec"]
    if spec["template"]["spec"].get("restartPolicy") != "OnFailure":
        return False
    restarts = 0
    for pod in pods:
        if phase(pod) in ("Running", "Pending"):
            for field in ("initContainerStatuses", "containerStatuses"):
                restarts += sum(c.get("restartCount", 0) for c in pod["status"].get(field) or ())
    limit: int = spec.get("backoffLimit", 6)
    return restarts > 0 if limit == 0 else restarts >= limit
