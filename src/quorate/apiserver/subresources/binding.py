"""POST pods/NAME/binding: puts a pod on a node (Kubernetes: pkg/registry/core/pod/storage, BindingREST)."""

from quorate.apiserver.admission.topology_labels import topology_labels
from quorate.apiserver.handle import ApiServer
from quorate.apiserver.naming import check_name
from quorate.apiserver.request import Options
from quorate.apiserver.validation.errors import FieldError, not_supported, refusal, required
from quorate.contract.failures import Refused, conflict, not_found
from quorate.contract.plan import Obj
from quorate.objects.kinds import Kind
from quorate.objects.times import time_text

BINDING = Kind("", "v1", "Binding", "bindings", "binding", True, "io.k8s.api.core.v1.Binding")


def post(server: ApiServer, namespace: str, name: str, body: Obj, options: Options) -> Obj:
    """A Binding as a client posts it. Raises Refused: as `bind`, and 400, 422 for one that is not sound."""
    check_name(name, body)
    meta, target = body.get("metadata") or {}, body.get("target") or {}
    errors: list[FieldError] = []
    if target.get("kind") not in (None, "", "Node"):
        errors.append(not_supported("target.kind", target["kind"], ["Node", "<empty>"]))
    if not target.get("name"):
        errors.append(required("target.name"))
    if errors:
        raise refusal(BINDING, name, errors)
    annotations, labels = meta.get("annotations") or {}, meta.get("labels") or {}
    return bind(server, namespace, name, meta.get("uid", ""), target["name"], annotations, options, labels)


def bind(
    server: ApiServer, namespace: str, name: str, uid: str, node: str, annotations: Obj, options: Options,
    labels: Obj | None = None,
) -> Obj:  # fmt: skip
    """Sets spec.nodeName once, and gives the pod the Binding's annotations and labels.

    Raises Refused: 404, 409 when bound, deleted or another pod (uid), 400 when gated.
    """
    kind = server.kinds.by_resource("pods")
    assert kind is not None
    pod = server.store.get("pods", namespace, name)
    if pod is None:
        raise not_found("pods", "", name)
    meta, spec = pod["metadata"], pod["spec"]
    if uid and uid != meta["uid"]:
        why = f"Precondition failed: UID in precondition: {uid}, UID in object meta: {meta['uid']}"
        raise conflict("pods/binding", "", name, why)
    if meta.get("deletionTimestamp"):
        raise conflict("pods/binding", "", name, f"pod {name} is being deleted, cannot be assigned to a host")
    if spec.get("nodeName"):
        why = f'pod {name} is already assigned to node "{spec["nodeName"]}"'
        raise conflict("pods/binding", "", name, why)
    if spec.get("schedulingGates"):
        raise Refused("BadRequest", f"pod {name} has non-empty .spec.schedulingGates")
    if server.hooks.configured.decides:
        asking: Obj = {
            "metadata": {"name": name, "namespace": namespace, **({"annotations": annotations} if annotations else {})},
            "target": {"kind": "Node", "name": node},
        }  # fmt: skip
        server.ask_posted(kind, "binding", name, BINDING, asking, options)
    labels = {**(meta.get("labels") or {}), **(labels or {})}
    target = server.store.get("nodes", "", node)
    if target is not None:
        labels |= topology_labels(target)
    meta = {**meta, **({"labels": labels} if labels else {})}
    if annotations:
        meta["annotations"] = {**(meta.get("annotations") or {}), **annotations}
    scheduled = {
        "type": "PodScheduled", "status": "True", "lastProbeTime": None, "lastTransitionTime": time_text(server.pump.now()),
    }  # fmt: skip
    if meta.get("generation"):
        scheduled["observedGeneration"] = meta["generation"]
    # A pod that was promised a node is told so no longer once it has one.
    status = {k: v for k, v in (pod.get("status") or {}).items() if k != "nominatedNodeName"}
    others = [c for c in status.get("conditions") or () if c["type"] != "PodScheduled"]
    bound = {
        **pod, "metadata": meta, "spec": {**spec, "nodeName": node},
        "status": {**status, "conditions": [*others, scheduled]},
    }  # fmt: skip
    return server.commit(kind, bound, pod, options, "binding")
