"""A pod template as Kubernetes prints its internal struct in an error: every field by its Go name, in the struct's order.

Source: pkg/apis/core/types.go. The metadata is an embedded struct with JSON names of its own, which leave out what is empty.
What is set inside a field that the tables below do not know is shown under its capitalized names, without what is not set.
"""

from typing import Any

from quorate.contract.plan import Obj

Table = tuple[tuple[str, Any, Any], ...]
"""(Go name, value when it is not set, the table of what is inside it or None)."""

_META = ("name", "generateName", "namespace", "labels", "annotations", "finalizers")
_PORT: Table = (
    ("Name", "", None), ("HostPort", 0, None), ("ContainerPort", 0, None), ("Protocol", "", None), ("HostIP", "", None),
)  # fmt: skip
_ENV: Table = (("Name", "", None), ("Value", "", None), ("ValueFrom", None, None))
_RESOURCES: Table = (("Limits", None, None), ("Requests", None, None), ("Claims", None, None))
_MOUNT: Table = (
    ("Name", "", None), ("ReadOnly", False, None), ("RecursiveReadOnly", None, None), ("MountPath", "", None),
    ("SubPath", "", None), ("MountPropagation", None, None), ("SubPathExpr", "", None),
)  # fmt: skip
_SECURITY: Table = tuple(
    (name, None, None) for name in (
        "Capabilities", "Privileged", "SELinuxOptions", "WindowsOptions", "RunAsUser", "RunAsGroup", "RunAsNonRoot",
        "ReadOnlyRootFilesystem", "AllowPrivilegeEscalation", "ProcMount", "SeccompProfile", "AppArmorProfile",
    )
)  # fmt: skip
_CONTAINER: Table = (
    ("Name", "", None), ("Image", "", None), ("Command", None, None), ("Args", None, None), ("WorkingDir", "", None),
    ("Ports", None, _PORT), ("EnvFrom", None, None), ("Env", None, _ENV), ("Resources", {}, _RESOURCES),
    ("ResizePolicy", None, None), ("RestartPolicy", None, None), ("RestartPolicyRules", None, None),
    ("VolumeMounts", None, _MOUNT), ("VolumeDevices", None, None), ("LivenessProbe", None, None),
    ("ReadinessProbe", None, None), ("StartupProbe", None, None), ("Lifecycle", None, None),
    ("TerminationMessagePath", "", None), ("TerminationMessagePolicy", "", None), ("ImagePullPolicy", "", None),
    ("SecurityContext", None, _SECURITY), ("Stdin", False, None), ("StdinOnce", False, None), ("TTY", False, None),
)  # fmt: skip
_SOURCES = (
    "HostPath", "EmptyDir", "GCEPersistentDisk", "AWSElasticBlockStore", "GitRepo", "Secret", "NFS", "ISCSI", "Glusterfs",
    "PersistentVolumeClaim", "RBD", "Quobyte", "FlexVolume", "Cinder", "CephFS", "Flocker", "DownwardAPI", "FC", "AzureFile",
    "ConfigMap", "VsphereVolume", "AzureDisk", "PhotonPersistentDisk", "Projected", "PortworxVolume", "ScaleIO", "StorageOS",
    "CSI", "Ephemeral", "Image",
)  # fmt: skip
_VOLUME: Table = (("Name", "", None), *((name, None, None) for name in _SOURCES))
_POD_SECURITY: Table = (
    ("HostNetwork", False, None), ("HostPID", False, None), ("HostIPC", False, None),
    *((name, None, None) for name in (
        "ShareProcessNamespace", "HostUsers", "SELinuxOptions", "WindowsOptions", "RunAsUser", "RunAsGroup", "RunAsNonRoot",
        "SupplementalGroups", "SupplementalGroupsPolicy", "FSGroup", "FSGroupChangePolicy", "Sysctls", "SeccompProfile",
        "AppArmorProfile", "SELinuxChangePolicy",
    )),
)  # fmt: skip
_TOLERATION: Table = (
    ("Key", "", None), ("Operator", "", None), ("Value", "", None), ("Effect", "", None),
    ("TolerationSeconds", None, None),
)  # fmt: skip
_AFFINITY: Table = tuple((name, None, None) for name in ("NodeAffinity", "PodAffinity", "PodAntiAffinity"))
_POD: Table = (
    ("Volumes", None, _VOLUME), ("InitContainers", None, _CONTAINER), ("Containers", None, _CONTAINER),
    ("EphemeralContainers", None, None), ("RestartPolicy", "", None), ("TerminationGracePeriodSeconds", None, None),
    ("ActiveDeadlineSeconds", None, None), ("DNSPolicy", "", None), ("NodeSelector", None, None),
    ("ServiceAccountName", "", None), ("AutomountServiceAccountToken", None, None), ("NodeName", "", None),
    ("SecurityContext", None, _POD_SECURITY), ("ImagePullSecrets", None, None), ("Hostname", "", None),
    ("Subdomain", "", None), ("SetHostnameAsFQDN", None, None), ("Affinity", None, _AFFINITY), ("SchedulerName", "", None),
    ("Tolerations", None, _TOLERATION), ("HostAliases", None, None), ("PriorityClassName", "", None),
    *((name, None, None) for name in (
        "Priority", "PreemptionPolicy", "DNSConfig", "ReadinessGates", "RuntimeClassName", "Overhead", "EnableServiceLinks",
        "TopologySpreadConstraints", "OS", "SchedulingGates", "ResourceClaims", "Resources", "HostnameOverride",
        "SchedulingGroup",
    )),
)  # fmt: skip
_OF_THE_HOST = ("hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace", "hostUsers")
"""Fields of the pod's spec that Kubernetes keeps in its security context."""
_AS_THEY_ARE = frozenset({"Labels", "Annotations", "NodeSelector", "Limits", "Requests", "Overhead"})
"""Maps with the user's own keys."""


