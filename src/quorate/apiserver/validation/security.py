"""Security contexts (core/validation, validatePodSpecSecurityContext and ValidateSecurityContext)."""

import re
from collections.abc import Iterator

from quorate.apiserver.validation.errors import (
    FieldError,
    duplicate,
    each_invalid,
    forbidden,
    invalid,
    not_supported,
    required,
    too_long,
)
from quorate.apiserver.validation.paths import descending
from quorate.apiserver.validation.texts import id_errors
from quorate.contract.plan import Obj

_SYSCTL = re.compile(r"([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?")
_SYSCTL_RULE = f"must have at most 253 characters and match regex ^{_SYSCTL.pattern}$"
_MOST_PROFILE_BYTES = 4095
_PROFILES = ("Localhost", "RuntimeDefault", "Unconfined")
_OF_LINUX_PODS = (
    "appArmorProfile", "seLinuxOptions", "seccompProfile", "fsGroup", "fsGroupChangePolicy", "sysctls", "runAsUser",
    "runAsGroup", "supplementalGroups", "supplementalGroupsPolicy", "seLinuxChangePolicy",
)  # fmt: skip
_OF_LINUX_CONTAINERS = (
    "appArmorProfile", "seLinuxOptions", "seccompProfile", "capabilities", "readOnlyRootFilesystem", "privileged",
    "allowPrivilegeEscalation", "procMount", "runAsUser", "runAsGroup",
)  # fmt: skip


def _ids(field: str, context: Obj, names: tuple[str, ...]) -> list[FieldError]:
    errors: list[FieldError] = []
    for name in names:
        number = context.get(name)
        if number is not None:
            errors += each_invalid(f"{field}.{name}", number, id_errors(number))
    return errors


def pod_context(path: str, spec: Obj) -> list[FieldError]:
    """`path` is that of the spec."""
    context = spec.get("securityContext") or {}
    field = f"{path}.securityContext"
    errors = _ids(field, context, ("fsGroup", "runAsUser", "runAsGroup"))
    for i, group in enumerate(context.get("supplementalGroups") or ()):
        errors += each_invalid(f"{field}.supplementalGroups[{i}]", group, id_errors(group))
    if spec.get("shareProcessNamespace") and spec.get("hostPID"):
        why = "ShareProcessNamespace and HostPID cannot both be enabled"
        errors.append(invalid(f"{field}.shareProcessNamespace", True, why))
    errors += _sysctls(f"{field}.sysctls", context.get("sysctls") or [], spec)
    for name, choices in (
        ("fsGroupChangePolicy", ["Always", "OnRootMismatch"]),
        ("supplementalGroupsPolicy", ["Merge", "Strict"]),
        ("seLinuxChangePolicy", ["MountOption", "Recursive"]),
    ):
        if context.get(name) is not None and context[name] not in choices:
            errors.append(not_supported(f"{field}.{name}", context[name], choices))
    errors += _seccomp(f"{field}.seccompProfile", context.get("seccompProfile"))
    return errors + _app_armor(f"{field}.appArmorProfile", context.get("appArmorProfile"))


def _sysctls(field: str, found: list[Obj], spec: Obj) -> list[FieldError]:
    errors: list[FieldError] = []
    seen: set[str] = set()
    for i, sysctl in enumerate(found):
        at, name = f"{field}[{i}].name", sysctl.get("name", "")
        if not name:
            errors.append(required(at))
        elif len(name) > 253 or not _SYSCTL.fullmatch(name):
            errors.append(invalid(at, name, _SYSCTL_RULE))
        elif name in seen:
            errors.append(duplicate(at, name))
        dotted = name.replace("/", ".")
        if spec.get("hostNetwork") and dotted.startswith("net."):
            errors.append(invalid(at, name, "may not be specified when 'hostNetwork' is true"))
        elif spec.get("hostIPC") and dotted.startswith(("kernel.shm", "kernel.msg", "kernel.sem", "fs.mqueue.")):
            errors.append(invalid(at, name, "may not be specified when 'hostIPC' is true"))
        seen.add(name)
    return errors


def container_context(field: str, context: Obj | None, host_users: bool) -> list[FieldError]:
    """`host_users`: whether the pod shares the host's user namespace."""
    if not context:
        return []
    errors = _ids(field, context, ("runAsUser", "runAsGroup"))
    proc = context.get("procMount")
    if proc is not None:
        if proc not in ("Default", "Unmasked"):
            errors.append(not_supported(f"{field}.procMount", proc, ["Default", "Unmasked"]))
        if host_users and proc == "Unmasked":
            errors.append(invalid(f"{field}.procMount", proc, "`hostUsers` must be false to use `Unmasked`"))
    errors += _seccomp(f"{field}.seccompProfile", context.get("seccompProfile"))
    if context.get("allowPrivilegeEscalation") is False:
        why = "cannot set `allowPrivilegeEscalation` to false and "
        if context.get("privileged"):
            errors.append(invalid(field, _shown(context), f"{why}`privileged` to true"))
        if "CAP_SYS_ADMIN" in ((context.get("capabilities") or {}).get("add") or ()):
            errors.append(invalid(field, _shown(context), f"{why}`capabilities.Add` CAP_SYS_ADMIN"))
    return errors + _app_armor(f"{field}.appArmorProfile", context.get("appArmorProfile"))


_FIELDS = (
    "capabilities", "privileged", "seLinuxOptions", "windowsOptions", "runAsUser", "runAsGroup", "runAsNonRoot",
    "readOnlyRootFilesystem", "allowPrivilegeEscalation", "procMount", "seccompProfile", "appArmorProfile",
)  # fmt: skip


