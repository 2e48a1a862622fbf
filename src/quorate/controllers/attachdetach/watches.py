"""What wakes the controller about a volume: pods that use it, its claim, its attachments, the nodes it is attached to."""

from collections.abc import Iterable

from quorate.contract.controller import Watch
from quorate.contract.plan import Key, Obj
from quorate.contract.ports import Reader
from quorate.controllers.attachdetach.snapshot import CLAIMS, uses
from quorate.objects.attachments import ATTACHMENTS, OF_NODE, volume_of
from quorate.objects.pod import claim_names, condition

OUT_OF_SERVICE = "node.kubernetes.io/out-of-service"


def of_pod(reader: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """A pod comes to a node, goes, or ceases to need its volumes."""
    pod = new if new is not None else old
    assert pod is not None
    if not pod["spec"].get("volumes") or not pod["spec"].get("nodeName"):
        return ()
    if old is not None and new is not None:
        bound = old["spec"].get("nodeName") == new["spec"].get("nodeName")
        if bound and uses(old) == uses(new):
            return ()
    namespace = pod["metadata"]["namespace"]
    claims = (reader.get(CLAIMS, namespace, name) for name in claim_names(pod))
    return [("", c["spec"]["volumeName"]) for c in claims if c is not None and c["spec"].get("volumeName")]


def of_claim(reader: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """A claim is bound, or no longer."""
    if old is not None and new is not None and _binding(old) == _binding(new):
        return ()
    names = {obj["spec"].get("volumeName") for obj in (old, new) if obj is not None}
    return [("", name) for name in names if name]


def _binding(claim: Obj) -> tuple[str | None, str | None]:
    return claim["spec"].get("volumeName"), (claim.get("status") or {}).get("phase")


def of_attachment(_: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    attachment = new if new is not None else old
    assert attachment is not None
    name = volume_of(attachment)
    return (("", name),) if name else ()


def of_node(reader: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """All that is attached to a node that falls ill, recovers, is given up, lets go of volumes, comes or goes."""
    if old is not None and new is not None and _state(old) == _state(new):
        return ()
    node = new if new is not None else old
    assert node is not None
    attached = reader.indexed(ATTACHMENTS, OF_NODE, node["metadata"]["name"])
    return [("", name) for a in attached if (name := volume_of(a))]


def _state(node: Obj) -> tuple[bool, bool, list[str]]:
    return is_healthy(node), is_out_of_service(node), (node.get("status") or {}).get("volumesInUse") or []


def is_healthy(node: Obj) -> bool:
    ready = condition(node, "Ready")
    return ready is not None and ready["status"] == "True"


def is_out_of_service(node: Obj) -> bool:
    return any(t["key"] == OUT_OF_SERVICE for t in (node.get("spec") or {}).get("taints") or ())


WATCHES = (
    Watch("pods", of_pod), Watch(CLAIMS, of_claim), Watch(ATTACHMENTS, of_attachment), Watch("nodes", of_node),
)  # fmt: skip
