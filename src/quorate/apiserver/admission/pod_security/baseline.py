"""The checks of the level baseline: no known way to the node (pod-security-admission/policy)."""

from collections.abc import Callable

from quorate.apiserver.admission.pod_security.violation import (
    Check,
    Violation,
    containers,
    context,
    listed,
    own_users,
    pod_context,
    quoted,
    setters,
    those,
)
from quorate.contract.plan import Obj

_CAPABILITIES = frozenset({
    "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP",
    "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
})  # fmt: skip
_SYSCTLS = {
    "kernel.shm_rmid_forced": 0, "net.ipv4.ip_local_port_range": 0, "net.ipv4.tcp_syncookies": 0,
    "net.ipv4.ping_group_range": 0, "net.ipv4.ip_unprivileged_port_start": 0, "net.ipv4.ip_local_reserved_ports": 27,
    "net.ipv4.tcp_keepalive_time": 29, "net.ipv4.tcp_fin_timeout": 29, "net.ipv4.tcp_keepalive_intvl": 29,
    "net.ipv4.tcp_keepalive_probes": 29, "net.ipv4.tcp_rmem": 32, "net.ipv4.tcp_wmem": 32,
}  # fmt: skip
"""Each with the minor version of the standard that allows it first."""
_SELINUX = {"": 0, "container_t": 0, "container_init_t": 0, "container_kvm_t": 0, "container_engine_t": 31}
_APPARMOR = "container.apparmor.security.beta.kubernetes.io/"
_HANDLERS = (
    ("livenessProbe",),
    ("readinessProbe",),
    ("startupProbe",),
    ("lifecycle", "postStart"),
    ("lifecycle", "preStop"),
)
_SECCOMP = "seccomp.security.alpha.kubernetes.io/pod"
_SECCOMP_OF = "container.seccomp.security.alpha.kubernetes.io/"


def added(pod: Obj, allowed: frozenset[str]) -> tuple[list[str], list[str]]:
    """(the containers that add other capabilities than these, what they add)."""
    names: list[str] = []
    found: set[str] = set()
    for container in containers(pod):
        wrong = {c for c in (context(container).get("capabilities") or {}).get("add") or () if c not in allowed}
        if wrong:
            names.append(container.get("name", ""))
            found |= wrong
    return names, sorted(found)


def adds(names: list[str], capabilities: list[str]) -> str:
    whose = listed("container", names)
    return f"{whose} must not include {quoted(capabilities)} in securityContext.capabilities.add"


def _capabilities(pod: Obj, version: int) -> Violation | None:
    if own_users(pod, version):
        return None
    names, found = added(pod, _CAPABILITIES)
    return Violation("non-default capabilities", adds(names, found)) if names else None


def _app_armor(pod: Obj, _: int) -> Violation | None:
    pod_too, names, values = profiles(pod, "appArmorProfile", lambda kind: kind in ("RuntimeDefault", "Localhost"))
    who = [setters(pod_too, names)] if pod_too or names else []
    notes = (pod.get("metadata") or {}).get("annotations") or {}
    wrong = sorted(
        f'{key}="{value}"' for key, value in notes.items()
        if key.startswith(_APPARMOR) and value and value != "runtime/default" and not value.startswith("localhost/")
    )  # fmt: skip
    if wrong:
        who.append("annotation" if len(wrong) == 1 else "annotations")
        values = [*values, *wrong]
    if not who:
        return None
    reason = f"forbidden AppArmor profile{'s' if len(values) != 1 else ''}"
    return Violation(reason, f"{' and '.join(who)} must not set AppArmor profile type to {quoted(values)}")


def profiles(pod: Obj, field: str, allowed: Callable[[str], bool]) -> tuple[bool, list[str], list[str]]:
    """(whether the pod itself has a wrong profile, the containers that have, the wrong types)."""
    values: set[str] = set()

    def wrong(of: Obj) -> bool:
        profile = context(of).get(field)
        if profile is None or allowed(profile.get("type", "")):
            return False
        values.add(profile.get("type", ""))
        return True

    pod_too = wrong(pod.get("spec") or {})
    names = those(pod, wrong)
    return pod_too, names, sorted(values)


def _namespaces(pod: Obj, _: int) -> Violation | None:
    spec = pod.get("spec") or {}
    shared = [f"{field}=true" for field in ("hostNetwork", "hostPID", "hostIPC") if spec.get(field)]
    return Violation("host namespaces", ", ".join(shared)) if shared else None


def _host_paths(pod: Obj, _: int) -> Violation | None:
    names = [v.get("name", "") for v in (pod.get("spec") or {}).get("volumes") or () if v.get("hostPath") is not None]
    return Violation("hostPath volumes", listed("volume", names)) if names else None


def _ports(pod: Obj, _: int) -> Violation | None:
    ports: set[str] = set()
    names: list[str] = []
    for container in containers(pod):
        found = [str(p["hostPort"]) for p in container.get("ports") or () if p.get("hostPort")]
        if found:
            names.append(container.get("name", ""))
            ports.update(found)
    if not names:
        return None
    uses = "uses" if len(names) == 1 else "use"
    what = "hostPort" if len(ports) == 1 else "hostPorts"
    return Violation("hostPort", f"{listed('container', names)} {uses} {what} {', '.join(sorted(ports))}")


