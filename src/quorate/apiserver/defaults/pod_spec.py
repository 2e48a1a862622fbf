"""Defaults of a pod's spec, of its own or in a template (Kubernetes: SetDefaults_PodSpec)."""

from quorate.apiserver.defaults.containers import default_container
from quorate.apiserver.defaults.sharing import every, mapped, rounded
from quorate.apiserver.defaults.volumes import default_volume
from quorate.contract.plan import Obj

_TEXTS = {"dnsPolicy": "ClusterFirst", "restartPolicy": "Always", "schedulerName": "default-scheduler"}
INIT_CONTAINER_ANNOTATIONS = frozenset(
    f"pod.{stage}.kubernetes.io/init-container{what}" for stage in ("alpha", "beta") for what in ("s", "-statuses")
)
"""How init containers were written before they were a field; dropped so that they never take effect."""


def default_pod_spec(spec: Obj) -> Obj:
    out = spec
    for field, value in _TEXTS.items():
        if not out.get(field):
            out = {**out, field: value}
    if out.get("securityContext") is None:
        out = {**out, "securityContext": {}}
    if out.get("terminationGracePeriodSeconds") is None:
        out = {**out, "terminationGracePeriodSeconds": 30}
    account = out.get("serviceAccountName") or out.get("serviceAccount")
    if account and (out.get("serviceAccount") != account or out.get("serviceAccountName") != account):
        out = {**out, "serviceAccountName": account, "serviceAccount": account}
    out = every(out, "containers", default_container)
    if "initContainers" in out:
        out = every(out, "initContainers", default_container)
    if "ephemeralContainers" in out:
        out = every(out, "ephemeralContainers", default_container)
    if "volumes" in out:
        out = every(out, "volumes", default_volume)
    if "overhead" in out:
        out = mapped(out, "overhead", rounded)
    return out


def without_init_annotations(meta: Obj) -> Obj:
    annotations = meta.get("annotations")
    if not annotations or INIT_CONTAINER_ANNOTATIONS.isdisjoint(annotations):
        return meta
    return {**meta, "annotations": {k: v for k, v in annotations.items() if k not in INIT_CONTAINER_ANNOTATIONS}}


def default_template(template: Obj) -> Obj:
    """A PodTemplateSpec. Its metadata and spec are never absent in what the API writes."""
    meta, spec = template.get("metadata"), template.get("spec") or {}
    new_meta = {} if meta is None else without_init_annotations(meta)
    new_spec = default_pod_spec(spec)
    if new_meta is meta and new_spec is template.get("spec"):
        return template
    return {**template, "metadata": new_meta, "spec": new_spec}
