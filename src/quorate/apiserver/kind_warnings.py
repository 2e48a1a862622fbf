"""Doubtful settings of other kinds than pods (Kubernetes: WarningsOnCreate and WarningsOnUpdate of each kind's strategy).

Each function is given the object and what it was, None for a create, and answers the texts of the Warning headers.
"""

import re
from base64 import b64decode
from collections.abc import Callable, Iterator
from ipaddress import IPv6Address, ip_address, ip_interface

from quorate.apiserver.custom.formats import format_warnings
from quorate.apiserver.pod_warnings import DEPRECATED_LABELS, fractions
from quorate.contract.plan import Obj

_BETA_CLASS = "volume.beta.kubernetes.io/storage-class"
_HINTS = "service.kubernetes.io/topology-aware-hints"
_INGRESS_CLASS = "kubernetes.io/ingress.class"
_MOUNTABLE = "kubernetes.io/enforce-mountable-secrets"
_MANY_INDEXES, _MANY_AT_ONCE = 100_000, 10_000
_GONE_VOLUMES = {
    "cephfs": ("cephfs", "deprecated in v1.28, non-functional in v1.31+"),
    "photonPersistentDisk": ("photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+"),
    "scaleIO": ("scaleIO", "deprecated in v1.16, non-functional in v1.22+"),
    "storageos": ("storageOS", "deprecated in v1.22, non-functional in v1.25+"),
    "glusterfs": ("glusterfs", "deprecated in v1.25, non-functional in v1.26+"),
    "rbd": ("rbd", "deprecated in v1.28, non-functional in v1.31+"),
}
"""Sources of volumes: what the warning calls each, and why it warns."""
_PEM = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----\s[A-Za-z0-9+/=\s]*-----END \1-----")


def _annotations(obj: Obj) -> Obj:
    return obj["metadata"].get("annotations") or {}


def _service(obj: Obj, _: Obj | None) -> list[str]:
    spec = obj.get("spec") or {}
    kind, outside = spec.get("type", ""), spec.get("externalIPs") or ()
    out: list[str] = []
    if _HINTS in _annotations(obj):
        out.append(f"annotation {_HINTS} is deprecated, please use service.kubernetes.io/topology-mode instead")
    addresses = spec.get("clusterIPs") or ()
    if spec.get("clusterIP") not in (None, "", "None"):
        out += [text for i, ip in enumerate(addresses) for text in _address(f"spec.clusterIPs[{i}]", ip)]
    if kind == "ClusterIP" and spec.get("clusterIP") == "None":
        if spec.get("loadBalancerIP"):
            out.append("spec.loadBalancerIP is ignored for headless services")
        if outside:
            out.append("spec.externalIPs is ignored for headless services")
        if spec.get("sessionAffinity", "None") != "None":
            out.append("spec.SessionAffinity is ignored for headless services")
    out += [text for i, ip in enumerate(outside) for text in _address(f"spec.externalIPs[{i}]", ip)]
    if spec.get("loadBalancerIP"):
        out += _address("spec.loadBalancerIP", spec["loadBalancerIP"])
    for i, block in enumerate(spec.get("loadBalancerSourceRanges") or ()):
        out += _block(f"spec.loadBalancerSourceRanges[{i}]", block)
    if kind == "ExternalName" and outside:
        out.append('spec.externalIPs is ignored when spec.type is "ExternalName"')
    if kind != "ExternalName" and spec.get("externalName"):
        out.append('spec.externalName is ignored when spec.type is not "ExternalName"')
    if spec.get("trafficDistribution") == "PreferClose":
        out.append('spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"')
    return out


def _address(path: str, text: str) -> list[str]:
    try:
        found = ip_address(text)
    except ValueError:
        return []
    if not isinstance(found, IPv6Address):
        return []
    if found.ipv4_mapped is not None:
        why = "will be considered invalid in a future Kubernetes release"
        return [f'{path}: non-standard IP address "{text}" {why}: use "{found.ipv4_mapped}"']
    plain = str(found)
    return (
        [] if plain == text else [f'{path}: IPv6 address "{text}" should be in RFC 5952 canonical format ("{plain}")']
    )


def _block(path: str, text: str) -> list[str]:
    try:
        found = ip_interface(text.strip())
    except ValueError:
        return []
    if found.ip == found.network.network_address:
        return []
    alone = f"{found.ip}/{found.ip.max_prefixlen}"
    return [f'{path}: CIDR value "{text}" is ambiguous in this context (should be "{found.network}" or "{alone}"?)']


def _beta_class(obj: Obj) -> list[str]:
    if _BETA_CLASS not in _annotations(obj):
        return []
    return [f'metadata.annotations[{_BETA_CLASS}]: deprecated since v1.8; use "storageClassName" attribute instead']


def _claim(obj: Obj, _: Obj | None) -> list[str]:
    return _beta_class(obj) + _amounts("spec", obj.get("spec") or {})


def _amounts(path: str, claim_spec: Obj) -> list[str]:
    out: list[str] = []
    for part in ("requests", "limits"):
        storage = ((claim_spec.get("resources") or {}).get(part) or {}).get("storage")
        if storage is not None:
            out += fractions(f"{path}.resources.{part}", {"storage": storage})
    return out


