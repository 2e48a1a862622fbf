"""Whose pods and revisions are whose.

A set takes orphans that match its selector and bear its name, and lets go of pods that no longer do. It does so before
anything else: what it may not claim it must not count, and a refused claim ends the look.
"""

from quorate.contract.plan import Action, Obj
from quorate.controllers.adoption import adopt, release
from quorate.controllers.statefulset.names import PODS, REVISIONS, parse_pod_name
from quorate.controllers.statefulset.snapshot import Seen
from quorate.objects import selectors
from quorate.objects.owners import controller_of
from quorate.objects.pod import is_terminating


def sort_out(seen: Seen) -> tuple[list[Action], list[Obj]]:
    """The patches that take and let go (none when everything is where it belongs), and the pods that are the set's own.

    A set that is being deleted takes nothing and lets nothing go.
    """
    found = seen.set
    ending = is_terminating(found)
    name = found["metadata"]["name"]
    selector = selectors.selector(found["spec"].get("selector"))
    actions: list[Action] = []
    members = []
    for revision in seen.revisions:
        if controller_of(revision) is None and not ending:
            actions.append(adopt(found, REVISIONS, revision))
    for pod in seen.pods:
        meta = pod["metadata"]
        belongs = parse_pod_name(meta["name"])[0] == name and selector.matches(meta.get("labels"))
        if controller_of(pod) is None:
            if belongs and not ending:
                actions.append(adopt(found, PODS, pod))
        elif belongs:
            members.append(pod)
        elif not ending:
            actions.append(release(found, PODS, pod))
    return actions, members
