"""Jobs (batch/validation, ValidateJobSpec)."""

from typing import Any

from quorate.apiserver.validation.errors import FieldError, invalid, not_negative, not_supported, required
from quorate.apiserver.validation.pod_template import pod_template
from quorate.apiserver.validation.pod_update import same
from quorate.apiserver.validation.selectors import compiles, label_selector, shown, shown_labels
from quorate.apiserver.validation.workloads import counts, labels_fit, unchanged
from quorate.contract.plan import Obj
from quorate.objects.selectors import matches

RESOURCE = "jobs.batch"
_NUMBERS = (
    "parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished",
    "backoffLimitPerIndex", "maxFailedIndexes",
)  # fmt: skip
_LABELS = (
    "batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name", "controller-uid", "job-name",
)  # fmt: skip
_STATUS = ("active", "succeeded", "failed", "ready", "terminating")


def validate(obj: Obj) -> list[FieldError]:
    spec = obj.get("spec") or {}
    errors = _spec(spec)
    if spec.get("selector") is not None and not spec.get("manualSelector"):
        errors += _generated(obj)
    return errors


def _spec(spec: Obj) -> list[FieldError]:
    errors = job_spec("spec", spec)
    if spec.get("selector") is not None:
        # Kubernetes has generated one by now where the user gave none.
        errors += label_selector("spec.selector", spec["selector"])
        if compiles(spec["selector"]):
            errors += labels_fit(spec)
    return errors


def _generated(job: Obj) -> list[FieldError]:
    """The labels that keep the pods of two Jobs apart are this Job's (validateGeneratedSelector)."""
    meta, spec = job["metadata"], job["spec"]
    labels = ((spec.get("template") or {}).get("metadata") or {}).get("labels") or {}
    expected = dict(zip(_LABELS, (meta["uid"], meta["name"]) * 2, strict=True))
    errors: list[FieldError] = []
    for key, value in expected.items():
        field, must = f"spec.template.metadata.labels[{key}]", f"must be '{value}'"
        if key not in labels:
            errors.append(required(field, must))
        elif labels[key] != value:
            errors.append(invalid(field, shown_labels(labels), must))
    selector = spec["selector"]
    if compiles(selector) and not matches(selector, expected):
        errors.append(invalid("spec.selector", shown(selector), "`selector` not auto-generated"))
    return errors


def job_spec(path: str, spec: Obj) -> list[FieldError]:
    """A Job's spec, its own or a CronJob's template's, but for the selector."""
    errors: list[FieldError] = []
    for field in _NUMBERS:
        errors += not_negative(f"{path}.{field}", spec.get(field))
    if spec.get("maxFailedIndexes") is not None and spec.get("backoffLimitPerIndex") is None:
        errors.append(required(f"{path}.backoffLimitPerIndex", "when maxFailedIndexes is specified"))
    mode = spec.get("completionMode")
    if mode is not None and mode not in ("NonIndexed", "Indexed"):
        errors.append(not_supported(f"{path}.completionMode", mode, ["NonIndexed", "Indexed"]))
    if mode == "Indexed" and spec.get("completions") is None:
        errors.append(required(f"{path}.completions", "when completion mode is Indexed"))
    if mode != "Indexed":
        for field in ("backoffLimitPerIndex", "maxFailedIndexes"):
            if spec.get(field) is not None:
                errors.append(invalid(f"{path}.{field}", spec[field], "requires indexed completion mode"))
    replacement = spec.get("podReplacementPolicy")
    if replacement is not None:
        choices = ["Failed"] if spec.get("podFailurePolicy") is not None else ["Failed", "TerminatingOrFailed"]
        if replacement not in choices:
            errors.append(not_supported(f"{path}.podReplacementPolicy", replacement, choices))
    template = spec.get("template") or {}
    errors += pod_template(f"{path}.template", template)
    return errors + _ends(path, spec, (template.get("spec") or {}).get("restartPolicy", ""))


def _ends(path: str, spec: Obj, policy: str) -> list[FieldError]:
    field = f"{path}.template.spec.restartPolicy"
    if policy in ("Always", ""):
        return [required(field, 'valid values: "OnFailure", "Never"')]
    if policy not in ("OnFailure", "Never"):
        return [not_supported(field, policy, ["OnFailure", "Never"])]
    if policy != "Never" and spec.get("podFailurePolicy") is not None:
        return [invalid(field, policy, 'only "Never" is supported when podFailurePolicy is specified')]
    return []


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    spec, was = new["spec"], old["spec"]
    if spec is was:
        return []
    errors = _spec(spec)
    if not _elastic(spec, was):
        errors += unchanged(
            "spec.completions", spec.get("completions"), was.get("completions"), spec.get("completions")
        )
    errors += unchanged("spec.selector", spec.get("selector"), was.get("selector"), shown(spec.get("selector")))
    if not (was.get("suspend") and not (old.get("status") or {}).get("startTime")):
        errors += _fixed("template", spec, was)
    for field in ("completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy", "successPolicy"):
        errors += _fixed(field, spec, was)
    return errors


def _elastic(spec: Obj, was: Obj) -> bool:
    """An indexed Job may grow and shrink as long as it runs all its pods at once."""
    if spec.get("completionMode") != "Indexed" or same(spec.get("completions"), was.get("completions")):
        return False
    return all(s.get("completions") is not None and s.get("completions") == s.get("parallelism") for s in (spec, was))


def _fixed(field: str, spec: Obj, was: Obj) -> list[FieldError]:
    value: Any = spec.get(field)
    return unchanged(f"spec.{field}", value, was.get(field), value)


def validate_status_update(new: Obj, old: Obj) -> list[FieldError]:
    return counts(new.get("status") or {}, *_STATUS)
