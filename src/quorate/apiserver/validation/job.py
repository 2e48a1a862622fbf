"""Jobs (batch/validation, ValidateJobSpec)."""

from collections.abc import Sequence
from typing import Any

from quorate.apiserver.validation.errors import (
    FieldError,
    each_invalid,
    invalid,
    not_negative,
    not_supported,
    required,
    too_long,
)
from quorate.apiserver.validation.job_policies import (
    failure_policy,
    shown_failure_policy,
    shown_success_policy,
    success_policy,
)
from quorate.apiserver.validation.job_status import job_status
from quorate.apiserver.validation.pod_template import pod_template
from quorate.apiserver.validation.selectors import compiles, label_selector, shown, shown_labels
from quorate.apiserver.validation.shown_template import shown_template
from quorate.apiserver.validation.workloads import labels_fit, unchanged
from quorate.contract.plan import Obj
from quorate.objects.names import dns1123_label_errors, dns1123_subdomain_errors
from quorate.objects.selectors import matches

RESOURCE = "jobs.batch"
_NUMBERS = (
    "parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished",
    "backoffLimitPerIndex", "maxFailedIndexes",
)  # fmt: skip
_LABELS = (
    "batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name", "controller-uid", "job-name",
)  # fmt: skip
MOST_INDEXED, MOST_AMONG_MANY = 100_000, 10_000
LONGEST_MANAGER = 63


def validate(obj: Obj) -> list[FieldError]:
    spec = obj.get("spec") or {}
    errors = _generated(obj) if spec.get("selector") is not None and not spec.get("manualSelector") else []
    errors += _spec(spec)
    completions = spec.get("completions") or 0
    if spec.get("completionMode") == "Indexed" and completions > 0:
        name = obj["metadata"].get("name", "")
        last = f"{name}-{completions - 1}"
        if dns1123_label_errors(last):
            why = f"will not able to create pod with invalid DNS label: {last}"
            errors.append(invalid("metadata.name", name, why))
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
    if spec.get("managedBy") is not None:
        errors += _manager(f"{path}.managedBy", spec["managedBy"])
    mode = spec.get("completionMode")
    if mode is not None and mode not in ("NonIndexed", "Indexed"):
        errors.append(not_supported(f"{path}.completionMode", mode, ["NonIndexed", "Indexed"]))
    if mode == "Indexed":
        errors += _indexed(path, spec)
    elif mode in (None, "NonIndexed"):
        for field in ("backoffLimitPerIndex", "maxFailedIndexes"):
            if spec.get(field) is not None:
                errors.append(invalid(f"{path}.{field}", spec[field], "requires indexed completion mode"))
    if spec.get("podFailurePolicy") is not None:
        errors += failure_policy(f"{path}.podFailurePolicy", spec)
    if spec.get("successPolicy") is not None:
        errors += success_policy(f"{path}.successPolicy", spec)
    replacement = spec.get("podReplacementPolicy")
    if replacement is not None:
        choices = ["Failed"] if spec.get("podFailurePolicy") is not None else ["Failed", "TerminatingOrFailed"]
        if replacement not in choices:
            errors.append(not_supported(f"{path}.podReplacementPolicy", replacement, choices))
    template = spec.get("template") or {}
    errors += pod_template(f"{path}.template", template)
    return errors + _ends(path, spec, (template.get("spec") or {}).get("restartPolicy", ""))


def _indexed(path: str, spec: Obj) -> list[FieldError]:
    """The bounds that keep the status of an Indexed Job small."""
    completions, parallelism = spec.get("completions"), spec.get("parallelism")
    most = spec.get("maxFailedIndexes")
    errors: list[FieldError] = []
    if completions is None:
        errors.append(required(f"{path}.completions", "when completion mode is Indexed"))
    if parallelism is not None and parallelism > MOST_INDEXED:
        why = f"must be less than or equal to {MOST_INDEXED} when completion mode is Indexed"
        errors.append(invalid(f"{path}.parallelism", parallelism, why))
    if completions is not None and most is not None and most > completions:
        errors.append(invalid(f"{path}.maxFailedIndexes", most, "must be less than or equal to completions"))
    if most is not None and most > MOST_INDEXED:
        errors.append(invalid(f"{path}.maxFailedIndexes", most, f"must be less than or equal to {MOST_INDEXED}"))
    if completions is None or completions <= MOST_INDEXED or spec.get("backoffLimitPerIndex") is None:
        return errors
    if most is None:
        why = f"must be specified when completions is above {MOST_INDEXED}"
        errors.append(required(f"{path}.maxFailedIndexes", why))
    for field in ("parallelism", "maxFailedIndexes"):
        value = spec.get(field)
        if value is not None and value > MOST_AMONG_MANY:
            why = f"must be less than or equal to {MOST_AMONG_MANY} when completions are above {MOST_INDEXED}"
            errors.append(invalid(f"{path}.{field}", value, f"{why} and used with backoff limit per index"))
    return errors


