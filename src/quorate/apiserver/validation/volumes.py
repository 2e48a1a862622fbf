"""A pod's volumes: their names, and that each has exactly one source (core/validation, ValidateVolumes)."""

from collections.abc import Sequence

from quorate.apiserver.validation.errors import FieldError, duplicate, each_invalid, forbidden, invalid, required
from quorate.apiserver.validation.volume_sources import SOURCES
from quorate.contract.plan import Obj
from quorate.objects.names import dns1123_label_errors, dns1123_subdomain_errors

_PLACE = {name: i for i, name in enumerate(SOURCES)}
_MISNAMED = {"cephfs": "cephFS", "downwardAPI": "downwarAPI"}
"""Sources that Kubernetes' own error for a second one names otherwise."""


def volumes(
    field: str, found: Sequence[Obj] | None, pod_name: str = "", in_pod: bool = False
) -> tuple[dict[str, Obj], list[FieldError]]:
    """(the sound volumes by name, what is wrong). `pod_name` is "" where it is not known, as in a template.

    A mount of an unsound volume is reported as not found beside it.
    """
    sound: dict[str, Obj] = {}
    errors: list[FieldError] = []
    claims = {f"{pod_name}-{v.get('name', '')}" for v in found or () if "ephemeral" in v} if pod_name else ()
    for i, volume in enumerate(found or ()):
        name = volume.get("name", "")
        wrong = _source(f"{field}[{i}]", volume, pod_name, in_pod)
        if not name:
            wrong.append(required(f"{field}[{i}].name"))
        else:
            labels = dns1123_label_errors(name)
            if labels:
                wrong += each_invalid(f"{field}[{i}].name", name, labels)
        if name in sound:
            wrong.append(duplicate(f"{field}[{i}].name", name))
        if wrong:
            errors += wrong
        else:
            sound[name] = volume
        if claims and "persistentVolumeClaim" in volume:
            claim = volume["persistentVolumeClaim"].get("claimName", "")
            if claim in claims:
                why = "must not reference a PVC that gets created for an ephemeral volume"
                errors.append(invalid(f"{field}[{i}].persistentVolumeClaim.claimName", claim, why))
    return sound, errors


def _source(field: str, volume: Obj, pod_name: str, in_pod: bool) -> list[FieldError]:
    given = [source for source in volume if source in _PLACE]
    if not given:
        return [required(field, "must specify a volume type")]
    if len(given) > 1:
        given.sort(key=_PLACE.__getitem__)
    errors: list[FieldError] = []
    rule = SOURCES[given[0]]
    if rule is not None:
        errors += rule(field, volume)
    errors += [
        forbidden(f"{field}.{_MISNAMED.get(source, source)}", "may not specify more than 1 volume type")
        for source in given[1:]
    ]
    if given[0] == "image" and in_pod and not volume["image"].get("reference"):
        errors.append(required(f"{field}.image.reference"))
    if given[0] == "ephemeral" and pod_name and volume.get("name"):
        claim = f"{pod_name}-{volume['name']}"
        for why in dns1123_subdomain_errors(claim):
            errors.append(invalid(f"{field}.name", volume["name"], f'PVC name "{claim}": {why}'))
    return errors
