"""Annotations that Kubernetes itself reads from pods (core/validation, ValidatePodSpecificAnnotations)."""

from collections.abc import Iterator

from quorate.apiserver.validation.errors import FieldError, forbidden, invalid
from quorate.apiserver.validation.paths import descending
from quorate.contract.plan import Obj

MIRROR = "kubernetes.io/config.mirror"
DELETION_COST = "controller.kubernetes.io/pod-deletion-cost"
SECCOMP = "seccomp.security.alpha.kubernetes.io/pod"
SECCOMP_CONTAINER = "container.seccomp.security.alpha.kubernetes.io/"
APPARMOR_CONTAINER = "container.apparmor.security.beta.kubernetes.io/"


def pod_annotations(field: str, annotations: Obj | None, spec: Obj) -> list[FieldError]:
    """`field` is that of the annotations."""
    if not annotations or not any("kubernetes.io/" in key for key in annotations):
        return []
    errors: list[FieldError] = []
    if MIRROR in annotations and not spec.get("nodeName"):
        why = "must set spec.nodeName if mirror pod annotation is set"
        errors.append(invalid(f"{field}[{MIRROR}]", annotations[MIRROR], why))
    cost = annotations.get(DELETION_COST)
    if cost is not None and not _is_cost(cost):
        errors.append(invalid(f"{field}[{DELETION_COST}]", cost, "must be a 32bit integer"))
    for key, profile in annotations.items():
        if key == SECCOMP or key.startswith(SECCOMP_CONTAINER):
            errors += _seccomp(f"{field}.{key}", profile)
    for key, profile in annotations.items():
        if key.startswith(APPARMOR_CONTAINER):
            errors += _app_armor(f"{field}[{key}]", key, profile, spec)
    return errors


def _is_cost(text: str) -> bool:
    """A whole number without a plus sign or a leading zero."""
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()) or (text[0] == "0" and text != "0"):
        return False
    return -(1 << 31) <= int(text) < 1 << 31


def _seccomp(field: str, profile: str) -> list[FieldError]:
    if profile in ("runtime/default", "docker/default", "unconfined"):
        return []
    if profile.startswith("localhost/"):
        return descending(field, profile.removeprefix("localhost/"))
    return [invalid(field, profile, "must be a valid seccomp profile")]


def _app_armor(field: str, key: str, profile: str, spec: Obj) -> list[FieldError]:
    errors: list[FieldError] = []
    name = key.removeprefix(APPARMOR_CONTAINER)
    if all(container.get("name") != name for _, container in containers_of("", spec)):
        errors.append(invalid(field, name, "container not found"))
    if profile not in ("", "runtime/default", "unconfined") and not profile.startswith("localhost/"):
        errors.append(invalid(field, profile, f'invalid AppArmor profile name: "{profile}"'))
    return errors


def containers_of(path: str, spec: Obj) -> Iterator[tuple[str, Obj]]:
    """(path, container), as Kubernetes visits them: init, regular, ephemeral."""
    for field in ("initContainers", "containers", "ephemeralContainers"):
        for i, container in enumerate(spec.get(field) or ()):
            yield f"{path}.{field}[{i}]", container


def profiles_agree(path: str, annotations: Obj | None, spec: Obj) -> list[FieldError]:
    """Of a new pod or a template: a profile given as field and as annotation must be the same. `path` is the spec's."""
    if not annotations or not any(key.startswith(("container.", "seccomp.")) for key in annotations):
        return []
    errors: list[FieldError] = []
    pod = spec.get("securityContext") or {}
    if "seccompProfile" in pod and SECCOMP in annotations:
        field = f"{path}.securityContext.seccompProfile"
        errors += _agree(
            field, "seccomp", pod["seccompProfile"], annotations[SECCOMP], ("runtime/default", "docker/default")
        )
    for at, container in containers_of(path, spec):
        own = (container.get("securityContext") or {}).get("seccompProfile")
        said = annotations.get(SECCOMP_CONTAINER + container.get("name", ""))
        if own is not None and said is not None:
            field = f"{at}.securityContext.seccompProfile"
            errors += _agree(field, "seccomp", own, said, ("runtime/default", "docker/default"))
    for at, container in containers_of(path, spec):
        own = (container.get("securityContext") or {}).get("appArmorProfile") or pod.get("appArmorProfile")
        said = annotations.get(APPARMOR_CONTAINER + container.get("name", ""))
        if own is not None and said is not None:
            errors += _agree(f"{at}.securityContext.appArmorProfile", "apparmor", own, said, ("runtime/default",))
    return errors


def _agree(field: str, what: str, profile: Obj, said: str, defaults: tuple[str, ...]) -> list[FieldError]:
    kind, local = profile.get("type"), profile.get("localhostProfile")
    wrong = {
        "Unconfined": said != "unconfined",
        "RuntimeDefault": said not in defaults,
        "Localhost": not said.startswith("localhost/"),
    }.get(kind or "", False)
    if wrong:
        return [forbidden(f"{field}.type", f"{what} type in annotation and field must match")]
    if kind == "Localhost" and said.removeprefix("localhost/") != local:
        return [forbidden(f"{field}.localhostProfile", f"{what} profile in annotation and field must match")]
    return []


def annotation_changes(new: Obj | None, old: Obj | None) -> list[FieldError]:
    """Of a Pod's update: what its node has already acted upon."""
    errors: list[FieldError] = []
    new, old, field = new or {}, old or {}, "metadata.annotations"
    if new is old:
        return errors
    for key, value in old.items():
        if new.get(key) != value:
            if key.startswith(APPARMOR_CONTAINER):
                errors.append(forbidden(f"{field}[{key}]", "may not remove or update AppArmor annotations"))
            if key == MIRROR:
                errors.append(forbidden(f"{field}[{key}]", "may not remove or update mirror pod annotation"))
    for key in new.keys() - old.keys():
        if key.startswith(APPARMOR_CONTAINER):
            errors.append(forbidden(f"{field}[{key}]", "may not add AppArmor annotations"))
        if key == MIRROR:
            errors.append(forbidden(f"{field}[{key}]", "may not add mirror pod annotation"))
    return errors
