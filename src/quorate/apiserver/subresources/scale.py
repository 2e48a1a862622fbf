"""The scale subresource: replicas behind one shape for every workload (autoscaling/v1 Scale)."""

from quorate.apiserver.custom import scale as custom
from quorate.apiserver.custom.ways import as_read
from quorate.apiserver.handle import ApiServer
from quorate.apiserver.naming import MODIFIED, check_name, same_namespace
from quorate.apiserver.patching import refused
from quorate.apiserver.request import Answer, Options
from quorate.apiserver.validation.errors import invalid, refusal
from quorate.contract.failures import bad_request, conflict, not_found
from quorate.contract.plan import Obj
from quorate.objects.kinds import Kind
from quorate.objects.patch import PatchError
from quorate.objects.patch.apply import apply
from quorate.objects.selectors import of_labels, text
from quorate.objects.times import time_text

_NAMED = dict.fromkeys(("deployments.apps", "replicasets.apps", "replicationcontrollers"), "/scale")
"""What reads these scales says that there is no scale; what reads a set's hands on what its store says, as every write."""
SCALE = Kind("autoscaling", "v1", "Scale", "scales", "scale", True, "io.k8s.api.autoscaling.v1.Scale")


def scale_of(kind: Kind, obj: Obj) -> Obj:
    """The Scale of a workload."""
    if kind.custom is not None:
        return custom.scale_of(kind, obj)
    meta, spec, status = obj["metadata"], obj["spec"], obj.get("status") or {}
    kept = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
    out: Obj = {
        "kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": {k: meta[k] for k in kept if k in meta},
        "spec": {"replicas": spec["replicas"]} if spec.get("replicas") else {},
        "status": {"replicas": status.get("replicas", 0)},
    }  # fmt: skip
    selector = spec.get("selector")
    chosen = of_labels(selector).text() if kind.resource == "replicationcontrollers" else text(selector)
    if chosen:
        out["status"]["selector"] = chosen
    return out


def get_scale(server: ApiServer, kind: Kind, namespace: str, name: str, *, to_change: bool = False) -> Obj:
    """`to_change`: to patch it, even if a custom object has no replicas yet. Raises Refused: 404, 500."""
    obj = _workload(server, kind, namespace, name, "" if to_change else _NAMED.get(kind.resource, ""))
    return scale_of(kind, obj) if kind.custom is None or to_change else custom.read(kind, obj)


def put_scale(server: ApiServer, kind: Kind, namespace: str, name: str, scale: Obj, options: Options) -> Answer:
    """Sets spec.replicas; `scale` is decoded. Raises Refused: 400, 404, 409, 422."""
    obj = _workload(server, kind, namespace, name)
    check_name(name, scale)
    same_namespace(kind, namespace, scale)
    replicas = (scale.get("spec") or {}).get("replicas", 0)
    if replicas < 0 and kind.custom is None:
        raise refusal(SCALE, name, [invalid("spec.replicas", replicas, "must be greater than or equal to 0")])
    meta, was = scale.get("metadata") or {}, obj["metadata"]
    version, uid = meta.get("resourceVersion"), meta.get("uid")
    if version and version != was["resourceVersion"]:
        raise conflict(kind.plural, kind.group, name, MODIFIED)
    if uid and uid != was["uid"]:
        why = f"Precondition failed: UID in precondition: {uid}, UID in object meta: {was['uid']}"
        raise conflict(*_scaled(kind, "/scale"), name, why)
    if kind.custom is not None:
        changed = custom.scaled(kind, obj, replicas)
    else:
        changed = {**obj, "spec": {**obj["spec"], "replicas": replicas}}
    done = server.write(kind, "scale", changed, obj, options, ())
    return Answer(200, scale_of(kind, done.obj), done.warnings)


def apply_scale(server: ApiServer, kind: Kind, namespace: str, name: str, config: object, options: Options) -> Answer:
    """A server-side apply of a Scale: to its workload it is one of spec.replicas alone, by the same manager.

    Raises Refused: 400, 404, 422, 409 when another manager owns the replicas, and `force` is not set.
    """
    obj = _workload(server, kind, namespace, name)
    if not isinstance(config, dict):
        raise bad_request("error decoding YAML: json: cannot unmarshal into Go value of type map[string]interface {}")
    now = time_text(server.pump.now())
    meta = config.get("metadata") or {}
    wanted = (config.get("spec") or {}).get("replicas")
    of_workload: Obj = {"apiVersion": kind.api_version, "kind": kind.kind, "metadata": {"name": name}}
    if wanted is not None:
        of_workload["spec"] = {"replicas": wanted}
    try:
        # What is no Scale is told so in the words of its own type.
        apply(SCALE.type, None, config, options.manager, options.force, now, SCALE.api_version, kind=SCALE.kind)
        merged = apply(
            kind.type, obj, of_workload, options.manager, options.force, now, kind.api_version, "scale", kind=kind.kind
        )  # fmt: skip
    except PatchError as wrong:
        raise refused(wrong) from None
    given = meta.get("name")
    if given is not None:
        check_name(name, config)
    if wanted is not None and wanted < 0:
        raise refusal(SCALE, name, [invalid("spec.replicas", wanted, "must be greater than or equal to 0")])
    version = meta.get("resourceVersion")
    if version and version != obj["metadata"]["resourceVersion"]:
        raise conflict(kind.plural, kind.group, name, MODIFIED)
    done = server.write(kind, "scale", merged, obj, options, (), applied=True)
    return Answer(200, scale_of(kind, done.obj), done.warnings)


def _workload(server: ApiServer, kind: Kind, namespace: str, name: str, named: str = "") -> Obj:
    """`named`: what is added to the plural in the refusal when there is none."""
    obj = server.store.get(kind.resource, namespace, name)
    if obj is None:
        raise not_found(*_scaled(kind, named), name)
    return as_read(kind, obj)


def _scaled(kind: Kind, named: str) -> tuple[str, str]:
    """The plural and the group that a refusal names; those of a ReplicationController's scale are of autoscaling."""
    if not named or kind.custom is not None:
        return kind.plural, kind.group
    return f"{kind.plural}{named}", kind.group or "autoscaling"