def _volume(obj: Obj, _: Obj | None) -> list[str]:
    spec = obj.get("spec") or {}
    out = _beta_class(obj)
    if spec.get("persistentVolumeReclaimPolicy") == "Recycle":
        why = "The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning."
        out.append(f"spec.persistentVolumeReclaimPolicy: {why}")
    terms = ((spec.get("nodeAffinity") or {}).get("required") or {}).get("nodeSelectorTerms") or ()
    for i, term in enumerate(terms):
        path = f"spec.nodeAffinity.required.nodeSelectorTerms[{i}].matchExpressions"
        out += [f"{path}[{j}].key: {key} is {why}" for j, key, why in _old_labels(term.get("matchExpressions") or ())]
    return out + [f"spec.{name}: {why}" for field, (name, why) in _GONE_VOLUMES.items() if spec.get(field) is not None]


def _old_labels(expressions: list[Obj] | tuple[()]) -> Iterator[tuple[int, str, str]]:
    for j, expression in enumerate(expressions):
        key = expression.get("key", "")
        if key in DEPRECATED_LABELS:
            yield j, key, DEPRECATED_LABELS[key]


def _storage_class(obj: Obj, _: Obj | None) -> list[str]:
    return [
        f"allowedTopologies[{i}].matchLabelExpressions[{j}].key: {why}"
        for i, term in enumerate(obj.get("allowedTopologies") or ())
        for j, _, why in _old_labels(term.get("matchLabelExpressions") or ())
    ]


def _runtime_class(obj: Obj, _: Obj | None) -> list[str]:
    selector = (obj.get("scheduling") or {}).get("nodeSelector") or {}
    return [
        f"scheduling.nodeSelector: {DEPRECATED_LABELS[key]}" for key in sorted(selector) if key in DEPRECATED_LABELS
    ]


def _ingress(obj: Obj, old: Obj | None) -> list[str]:
    if old is not None or _INGRESS_CLASS not in _annotations(obj):
        return []
    if (obj.get("spec") or {}).get("ingressClassName") is not None:
        return []
    return [f"annotation \"{_INGRESS_CLASS}\" is deprecated, please use 'spec.ingressClassName' instead"]


def _account(obj: Obj, old: Obj | None) -> list[str]:
    if _MOUNTABLE not in _annotations(obj) or (old is not None and _MOUNTABLE in _annotations(old)):
        return []
    why = "deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets"
    return [f"metadata.annotations[{_MOUNTABLE}]: {why}"]


def _set(obj: Obj, _: Obj | None) -> list[str]:
    claims = (obj.get("spec") or {}).get("volumeClaimTemplates") or ()
    return [
        text for i, claim in enumerate(claims)
        for text in _amounts(f"spec.volumeClaimTemplates[{i}]", claim.get("spec") or {})
    ]  # fmt: skip


def _job(obj: Obj, _: Obj | None) -> list[str]:
    return _indexes("spec", obj.get("spec") or {})


def _cron_job(obj: Obj, _: Obj | None) -> list[str]:
    return _indexes("spec.jobTemplate.spec", ((obj.get("spec") or {}).get("jobTemplate") or {}).get("spec") or {})


def _indexes(path: str, job: Obj) -> list[str]:
    if job.get("completionMode") != "Indexed":
        return []
    if (job.get("completions") or 0) <= _MANY_INDEXES or (job.get("parallelism") or 0) <= _MANY_AT_ONCE:
        return []
    why = (
        "In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might "
        "not be able to track completedIndexes when a big number of indexes fail"
    )
    return [f"{path}: {why}"]


def _secret(obj: Obj, _: Obj | None) -> list[str]:
    if obj.get("type") != "kubernetes.io/tls":
        return []
    data = obj.get("data") or {}
    wrong = _no_pair(*(b64decode(data.get(key) or "") for key in ("tls.crt", "tls.key")))
    return [f"tls: {wrong}"] if wrong else []


def _no_pair(certificate: bytes, key: bytes) -> str:
    """What Go says of texts in which there is no certificate or no key. That they belong together is not looked at."""
    found = [block.decode() for block in _PEM.findall(certificate)]
    if not found:
        return "failed to find any PEM data in certificate input"
    if "CERTIFICATE" not in found:
        if len(found) == 1 and found[0].endswith("PRIVATE KEY"):
            switched = "but did find a private key; PEM inputs may have been switched"
            return f"failed to find certificate PEM data in certificate input, {switched}"
        skipped = f"after skipping PEM blocks of the following types: [{' '.join(found)}]"
        return f'failed to find "CERTIFICATE" PEM block in certificate input {skipped}'
    found = [block.decode() for block in _PEM.findall(key)]
    if not found:
        return "failed to find any PEM data in key input"
    if any(block.endswith("PRIVATE KEY") for block in found):
        return ""
    if found == ["CERTIFICATE"]:
        return "found a certificate rather than a key in the PEM for the private key"
    skipped = f"after skipping PEM blocks of the following types: [{' '.join(found)}]"
    return f'failed to find PEM block with type ending in "PRIVATE KEY" in key input {skipped}'


KINDS: dict[str, Callable[[Obj, Obj | None], list[str]]] = {
    "services": _service,
    "persistentvolumeclaims": _claim,
    "persistentvolumes": _volume,
    "storageclasses.storage.k8s.io": _storage_class,
    "runtimeclasses.node.k8s.io": _runtime_class,
    "ingresses.networking.k8s.io": _ingress,
    "serviceaccounts": _account,
    "secrets": _secret,
    "jobs.batch": _job,
    "cronjobs.batch": _cron_job,
    "statefulsets.apps": _set,
    "customresourcedefinitions.apiextensions.k8s.io": format_warnings,
}
"""By resource."""
