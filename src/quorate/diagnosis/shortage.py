"""A resource of which the nodes have too little: what is asked, what there is, what to do."""

from quorate.diagnosis.capacity import Room, asked, most_room, shown
from quorate.diagnosis.case import Case, names
from quorate.diagnosis.finding import Act, Finding, Remedy
from quorate.diagnosis.scheduling import blocked, weigh


def shortage(case: Case, cause: str, title: str, resource: str, word: str = "") -> Finding | None:
    word = word or f"Insufficient {resource}"
    found = blocked(case, word)
    if found is None:
        return None
    weighed = weigh(case, found, word)
    pod = found.pods[0]
    want = asked(pod.pod, resource)
    room = most_room(case.evidence, resource)
    told = ""
    if room is None:
        weighed.lacks_("the nodes were not read: how much is missing cannot be said")
    elif resource == "pods":
        told = ""
    elif room.free is None:
        weighed.lacks_("the pods of other namespaces were not read: how much is taken cannot be said")
        told = f" and {room.node}, the largest, has {shown(resource, room.whole)} in all"
    else:
        told = (
            f" and {room.node}, the emptiest, has {shown(resource, max(room.free, 0 * want))} of "
            f"{shown(resource, room.whole)} left"
        )
        if want > room.free:
            weighed.says(
                0.5,
                f"{pod.name} asks for {shown(resource, want)} {resource}{told}",
                f"Node/{room.node} status.allocatable",
            )
        else:
            # Other reasons may turn down the emptiest node: a taint, a volume's zone.
            weighed.denies(0.1, f"{room.node} has {shown(resource, room.free)} left, which would do")
    sentence = (
        f"{names(found.pods)} cannot be scheduled: "
        f"{'too many pods on every node' if resource == 'pods' else f'asks for {shown(resource, want)} {resource}{told}'}"
    )
    return weighed.finding(
        cause, title, sentence, objects=[p.label for p in found.pods],
        remedy=_remedy(case, resource, shown(resource, want), room),
    )  # fmt: skip


def _remedy(case: Case, resource: str, want: str, room: Room | None) -> Remedy:
    never = (
        room is not None
        and resource in ("cpu", "memory")
        and room.whole
        and room.free is not None
        and room.free == room.whole
    )
    says = f"Add nodes with room for {want} {resource}, ask for less, or scale something else down"
    if never:
        says = f"Ask for less {resource}: not even an empty node is that large. Or add larger nodes"
    commands = (
        "kubectl describe nodes | grep -A8 'Allocated resources'",
        f"kubectl set resources {case.resource} -n {case.namespace} --requests={resource}=<what it really uses>",
    )
    acts = (Act("resources", case.label, (("resource", resource),)),)
    return Remedy(says, commands, "a change of requests rolls all pods", acts)