def _manager(path: str, name: str) -> list[FieldError]:
    if not name:
        return [required(path)]
    host, _, rest = name.partition("/")
    if not host or not rest:
        return [invalid(path, name, 'must be a domain-prefixed path (such as "acme.io/foo")')]
    errors = each_invalid(path, host, dns1123_subdomain_errors(host))
    if len(name) > LONGEST_MANAGER:
        errors.append(too_long(path, LONGEST_MANAGER))
    return errors


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
    # Kubernetes looks at the new spec twice, and names what is wrong with it in two causes.
    errors = validate(new) + _spec(spec) + _resized(spec, was)
    errors += unchanged("spec.selector", spec.get("selector"), was.get("selector"), shown(spec.get("selector")))
    errors += _template(spec["template"], old)
    errors += _fixed("completionMode", spec, was)
    policy = spec.get("podFailurePolicy")
    errors += unchanged(
        "spec.podFailurePolicy", policy, was.get("podFailurePolicy"), shown_failure_policy(policy)
    )  # fmt: skip
    errors += _fixed("backoffLimitPerIndex", spec, was) + _fixed("managedBy", spec, was)
    policy = spec.get("successPolicy")
    return errors + unchanged("spec.successPolicy", policy, was.get("successPolicy"), shown_success_policy(policy))


def _template(template: Obj, old: Obj) -> list[FieldError]:
    """Of a suspended Job whose pods are all gone only the spec is compared, and told of, once what may change is taken."""
    before: Obj = old["spec"]["template"]
    status = old.get("status") or {}
    if not old["spec"].get("suspend") or (status.get("startTime") and status.get("active")):
        return unchanged("spec.template", template, before, shown_template(template))
    allowed = _as_allowed(template, before["spec"])
    return unchanged("spec.template.spec", template["spec"], allowed, shown_template(template)["Spec"])


def _resized(spec: Obj, was: Obj) -> list[FieldError]:
    """An Indexed Job may grow and shrink, to as many completions as it then runs pods at once (elastic Indexed Jobs)."""
    completions = spec.get("completions")
    if spec.get("completionMode") != "Indexed":
        return unchanged("spec.completions", completions, was.get("completions"), completions)
    if completions is None or completions in (was.get("completions"), spec.get("parallelism")):
        return []
    return [invalid("spec.completions", completions, "can only be modified in tandem with spec.parallelism")]


def _as_allowed(template: Obj, before: Obj) -> Obj:
    """The pods' spec `before` with what a suspended Job may change: where they run, and on how much."""
    spec, given = {**before}, template["spec"]
    for field in ("nodeSelector", "tolerations", "schedulingGates"):
        _take(spec, given, field)
    affinity = dict(spec.get("affinity") or {})
    _take(affinity, given.get("affinity") or {}, "nodeAffinity")
    if affinity or given.get("affinity") is not None:
        spec["affinity"] = affinity
    else:
        spec.pop("affinity", None)
    for field in ("initContainers", "containers"):
        if spec.get(field):
            spec[field] = _with_amounts(spec[field], given.get(field) or ())
    return spec


def _take(into: Obj, given: Obj, field: str) -> None:
    if given.get(field) is None:
        into.pop(field, None)
    else:
        into[field] = given[field]


def _with_amounts(containers: Sequence[Obj], given: Sequence[Obj]) -> list[Obj]:
    """The containers with the requests and limits of those given, one by one."""
    out = list(containers)
    for i, container in enumerate(given[: len(out)]):
        resources = dict(out[i].get("resources") or {})
        for field in ("requests", "limits"):
            _take(resources, container.get("resources") or {}, field)
        out[i] = {**out[i], "resources": resources}
    return out


def _fixed(field: str, spec: Obj, was: Obj) -> list[FieldError]:
    value: Any = spec.get(field)
    return unchanged(f"spec.{field}", value, was.get(field), value)


def validate_status_update(new: Obj, old: Obj) -> list[FieldError]:
    return job_status(new, old)