def shown_template(template: Obj) -> Obj:
    """`template` has its defaults."""
    meta, spec = template.get("metadata") or {}, dict(template.get("spec") or {})
    if spec.get("securityContext") is not None:
        host = {field: spec[field] for field in _OF_THE_HOST if spec.get(field)}
        spec["securityContext"] = {**host, **spec["securityContext"]}
    out: Obj = {field: meta[field] for field in _META if meta.get(field)}
    for field in ("labels", "annotations"):
        if field in out:
            out[field] = dict(sorted(out[field].items()))
    return {**out, "Spec": _struct(_POD, spec)}


def _struct(table: Table, value: Obj) -> Obj:
    given = {_go_name(name): item for name, item in value.items()}
    out: Obj = {}
    for name, zero, inside in table:
        item = given.get(name, zero)
        if inside is not None and isinstance(item, list):
            item = [_struct(inside, one) for one in item]
        elif inside is not None and isinstance(item, dict):
            item = _struct(inside, item)
        elif name in _AS_THEY_ARE and item is not None:
            item = dict(sorted(item.items()))
        else:
            item = _any(item)
        out[name] = item
    return out


def _any(value: Any) -> Any:
    if isinstance(value, dict):
        return {_go_name(name): _any(item) for name, item in value.items()}
    return [_any(item) for item in value] if isinstance(value, list) else value


_GO_NAMES = {
    name[0].lower() + name[1:]: name for table in (_POD, _CONTAINER, _POD_SECURITY, _SECURITY, _VOLUME, _PORT)
    for name, _, _ in table
} | {
    "tty": "TTY", "dnsPolicy": "DNSPolicy", "dnsConfig": "DNSConfig", "os": "OS", "nfs": "NFS", "iscsi": "ISCSI", "rbd": "RBD",
    "cephfs": "CephFS", "fc": "FC", "csi": "CSI", "gcePersistentDisk": "GCEPersistentDisk", "seLinuxOptions": "SELinuxOptions",
    "awsElasticBlockStore": "AWSElasticBlockStore", "seLinuxChangePolicy": "SELinuxChangePolicy", "hostIP": "HostIP",
}  # fmt: skip


def _go_name(name: str) -> str:
    return _GO_NAMES.get(name) or name[:1].upper() + name[1:]
