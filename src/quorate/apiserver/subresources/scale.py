"""The scale subresource: replicas behind one shape for every workload (autoscaling/v1 Scale)."""

from quorate.apiserver.handle import ApiServer
from quorate.apiserver.request import Answer, Options
from quorate.apiserver.validation.errors import invalid, refusal
from quorate.contract.failures import Refused, bad_request, conflict, not_found
from quorate.contract.plan import Obj
from quorate.objects.kinds import Kind
from quorate.objects.selectors import text


def scale_of(kind: Kind, obj: Obj) -> Obj:
    """The Scale of a workload."""
    meta, spec, status = obj["metadata"], obj["spec"], obj.get("status") or {}
    selector = spec.get("selector")
    if kind.resource == "replicationcontrollers":
        selector = {"matchLabels": selector or {}}
    kept = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
    out: Obj = {
        "kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": {k: meta[k] for k in kept if k in meta},
        "spec": {"replicas": spec.get("replicas", 0)} if spec.get("replicas") else {},
        "status": {"replicas": status.get("replicas", 0)},
    }  # fmt: skip
    if selector is not None:
        out["status"]["selector"] = text(selector)
    return out


def get_scale(server: ApiServer, kind: Kind, namespace: str, name: str) -> Obj:
    obj = server.store.get(kind.resource, namespace, name)
    if obj is None:
        raise not_found(kind.plural, kind.group, name)
    return scale_of(kind, obj)


def put_scale(server: ApiServer, kind: Kind, namespace: str, name: str, scale: Obj, options: Options) -> Answer:
    """Sets spec.replicas. Raises Refused for a negative number, a stale version or another name."""
    obj = server.store.get(kind.resource, namespace, name)
    if obj is None:
        raise not_found(kind.plural, kind.group, name)
    meta = scale.get("metadata") or {}
    if meta.get("name") and meta["name"] != name:
        raise bad_request(f"the name of the object ({meta['name']}) does not match the name on the URL ({name})")
    replicas = (scale.get("spec") or {}).get("replicas", 0)
    if not isinstance(replicas, int) or isinstance(replicas, bool):
        raise Refused(
            "BadRequest", 'Scale in version "v1" cannot be handled as a Scale: spec.replicas must be an integer'
        )
    if replicas < 0:
        wrong = invalid("spec.replicas", replicas, "must be greater than or equal to 0")
        scale_kind = Kind("autoscaling", "v1", "Scale", "scales", "scale", True, "io.k8s.api.autoscaling.v1.Scale")
        raise refusal(scale_kind, name, [wrong])
    version = meta.get("resourceVersion")
    if version and version != obj["metadata"]["resourceVersion"]:
        why = "the object has been modified; please apply your changes to the latest version and try again"
        raise conflict(kind.plural, kind.group, name, why)
    changed = {**obj, "spec": {**obj["spec"], "replicas": replicas}}
    changed = {**changed, "metadata": {k: v for k, v in obj["metadata"].items() if k != "resourceVersion"}}
    done = server.replace(kind, namespace, name, changed, options)
    return Answer(200, scale_of(kind, done.obj), done.warnings)
