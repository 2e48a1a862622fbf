"""Doubtful settings of pods and their templates (Kubernetes: pkg/api/pod/warnings).

`path` is where the template is, e.g. "spec.template"; "" for a Pod itself.
"""

from collections.abc import Iterator

from quorate.contract.plan import Obj
from quorate.objects import quantity

DEPRECATED_LABELS = {
    "beta.kubernetes.io/arch": 'deprecated since v1.14; use "kubernetes.io/arch" instead',
    "beta.kubernetes.io/os": 'deprecated since v1.14; use "kubernetes.io/os" instead',
    "failure-domain.beta.kubernetes.io/region": 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
    "failure-domain.beta.kubernetes.io/zone": 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
    "beta.kubernetes.io/instance-type": 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
}
_DEPRECATED_ANNOTATIONS = {
    "scheduler.alpha.kubernetes.io/critical-pod": 'non-functional in v1.16+; use the "priorityClassName" field instead',
    "security.alpha.kubernetes.io/sysctls": 'non-functional in v1.11+; use the "sysctls" field instead',
    "security.alpha.kubernetes.io/unsafe-sysctls": 'non-functional in v1.11+; use the "sysctls" field instead',
}
_DEPRECATED_VOLUMES = {
    "photonPersistentDisk": "deprecated in v1.11, non-functional in v1.16+",
    "gitRepo": "deprecated in v1.11",
    "scaleIO": "deprecated in v1.16, non-functional in v1.22+",
    "flocker": "deprecated in v1.22, non-functional in v1.25+",
    "storageos": "deprecated in v1.22, non-functional in v1.25+",
    "quobyte": "deprecated in v1.22, non-functional in v1.25+",
    "glusterfs": "deprecated in v1.25, non-functional in v1.26+",
    "cephfs": "deprecated in v1.28, non-functional in v1.31+",
    "rbd": "deprecated in v1.28, non-functional in v1.31+",
}
_SECCOMP = "seccomp.security.alpha.kubernetes.io/pod"
_SECCOMP_CONTAINER = "container.seccomp.security.alpha.kubernetes.io/"
_APPARMOR = "container.apparmor.security.beta.kubernetes.io/"
_NO_POD = "a null labelSelector results in matching no pod"


def pod_warnings(pod: Obj) -> list[str]:
    return template_warnings("", pod)


def template_warnings(path: str, template: Obj) -> list[str]:
    meta, spec = template.get("metadata") or {}, template.get("spec") or {}
    at = f"{path}.spec" if path else "spec"
    notes = f"{path}.metadata.annotations" if path else "metadata.annotations"
    out = _nodes(at, spec)
    annotations = meta.get("annotations") or {}
    out += [f"{notes}[{key}]: {why}" for key, why in _DEPRECATED_ANNOTATIONS.items() if key in annotations]
    if spec.get("volumes"):
        out += _volumes(at, spec["volumes"])
    out += _repeated(f"{at}.hostAliases", spec, "hostAliases", "ip")
    out += _repeated(f"{at}.imagePullSecrets", spec, "imagePullSecrets", "name")
    for i, secret in enumerate(spec.get("imagePullSecrets") or ()):
        if not secret.get("name"):
            out.append(f'{at}.imagePullSecrets[{i}].name: invalid empty name ""')
    out += fractions(f"{at}.overhead", spec.get("overhead") or {})
    if annotations:
        out += _profiles(bool(path), notes, annotations, spec)
    for where, container in _containers(at, spec):
        resources = container.get("resources") or {}
        for part in ("limits", "requests"):
            out += fractions(f"{where}.resources.{part}", resources.get(part) or {})
        out += _hidden(where, container)
    out += _ports(at, spec)
    grace = spec.get("terminationGracePeriodSeconds")
    if grace is not None and grace < 0:
        why = "must be >= 0; negative values are invalid and will be treated as 1"
        out.append(f"{at}.terminationGracePeriodSeconds: {why}")
    return out + _affinities(at, spec.get("affinity") or {})


def _containers(at: str, spec: Obj) -> Iterator[tuple[str, Obj]]:
    for field in ("initContainers", "containers", "ephemeralContainers"):
        for i, container in enumerate(spec.get(field) or ()):
            yield f"{at}.{field}[{i}]", container


def _nodes(at: str, spec: Obj) -> list[str]:
    """Node labels that have newer names."""
    out = [
        f"{at}.nodeSelector[{key}]: {DEPRECATED_LABELS[key]}"
        for key in spec.get("nodeSelector") or ()
        if key in DEPRECATED_LABELS
    ]
    nodes = (spec.get("affinity") or {}).get("nodeAffinity")
    if nodes:
        field = "requiredDuringSchedulingIgnoredDuringExecution"
        for i, term in enumerate((nodes.get(field) or {}).get("nodeSelectorTerms") or ()):
            out += _term(f"{at}.affinity.nodeAffinity.{field}.nodeSelectorTerms[{i}]", term)
        field = "preferredDuringSchedulingIgnoredDuringExecution"
        for i, preferred in enumerate(nodes.get(field) or ()):
            out += _term(f"{at}.affinity.nodeAffinity.{field}[{i}].preference", preferred.get("preference") or {})
    for i, constraint in enumerate(spec.get("topologySpreadConstraints") or ()):
        where, key = f"{at}.topologySpreadConstraints[{i}]", constraint.get("topologyKey", "")
        if key in DEPRECATED_LABELS:
            out.append(f"{where}.topologyKey: {key} is {DEPRECATED_LABELS[key]}")
        if constraint.get("labelSelector") is None:
            out.append(f"{where}.labelSelector: {_NO_POD}")
    return out


