"""What of a Pod's status may change (core/validation, ValidatePodStatusUpdate)."""

from collections.abc import Sequence
from ipaddress import ip_address

from quorate.apiserver.validation.errors import (
    FieldError,
    duplicate,
    each_invalid,
    forbidden,
    immutable,
    invalid,
)
from quorate.apiserver.validation.texts import ip_errors
from quorate.contract.plan import Obj
from quorate.objects.names import dns1123_subdomain_errors, qualified_name_errors

_STATUSES = ("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses")


def status_changes(new: Obj, old: Obj) -> list[FieldError]:
    status, before = new.get("status") or {}, old.get("status") or {}
    errors: list[FieldError] = []
    for i, condition in enumerate(status.get("conditions") or ()):
        wrong = qualified_name_errors(condition.get("type", ""))
        if wrong:
            errors += each_invalid(f"metadata.conditions[{i}].Type", condition.get("type", ""), wrong)
    if (new["spec"].get("nodeName") or "") != (old["spec"].get("nodeName") or ""):
        errors.append(forbidden("status.nodeName", "may not be changed directly"))
    nominated = status.get("nominatedNodeName")
    if nominated and nominated != before.get("nominatedNodeName"):
        errors += each_invalid("status.nominatedNodeName", nominated, dns1123_subdomain_errors(nominated))
    qos = status.get("qosClass")
    if qos and qos != before.get("qosClass"):
        errors.append(immutable("status.qosClass", qos))
    for field in _STATUSES:
        if before.get(field):
            errors += _transitions(field, status.get(field) or (), before[field], old["spec"])
    if status.get("podIPs"):
        errors += _ips("status.podIPs", status["podIPs"])
    if status.get("hostIPs"):
        first = status["hostIPs"][0].get("ip", "")
        if status.get("hostIP", "") != first:
            errors.append(invalid("status.hostIPs[0].ip", first, "must be equal to `hostIP`"))
        errors += _ips("status.hostIPs", status["hostIPs"])
    return errors


def _transitions(field: str, new: Sequence[Obj], old: Sequence[Obj], spec: Obj) -> list[FieldError]:
    """A container that has ended for good stays ended."""
    policy = "Never" if field == "ephemeralContainerStatuses" else spec.get("restartPolicy")
    if policy == "Always":
        return []
    own: dict[str | None, str | None] = {}
    for containers in ("containers", "initContainers"):
        own |= {c.get("name"): c.get("restartPolicy") for c in spec.get(containers) or ()}
    errors: list[FieldError] = []
    for i, status in enumerate(old):
        ended = (status.get("state") or {}).get("terminated")
        if not ended or (ended.get("exitCode") and policy == "OnFailure") or own.get(status.get("name")) is not None:
            continue
        for now in new:
            if now.get("name") == status.get("name") and not (now.get("state") or {}).get("terminated"):
                errors.append(
                    forbidden(f"status.{field}[{i}].state", "may not be transitioned to non-terminated state")
                )
    return errors


def _ips(field: str, found: Sequence[Obj]) -> list[FieldError]:
    errors: list[FieldError] = []
    texts = [entry.get("ip", "") for entry in found]
    for i, text in enumerate(texts):
        wrong = ip_errors(text)
        if wrong:
            errors += each_invalid(f"{field}[{i}]", text, wrong)
    if len(texts) > 1 and not errors:
        families = {ip_address(text).version for text in texts}
        if len(families) < len(texts):
            shown = [{"IP": text} for text in texts]
            errors.append(invalid(field, shown, "may specify no more than one IP for each IP family"))
        errors += [duplicate(f"{field}[{i}]", {"IP": t}) for i, t in enumerate(texts) if t in texts[:i]]
    return errors