def _shown(context: Obj) -> Obj:
    """As Kubernetes prints its internal struct: every field, by its Go name."""
    capabilities = context.get("capabilities")
    values = {**context}
    if capabilities is not None:
        values["capabilities"] = {"Add": capabilities.get("add"), "Drop": capabilities.get("drop")}
    return {_go_name(name): values.get(name) for name in _FIELDS}


def _go_name(name: str) -> str:
    return "SELinuxOptions" if name == "seLinuxOptions" else name[0].upper() + name[1:]


def _seccomp(field: str, profile: Obj | None) -> list[FieldError]:
    if not profile:
        return []
    kind, local = profile.get("type", ""), profile.get("localhostProfile")
    errors: list[FieldError] = []
    if not kind:
        errors.append(required(f"{field}.type", "type is required when seccompProfile is set"))
    elif kind not in _PROFILES:
        errors.append(not_supported(f"{field}.type", kind, _PROFILES))
    if kind == "Localhost":
        if local is None:
            errors.append(required(f"{field}.localhostProfile", "must be set when seccomp type is Localhost"))
        else:
            errors += descending(f"{field}.localhostProfile", local)
    elif local is not None:
        shown = {"Type": kind, "LocalhostProfile": local}
        errors.append(invalid(f"{field}.localhostProfile", shown, "can only be set when seccomp type is Localhost"))
    return errors


def _app_armor(field: str, profile: Obj | None) -> list[FieldError]:
    if not profile:
        return []
    kind, local = profile.get("type", ""), profile.get("localhostProfile")
    at = f"{field}.localhostProfile"
    if not kind:
        return [required(f"{field}.type", "type is required when appArmorProfile is set")]
    if kind not in _PROFILES:
        return [not_supported(f"{field}.type", kind, _PROFILES)]
    if kind != "Localhost":
        return [] if local is None else [invalid(at, local, "can only be set when AppArmor type is Localhost")]
    errors: list[FieldError] = []
    if local is None or not local:
        errors.append(required(at, "must be set when AppArmor type is Localhost"))
    elif local.strip() != local:
        errors.append(invalid(at, local, "must not be padded with whitespace"))
    if local is not None and len(local.encode()) > _MOST_PROFILE_BYTES:
        errors.append(too_long(at, _MOST_PROFILE_BYTES))
    return errors


def host_users(path: str, spec: Obj) -> list[FieldError]:
    """A pod with users of its own must have network, processes and IPC of its own."""
    if spec.get("hostUsers") is not False:
        return []
    names = (("hostNetwork", "hostNetwork"), ("hostPID", "HostPID"), ("hostIPC", "HostIPC"))
    why = "when `pod.Spec.HostUsers` is false"
    return [forbidden(f"{path}.{shown}", why) for field, shown in names if spec.get(field)]


def host_process(path: str, spec: Obj) -> list[FieldError]:
    """Windows containers that are processes of their host: all of a pod's or none, and on the host's network."""
    of_pod = _host_process(spec)
    errors: list[FieldError] = []
    count = total = 0
    for at, container in _containers(path, spec):
        own = _host_process(container)
        total += 1
        if of_pod is not None and own is not None and of_pod != own:
            why = f"pod hostProcess value must be identical if both are specified, was {str(of_pod).lower()}"
            errors.append(invalid(f"{at}.securityContext.windowsOptions.hostProcess", own, why))
        count += bool(of_pod if own is None else own)
    if not count:
        return errors
    if count != total:
        why = "If pod contains any hostProcess containers then all containers must be HostProcess containers"
        errors.append(invalid(path, "", why))
    if not spec.get("hostNetwork"):
        why = "hostNetwork must be true if pod contains any hostProcess containers"
        errors.append(invalid(f"{path}.hostNetwork", False, why))
    return errors


def _host_process(owner: Obj) -> bool | None:
    found: bool | None = ((owner.get("securityContext") or {}).get("windowsOptions") or {}).get("hostProcess")
    return found


def operating_system(path: str, spec: Obj) -> list[FieldError]:
    """What is set must belong to the system that the pod says it is for."""
    system = spec.get("os")
    if system is None:
        return []
    name = system.get("name", "")
    if not name:
        return [required(f"{path}.os.name", "cannot be empty")]
    if name not in ("linux", "windows"):
        return [not_supported(f"{path}.os", name, ["linux", "windows"])]
    if name == "linux":
        why = "windows options cannot be set for a linux pod"
        return [forbidden(f"{at}.windowsOptions", why) for at, c in _contexts(path, spec) if "windowsOptions" in c]
    why = "cannot be set for a windows pod"
    errors = [
        forbidden(f"{path}.{field}", why)
        for field in ("hostUsers", "hostPID", "hostIPC", "shareProcessNamespace")
        if spec.get(field) not in (None, *(() if field in ("hostUsers", "shareProcessNamespace") else (False,)))
    ]
    for at, context in _contexts(path, spec):
        fields = _OF_LINUX_PODS if at == f"{path}.securityContext" else _OF_LINUX_CONTAINERS
        errors += [forbidden(f"{at}.{field}", why) for field in fields if context.get(field) is not None]
    return errors


def _contexts(path: str, spec: Obj) -> Iterator[tuple[str, Obj]]:
    yield f"{path}.securityContext", spec.get("securityContext") or {}
    for at, container in _containers(path, spec):
        yield f"{at}.securityContext", container.get("securityContext") or {}


def _containers(path: str, spec: Obj) -> Iterator[tuple[str, Obj]]:
    for field in ("initContainers", "containers", "ephemeralContainers"):
        for i, container in enumerate(spec.get(field) or ()):
            yield f"{path}.{field}[{i}]", container