def _term(where: str, term: Obj) -> list[str]:
    return [
        f"{where}.matchExpressions[{i}].key: {expression['key']} is {DEPRECATED_LABELS[expression['key']]}"
        for i, expression in enumerate(term.get("matchExpressions") or ())
        if expression.get("key") in DEPRECATED_LABELS
    ]


def _volumes(at: str, volumes: list[Obj]) -> list[str]:
    out = [
        f"{at}.volumes[{i}].{'storageOS' if source == 'storageos' else source}: {_DEPRECATED_VOLUMES[source]}"
        for i, volume in enumerate(volumes)
        for source in volume
        if source in _DEPRECATED_VOLUMES
    ]
    for volume in volumes:
        name = volume.get("name", "")
        for field, kind, named in (("configMap", "ConfigMap", "name"), ("secret", "Secret", "secretName")):
            source = volume.get(field) or {}
            out += _overlaps(f'volume "{name}" ({kind} "{source.get(named, "")}")', source.get("items") or ())
        out += _overlaps(f'volume "{name}" (DownwardAPI)', (volume.get("downwardAPI") or {}).get("items") or ())
    return out


def _overlaps(what: str, items: list[Obj] | tuple[()]) -> list[str]:
    """Two keys written to one path, or one inside the other: the later would hide the earlier."""
    out: list[str] = []
    seen: list[str] = []
    for item in items:
        path = item.get("path", "").rstrip("/")
        for other in seen:
            if path and other and (path == other or f"{other}/".startswith(path) or f"{path}/".startswith(other)):
                out.append(f'{what}: overlapping paths: "{path}" with "{other}"')
                break
        seen.append(path)
    return out


def _repeated(where: str, spec: Obj, field: str, key: str) -> list[str]:
    out: list[str] = []
    seen: set[str] = set()
    for i, item in enumerate(spec.get(field) or ()):
        value = item.get(key, "")
        if value in seen:
            out.append(f'{where}[{i}].{key}: duplicate {key} "{value}"')
        seen.add(value)
    return out


def fractions(where: str, amounts: Obj) -> list[str]:
    """Fractions of a byte."""
    return [
        f'{where}[{name}]: fractional byte value "{amounts[name]}" is invalid, must be an integer'
        for name in ("memory", "ephemeral-storage", "storage")
        if name in amounts and quantity.milli(amounts[name]) % 1000
    ]


def _profiles(in_template: bool, notes: str, annotations: Obj, spec: Obj) -> list[str]:
    """Security profiles written as annotations, with no field beside them."""
    out: list[str] = []
    security = spec.get("securityContext") or {}
    instead = 'non-functional in v1.27+; use the "seccompProfile" field instead'
    if _SECCOMP in annotations and "seccompProfile" not in security:
        out.append(f"{notes}[{_SECCOMP}]: {instead}")
    for _, container in _containers("", spec):
        own, name = container.get("securityContext") or {}, container.get("name", "")
        if _SECCOMP_CONTAINER + name in annotations and "seccompProfile" not in own:
            out.append(f"{notes}[{_SECCOMP_CONTAINER}{name}]: {instead}")
        armoured = "appArmorProfile" in own or "appArmorProfile" in security
        if in_template and not armoured and _APPARMOR + name in annotations:
            why = 'deprecated since v1.30; use the "appArmorProfile" field instead'
            out.append(f"{notes}[{_APPARMOR}{name}]: {why}")
    return out


def _hidden(where: str, container: Obj) -> list[str]:
    """Variables set twice, unless the second builds on the first."""
    out: list[str] = []
    seen: set[str] = set()
    for i, variable in enumerate(container.get("env") or ()):
        name, value = variable.get("name", ""), variable.get("value", "")
        reference = f"$({name})"
        if name in seen and ("valueFrom" in variable or value == reference or reference not in value):
            out.append(
                f'{where}.env[{i}]: hides previous definition of "{name}", which may be dropped when using apply'
            )
        seen.add(name)
    return out


def _ports(at: str, spec: Obj) -> list[str]:
    out: list[str] = []
    seen: dict[tuple[int, str], list[tuple[str, Obj]]] = {}
    for where, container in _containers(at, spec):
        for i, port in enumerate(container.get("ports") or ()):
            place = f"{where}.ports[{i}]"
            others = seen.setdefault((port.get("containerPort", 0), port.get("protocol", "")), [])
            for other, known in others:
                kind = _clash(port, known)
                if kind:
                    out.append(f"{place}: {kind} port definition with {other}")
            others.append((place, port))
    return out


def _clash(port: Obj, known: Obj) -> str:
    ip, other_ip = port.get("hostIP", ""), known.get("hostIP", "")
    number, other_number = port.get("hostPort", 0), known.get("hostPort", 0)
    if ip == other_ip and number == other_number:
        return "duplicate"
    if not number or not other_number:
        return "overlapping"
    return "dangerously ambiguous" if number == other_number and bool(ip) != bool(other_ip) else ""


def _affinities(at: str, affinity: Obj) -> list[str]:
    out: list[str] = []
    for field in ("podAffinity", "podAntiAffinity"):
        terms = affinity.get(field) or {}
        for i, term in enumerate(terms.get("requiredDuringSchedulingIgnoredDuringExecution") or ()):
            if term.get("labelSelector") is None:
                where = f"{at}.affinity.{field}.requiredDuringSchedulingIgnoredDuringExecution[{i}]"
                out.append(f"{where}.labelSelector: {_NO_POD}")
        for i, weighted in enumerate(terms.get("preferredDuringSchedulingIgnoredDuringExecution") or ()):
            if (weighted.get("podAffinityTerm") or {}).get("labelSelector") is None:
                where = f"{at}.affinity.{field}.preferredDuringSchedulingIgnoredDuringExecution[{i}].podAffinityTerm"
                out.append(f"{where}.labelSelector: {_NO_POD}")
    return out
