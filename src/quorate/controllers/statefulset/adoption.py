"""Whose pods and revisions are whose (Kubernetes: pkg/controller/controller_ref_manager.go).

A set takes orphans that match its selector and bear its name, and lets go of pods that no longer do. It does so before
anything else: what it may not claim it must not count, and a refused claim ends the look.
"""

from quorate.contract.plan import Action, Obj, Outcome, Patch, Ref
from quorate.controllers.statefulset.names import PODS, REVISIONS, parse_pod_name
from quorate.controllers.statefulset.snapshot import Seen
from quorate.objects import selectors
from quorate.objects.owners import controller_of, controller_reference
from quorate.objects.pod import is_terminating

_GONE = Outcome(fine=frozenset({"NotFound"}))


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
            actions.append(_adopt(found, REVISIONS, revision))
    for pod in seen.pods:
        meta = pod["metadata"]
        belongs = parse_pod_name(meta["name"])[0] == name and selector.matches(meta.get("labels"))
        if controller_of(pod) is None:
            if belongs and not ending:
                actions.append(_adopt(found, PODS, pod))
        elif belongs:
            members.append(pod)
        elif not ending:
            actions.append(_release(found, pod))
    return actions, members


def _adopt(found: Obj, resource: str, orphan: Obj) -> Patch:
    """The uid in the patch makes it fail on another object of that name."""
    meta = orphan["metadata"]
    body = {"metadata": {"ownerReferences": [controller_reference(found)], "uid": meta["uid"]}}
    return Patch(Ref(resource, meta["namespace"], meta["name"]), body, "strategic", outcome=_GONE)


def _release(found: Obj, pod: Obj) -> Patch:
    meta = pod["metadata"]
    leave = {"$patch": "delete", "uid": found["metadata"]["uid"]}
    body = {"metadata": {"ownerReferences": [leave], "uid": meta["uid"]}}
    return Patch(Ref(PODS, meta["namespace"], meta["name"]), body, "strategic", outcome=_GONE)
