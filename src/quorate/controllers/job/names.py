"""What a Job and its pods are marked with, and the names of its pods."""

from quorate.contract.plan import Obj

JOBS, PODS = "jobs.batch", "pods"
OWN_CONTROLLER = "kubernetes.io/job-controller"
TRACKING = "batch.kubernetes.io/job-tracking"
INDEX = "batch.kubernetes.io/job-completion-index"
FAILURES = "batch.kubernetes.io/job-index-failure-count"
IGNORED_FAILURES = "batch.kubernetes.io/job-index-ignored-failure-count"
INDEX_ENV = "JOB_COMPLETION_INDEX"
_PREFIX_MOST = 63 - 5
_INT32 = 2**31


def pod_prefix(job: str, index: int | None) -> str:
    """The generateName of a pod: "work-", of an Indexed Job "work-3-"; the Job's name is cut, the index never is."""
    if index is None:
        return f"{job}-"
    end = f"-{index}-"
    return job[: _PREFIX_MOST - len(end)] + end if len(job) + len(end) > _PREFIX_MOST else job + end


def is_tracked(pod: Obj) -> bool:
    """Whether the pod waits to be counted."""
    return TRACKING in (pod["metadata"].get("finalizers") or ())


def index_of(pod: Obj) -> int | None:
    """The completion index of a pod of an Indexed Job."""
    text = (pod["metadata"].get("annotations") or {}).get(INDEX, "")
    digits = text.removeprefix("+")
    return int(digits) if digits.isascii() and digits.isdigit() else None


def counted(pod: Obj, annotation: str) -> int:
    """A count that the pod carries on from those before it; 0 when it is not there or makes no sense."""
    text = (pod["metadata"].get("annotations") or {}).get(annotation, "")
    return int(text) if text.isascii() and text.isdigit() and int(text) < _INT32 else 0


def is_indexed(job: Obj) -> bool:
    return job["spec"].get("completionMode") == "Indexed"


def is_per_index(job: Obj) -> bool:
    """Whether each index has a back-off and a limit of failures of its own."""
    return job["spec"].get("backoffLimitPerIndex") is not None


def is_suspended(job: Obj) -> bool:
    return bool(job["spec"].get("suspend"))


def is_foreign(job: Obj) -> bool:
    """Whether somebody else's controller looks after it."""
    return job["spec"].get("managedBy", OWN_CONTROLLER) != OWN_CONTROLLER


def finished(job: Obj) -> Obj | None:
    """Its Complete or Failed condition, when it is true."""
    for condition in (job.get("status") or {}).get("conditions") or ():
        if condition["type"] in ("Complete", "Failed") and condition["status"] == "True":
            return condition
    return None
