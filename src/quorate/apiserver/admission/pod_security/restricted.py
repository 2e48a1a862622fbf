"""What the level restricted asks beside baseline: the best known practice (pod-security-admission/policy)."""

from collections.abc import Callable

from quorate.apiserver.admission.pod_security.baseline import added, adds, proc_mount, seccomp, valid_seccomp
from quorate.apiserver.admission.pod_security.violation import (
    Check,
    Violation,
    containers,
    context,
    listed,
    on_windows,
    own_users,
    pod_context,
    quoted,
    setters,
    those,
)
from quorate.contract.plan import Obj

_BIND = frozenset({"NET_BIND_SERVICE"})
_VOLUMES = frozenset({
    "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret",
})  # fmt: skip
_KNOWN = (
    "hostPath", "gcePersistentDisk", "awsElasticBlockStore", "gitRepo", "nfs", "iscsi", "glusterfs", "rbd", "flexVolume",
    "cinder", "cephfs", "flocker", "fc", "azureFile", "vsphereVolume", "quobyte", "azureDisk", "photonPersistentDisk",
    "portworxVolume", "scaleIO", "storageos",
)  # fmt: skip
_SETS_PROFILE = 'must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"'


def _not_linux(pod: Obj, version: int) -> bool:
    """What only Linux knows is not asked of pods that say they are for Windows (since 1.25)."""
    return version >= 25 and on_windows(pod)


def _escalation(pod: Obj, version: int) -> Violation | None:
    if _not_linux(pod, version):
        return None
    names = those(pod, lambda c: context(c).get("allowPrivilegeEscalation") is not False)
    who = listed("container", names)
    said = f"{who} must set securityContext.allowPrivilegeEscalation=false"
    return Violation("allowPrivilegeEscalation != false", said) if names else None


def _capabilities(pod: Obj, version: int) -> Violation | None:
    if _not_linux(pod, version):
        return None
    keeping = those(pod, lambda c: "ALL" not in ((context(c).get("capabilities") or {}).get("drop") or ()))
    found: list[str] = []
    if keeping:
        found.append(f'{listed("container", keeping)} must set securityContext.capabilities.drop=["ALL"]')
    names, capabilities = added(pod, _BIND)
    if names:
        found.append(adds(names, capabilities))
    return Violation("unrestricted capabilities", "; ".join(found)) if found else None


def _volumes(pod: Obj, _: int) -> Violation | None:
    names: list[str] = []
    kinds: set[str] = set()
    for volume in (pod.get("spec") or {}).get("volumes") or ():
        if any(volume.get(kind) is not None for kind in _VOLUMES):
            continue
        names.append(volume.get("name", ""))
        kinds.add(next((kind for kind in _KNOWN if volume.get(kind) is not None), "unknown"))
    if not names:
        return None
    uses, plural = "uses" if len(names) == 1 else "use", "" if len(kinds) == 1 else "s"
    detail = f"{listed('volume', names)} {uses} restricted volume type{plural} {quoted(sorted(kinds))}"
    return Violation("restricted volume types", detail)


def _unsaid(pod: Obj, said_by_pod: bool, says: Callable[[Obj], bool]) -> list[str]:
    return [] if said_by_pod else those(pod, lambda c: not says(c))


def _not_root(pod: Obj, version: int) -> Violation | None:
    if own_users(pod, version):
        return None
    reason, whole = "runAsNonRoot != true", pod_context(pod).get("runAsNonRoot")
    names = those(pod, lambda c: context(c).get("runAsNonRoot") is False)
    if whole is False or names:
        return Violation(reason, f"{setters(whole is False, names)} must not set securityContext.runAsNonRoot=false")
    names = _unsaid(pod, bool(whole), lambda c: context(c).get("runAsNonRoot") is not None)
    said = f"pod or {listed('container', names)} must set securityContext.runAsNonRoot=true"
    return Violation(reason, said) if names else None


def _user(pod: Obj, version: int) -> Violation | None:
    if own_users(pod, version):
        return None
    pod_too = pod_context(pod).get("runAsUser") == 0
    names = those(pod, lambda c: context(c).get("runAsUser") == 0)
    if not pod_too and not names:
        return None
    return Violation("runAsUser=0", f"{setters(pod_too, names)} must not set runAsUser=0")


def _seccomp(pod: Obj, version: int) -> Violation | None:
    if _not_linux(pod, version):
        return None
    wrong = seccomp(pod, version)
    if wrong is not None:
        return wrong
    whole = pod_context(pod).get("seccompProfile")
    said_by_pod = whole is not None and valid_seccomp(whole.get("type", ""))
    names = _unsaid(pod, said_by_pod, lambda c: context(c).get("seccompProfile") is not None)
    return Violation("seccompProfile", f"pod or {listed('container', names)} {_SETS_PROFILE}") if names else None


def _proc_mount(pod: Obj, _: int) -> Violation | None:
    return proc_mount(pod) if any(context(c).get("procMount") for c in containers(pod)) else None


CHECKS = (
    Check("allowPrivilegeEscalation", 8, _escalation),
    Check("capabilities_restricted", 22, _capabilities, replaces="capabilities_baseline"),
    Check("procMount_restricted", 35, _proc_mount, replaces="procMount"),
    Check("restrictedVolumes", 0, _volumes, replaces="hostPathVolumes"),
    Check("runAsNonRoot", 0, _not_root),
    Check("runAsUser", 23, _user),
    Check("seccompProfile_restricted", 19, _seccomp, replaces="seccompProfile_baseline"),
)
"""In Kubernetes' order: by name."""
