"""Defaults of a CronJob (Kubernetes: pkg/apis/batch/v1/defaults)."""

from quorate.apiserver.defaults.job import default_failure_policy
from quorate.apiserver.defaults.pod_spec import default_template
from quorate.apiserver.defaults.sharing import filled, mapped
from quorate.apiserver.defaults.workloads import with_spec
from quorate.contract.plan import Obj

RESOURCE = "cronjobs.batch"
_SPEC = {
    "concurrencyPolicy": "Allow", "suspend": False, "successfulJobsHistoryLimit": 3, "failedJobsHistoryLimit": 1,
}  # fmt: skip


def default(obj: Obj) -> Obj:
    return with_spec(
        obj, mapped(filled(obj.get("spec") or {}, {**_SPEC, "jobTemplate": {}}), "jobTemplate", _job_template)
    )


def _job_template(template: Obj) -> Obj:
    """Only the pods in it are defaulted: the Job's own fields are filled in when a Job is made of it."""
    return mapped(filled(template, {"metadata": {}, "spec": {}}), "spec", _job_spec)


def _job_spec(spec: Obj) -> Obj:
    out = mapped(filled(spec, {"template": {}}), "template", default_template)
    return mapped(out, "podFailurePolicy", default_failure_policy)