def _handler_hosts(pod: Obj, _: int) -> Violation | None:
    hosts: set[str] = set()
    names: set[str] = set()
    for container in containers(pod):
        for path in _HANDLERS:
            handler = container
            for field in path:
                handler = handler.get(field) or {}
            found = {host for kind in ("httpGet", "tcpSocket") if (host := (handler.get(kind) or {}).get("host"))}
            if found:
                names.add(container.get("name", ""))
                hosts |= found
    if not names:
        return None
    uses, plural = "uses" if len(names) == 1 else "use", "" if len(hosts) == 1 else "s"
    detail = f"{listed('container', sorted(names))} {uses} probe or lifecycle host{plural} {quoted(sorted(hosts))}"
    return Violation("probe or lifecycle host", detail)


def _privileged(pod: Obj, _: int) -> Violation | None:
    names = those(pod, lambda c: bool(context(c).get("privileged")))
    who = listed("container", names)
    return Violation("privileged", f"{who} must not set securityContext.privileged=true") if names else None


def _proc_mount(pod: Obj, version: int) -> Violation | None:
    return None if own_users(pod, version) else proc_mount(pod)


def proc_mount(pod: Obj) -> Violation | None:
    kinds: set[str] = set()
    names: list[str] = []
    for container in containers(pod):
        kind = context(container).get("procMount")
        if kind is not None and kind != "Default":
            names.append(container.get("name", ""))
            kinds.add(kind)
    if not names:
        return None
    who = listed("container", names)
    return Violation("procMount", f"{who} must not set securityContext.procMount to {quoted(sorted(kinds))}")


def _selinux(pod: Obj, version: int) -> Violation | None:
    types: set[str] = set()
    parts: set[str] = set()

    def wrong(of: Obj) -> bool:
        options = context(of).get("seLinuxOptions") or {}
        kind = options.get("type") or ""
        bad = {field for field in ("user", "role") if options.get(field)}
        parts.update(bad)
        if _SELINUX.get(kind, version + 1) > version:
            types.add(kind)
            return True
        return bool(bad)

    pod_too = wrong(pod.get("spec") or {})
    names = those(pod, wrong)
    if not pod_too and not names:
        return None
    what = [listed("type", sorted(types))] if types else []
    what += [f"{field} may not be set" for field in ("user", "role") if field in parts]
    who = setters(pod_too, names)
    return Violation("seLinuxOptions", f"{who} set forbidden securityContext.seLinuxOptions: {'; '.join(what)}")


def valid_seccomp(kind: str) -> bool:
    return kind in ("RuntimeDefault", "Localhost")


def seccomp(pod: Obj, version: int) -> Violation | None:
    if version < 19:
        return _seccomp_annotations(pod)
    pod_too, names, values = profiles(pod, "seccompProfile", valid_seccomp)
    if not pod_too and not names:
        return None
    said = f"must not set securityContext.seccompProfile.type to {quoted(values)}"
    return Violation("seccompProfile", f"{setters(pod_too, names)} {said}")


def _seccomp_annotations(pod: Obj) -> Violation | None:
    notes = (pod.get("metadata") or {}).get("annotations") or {}
    keys = {_SECCOMP, *(f"{_SECCOMP_OF}{c.get('name', '')}" for c in containers(pod))}
    wrong = sorted(
        f'{key}="{notes[key]}"' for key in keys
        if key in notes and notes[key] not in ("runtime/default", "docker/default")
        and not notes[key].startswith("localhost/")
    )  # fmt: skip
    plural = "s" if len(wrong) != 1 else ""
    return Violation("seccompProfile", f"forbidden annotation{plural} {', '.join(wrong)}") if wrong else None


def _sysctls(pod: Obj, version: int) -> Violation | None:
    names = [s.get("name", "") for s in pod_context(pod).get("sysctls") or ()]
    wrong = [name for name in names if _SYSCTLS.get(name, version + 1) > version]
    return Violation("forbidden sysctls", ", ".join(wrong)) if wrong else None


def _host_process(pod: Obj, _: int) -> Violation | None:
    def wrong(of: Obj) -> bool:
        return bool((context(of).get("windowsOptions") or {}).get("hostProcess"))

    pod_too, names = wrong(pod.get("spec") or {}), those(pod, wrong)
    if not pod_too and not names:
        return None
    said = "must not set securityContext.windowsOptions.hostProcess=true"
    return Violation("hostProcess", f"{setters(pod_too, names)} {said}")


CHECKS = (
    Check("appArmorProfile", 0, _app_armor),
    Check("capabilities_baseline", 0, _capabilities),
    Check("hostNamespaces", 0, _namespaces),
    Check("hostPathVolumes", 0, _host_paths),
    Check("hostPorts", 0, _ports),
    Check("hostProbesAndHostLifecycle", 34, _handler_hosts),
    Check("privileged", 0, _privileged),
    Check("procMount", 0, _proc_mount),
    Check("seLinuxOptions", 0, _selinux),
    Check("seccompProfile_baseline", 0, seccomp),
    Check("sysctls", 0, _sysctls),
    Check("windowsHostProcess", 0, _host_process),
)
"""In Kubernetes' order: by name."""
