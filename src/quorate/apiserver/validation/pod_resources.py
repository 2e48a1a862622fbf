"""Resources of a pod as a whole, against those of its containers (core/validation, validatePodResources)."""

from collections.abc import Collection

from quorate.apiserver.defaults.pod_resources import together
from quorate.apiserver.validation.errors import FieldError, forbidden, invalid
from quorate.apiserver.validation.resources import of_pod, requirements
from quorate.contract.plan import Obj
from quorate.objects import quantity


def pod_resources(path: str, spec: Obj, claims: Collection[str]) -> list[FieldError]:
    field, found = f"{path}.resources", spec["resources"]
    errors: list[FieldError] = []
    if found.get("claims"):
        errors.append(forbidden(f"{field}.claims", "claims cannot be set for Resources at pod-level"))
    errors += requirements(field, found, claims, of_pod)
    requests, limits = found.get("requests") or {}, found.get("limits") or {}
    for name, asked in together(spec, "requests").items():
        own = requests.get(name, "0")
        if quantity.compare(asked, own) > 0:
            why = f"must be greater than or equal to aggregate container requests of {asked}"
            errors.append(invalid(f"{field}.requests[{name}]", own, why))
    for i, container in enumerate(spec.get("containers") or ()):
        for name, limit in ((container.get("resources") or {}).get("limits") or {}).items():
            if name in limits and quantity.compare(limit, limits[name]) > 0:
                why = f"must be less than or equal to pod limits of {limits[name]}"
                errors.append(invalid(f"{field}.containers[{i}][{name}].limits", limit, why))
    return errors
