"""StatefulSets (apps/validation, ValidateStatefulSetSpec)."""

from quorate.apiserver.validation.claim_specs import claim_spec
from quorate.apiserver.validation.errors import (
    FieldError,
    each_invalid,
    forbidden,
    invalid,
    not_negative,
    not_supported,
    required,
)
from quorate.apiserver.validation.percents import at_most_all, is_zero, number_or_percent
from quorate.apiserver.validation.pod_template import pod_template
from quorate.apiserver.validation.pod_update import same
from quorate.apiserver.validation.selectors import compiles, shown
from quorate.apiserver.validation.workloads import always, counts, labels_fit, not_above, not_decremented, selector
from quorate.contract.plan import Obj
from quorate.objects.names import dns1123_label_errors

RESOURCE = "statefulsets.apps"
RETENTION = ["Retain", "Delete"]
MAY_CHANGE = (
    "replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit",
    "persistentVolumeClaimRetentionPolicy", "minReadySeconds",
)  # fmt: skip
_FIXED = (
    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', "
    "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
)
_STATUS = ("replicas", "readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas")


def validate(obj: Obj) -> list[FieldError]:
    spec = obj.get("spec") or {}
    errors = _spec(spec)
    name = spec.get("serviceName")
    if name:
        errors += each_invalid("spec.serviceName", name, dns1123_label_errors(name))
    return errors


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    """An old name of a Service stays allowed: it cannot be mended, as it cannot change."""
    spec, was = new["spec"], old["spec"]
    if spec is was:
        return []
    errors = _spec(spec, was)
    rest, before = ({k: v for k, v in s.items() if k not in MAY_CHANGE} for s in (spec, was))
    if not same(rest, before):
        errors.append(forbidden("spec", _FIXED))
    return errors


def validate_status_update(new: Obj, old: Obj) -> list[FieldError]:
    status = new.get("status") or {}
    errors = counts(status, *_STATUS, "observedGeneration", "collisionCount")
    errors += not_above(status, "replicas", "status.replicas", *_STATUS[1:])
    errors += not_above(status, "readyReplicas", "status.readyReplicas", "availableReplicas")
    return errors + not_decremented(new, old)


def _spec(spec: Obj, old: Obj | None = None) -> list[FieldError]:
    errors: list[FieldError] = []
    policy = spec.get("podManagementPolicy", "")
    if not policy:
        errors.append(required("spec.podManagementPolicy"))
    elif policy not in ("OrderedReady", "Parallel"):
        errors.append(invalid("spec.podManagementPolicy", policy, "must be 'OrderedReady' or 'Parallel'"))
    errors += _strategy(spec.get("updateStrategy") or {})
    errors += _retention(spec.get("persistentVolumeClaimRetentionPolicy"))
    errors += not_negative("spec.replicas", spec.get("replicas"))
    errors += not_negative("spec.minReadySeconds", spec.get("minReadySeconds"))
    errors += not_negative("spec.ordinals.start", (spec.get("ordinals") or {}).get("start"))
    errors += selector(spec, "statefulset")
    if compiles(spec.get("selector")):
        errors += labels_fit(spec)
        errors += _template(spec, old)
    else:
        errors.append(invalid("spec.selector", shown(spec.get("selector")), ""))
    if old is None:
        for i, claim in enumerate(spec.get("volumeClaimTemplates") or ()):
            errors += claim_spec(claim.get("spec") or {}, f"spec.volumeClaimTemplates[{i}].spec")
    errors += always(spec, "StatefulSet")
    return errors + not_negative("spec.revisionHistoryLimit", spec.get("revisionHistoryLimit"))


def _template(spec: Obj, old: Obj | None) -> list[FieldError]:
    """Mounts may also be of what the set's own claim templates will add to each pod."""
    template = spec.get("template") or {}
    claims = [claim["metadata"]["name"] for claim in spec.get("volumeClaimTemplates") or () if _named(claim)]
    if claims:
        pods = template.get("spec") or {}
        own = [volume for volume in pods.get("volumes") or () if volume.get("name") not in claims]
        added = [{"name": name, "persistentVolumeClaim": {"claimName": name}} for name in claims]
        template = {**template, "spec": {**pods, "volumes": [*own, *added]}}
    return pod_template("spec.template", template)


def _named(claim: Obj) -> bool:
    name = (claim.get("metadata") or {}).get("name", "")
    return not dns1123_label_errors(name)


def _retention(policy: Obj | None) -> list[FieldError]:
    return [
        not_supported(f"spec.persistentVolumeClaimRetentionPolicy.{field}", policy.get(field, ""), RETENTION)
        for field in ("whenDeleted", "whenScaled")
        if policy is not None and policy.get(field, "") not in RETENTION
    ]


def _strategy(strategy: Obj) -> list[FieldError]:
    kind, rolling = strategy.get("type", ""), strategy.get("rollingUpdate")
    field = "spec.updateStrategy.rollingUpdate"
    if not kind:
        return [required("spec.updateStrategy")]
    if kind == "OnDelete":
        if rolling is None:
            return []
        return [invalid(field, _shown(rolling), "only allowed for updateStrategy 'RollingUpdate'")]
    if kind != "RollingUpdate":
        value = {"Type": kind, "RollingUpdate": None if rolling is None else _shown(rolling)}
        return [invalid("spec.updateStrategy", value, "must be 'RollingUpdate' or 'OnDelete'")]
    if rolling is None:
        return []
    errors = not_negative(f"{field}.partition", rolling.get("partition"))
    most = rolling.get("maxUnavailable")
    if most is not None:
        errors += number_or_percent(f"{field}.maxUnavailable", most)
        if is_zero(most):
            errors.append(invalid(f"{field}.maxUnavailable", most, "cannot be 0"))
        errors += at_most_all(f"{field}.maxUnavailable", most)
    return errors


def _shown(rolling: Obj) -> Obj:
    return {"Partition": rolling.get("partition", 0), "MaxUnavailable": rolling.get("maxUnavailable")}
