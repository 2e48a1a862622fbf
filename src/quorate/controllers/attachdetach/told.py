"""The events of the attach/detach controller, word for word. They are about the pods that wait for the volume."""

from collections.abc import Mapping, Sequence

from quorate.contract.plan import Obj, Tell


def attached(volume: str, pods: Sequence[Obj]) -> list[Tell]:
    """The space at the end is Kubernetes' own."""
    message = f'AttachVolume.Attach succeeded for volume "{volume}" '
    return [Tell(pod, "Normal", "SuccessfulAttachVolume", message) for pod in pods]


def failed(volume: str, pods: Sequence[Obj], error: str) -> list[Tell]:
    message = f'AttachVolume.Attach failed for volume "{volume}" : {error}'
    return [Tell(pod, "Warning", "FailedAttachVolume", message) for pod in pods]


def multi_attach(volume: str, pods: Sequence[Obj], others: Mapping[str, Sequence[Obj]]) -> list[Tell]:
    """`others` are the pods that use the volume on the nodes that have it; none of another namespace is named."""
    return [_elsewhere(volume, pod, [o for some in others.values() for o in some]) for pod in pods]


def _elsewhere(volume: str, pod: Obj, others: Sequence[Obj]) -> Tell:
    near = [o["metadata"]["name"] for o in others if o["metadata"]["namespace"] == pod["metadata"]["namespace"]]
    far = len(others) - len(near)
    if not others:
        why = "Volume is already exclusively attached to one node and can't be attached to another"
    elif near:
        why = f"Volume is already used by pod(s) {', '.join(near)}"
        why += f" and {far} pod(s) in different namespaces" if far else ""
    else:
        why = f"Volume is already used by {far} pod(s) in different namespaces"
    return Tell(pod, "Warning", "FailedAttachVolume", f'Multi-Attach error for volume "{volume}" {why}')
