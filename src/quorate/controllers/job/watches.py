"""What wakes the Job controller: Jobs, their pods, orphans that one may adopt; and who else is told of pods let go."""

from collections.abc import Iterable

from quorate.contract.controller import Watch, own_key
from quorate.contract.plan import Key, Obj
from quorate.contract.ports import Reader
from quorate.controllers.job.names import JOBS, PODS, finished, is_tracked
from quorate.controllers.selecting import Selectors
from quorate.objects import selectors
from quorate.objects.owners import controller_of
from quorate.objects.pod import is_terminating
from quorate.objects.selectors import Selector


class JobSelectors(Selectors):
    """Which Jobs select some labels."""

    resources: tuple[str, ...] = (JOBS,)

    def selector_of(self, obj: Obj) -> Selector:
        return selectors.selector(obj["spec"].get("selector"))


def owner_of(reader: Reader, pod: Obj) -> Obj | None:
    """The Job that controls the pod, if it is still the one that the reference means."""
    ref = controller_of(pod)
    if ref is None or ref["kind"] != "Job":
        return None
    found = reader.get(JOBS, pod["metadata"]["namespace"], ref["name"])
    return found if found is not None and found["metadata"]["uid"] == ref["uid"] else None


def of_pod(reader: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """The Jobs that own or owned the pod; for an orphan that is new or changed its labels, those that select it."""
    keys: list[Key] = []
    for obj in (old, new):
        job = owner_of(reader, obj) if obj is not None else None
        if job is not None:
            key = (job["metadata"]["namespace"], job["metadata"]["name"])
            if key not in keys:
                keys.append(key)
    if new is None or controller_of(new) is not None:
        return keys
    meta = new["metadata"]
    if old is not None and controller_of(old) is None and old["metadata"].get("labels") == meta.get("labels"):
        return keys
    names = reader.view(JobSelectors).picking(meta["namespace"], meta.get("labels"))
    return [*keys, *((meta["namespace"], name) for name in names if (meta["namespace"], name) not in keys)]


def loose_pod(reader: Reader, _: Obj | None, new: Obj | None) -> Iterable[Key]:
    """A tracked pod that nobody will count any more: an orphan, or one going whose Job has gone or is finished."""
    if new is None or not is_tracked(new):
        return ()
    if controller_of(new) is not None:
        if not is_terminating(new):
            return ()
        job = owner_of(reader, new)
        if job is not None and finished(job) is None:
            return ()
    return ((new["metadata"]["namespace"], new["metadata"]["name"]),)


def pods_left(reader: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """The tracked pods of a Job that has gone or is finished."""
    job = new or old
    if job is None or (new is not None and finished(new) is None):
        return ()
    pods = reader.indexed(PODS, "owner", job["metadata"]["uid"])
    return [(p["metadata"]["namespace"], p["metadata"]["name"]) for p in pods if is_tracked(p)]


WATCHES = (Watch(JOBS, own_key), Watch(PODS, of_pod))
LOOSE_WATCHES = (Watch(PODS, loose_pod), Watch(JOBS, pods_left))
