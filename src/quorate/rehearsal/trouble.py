"""Why a set is not whole, in the words of the world's own events."""

from quorate.contract.plan import Obj
from quorate.objects.pod import is_ready
from quorate.rehearsal.application import Application
from quorate.rehearsal.ports import World

ASIDE = (". no new claims to deallocate", " preemption: ", " Preemption ", ", preemption: ")
"""Where the scheduler's message turns from the reason to what it tried besides."""
LONGEST = 300


def trouble(application: Application) -> str:
    """About the first troubled pod, else about the set, its claims, or members that cannot find each other."""
    world, workload = application.world, application.workload
    pods = application.pods()
    found = world.reader.get("statefulsets.apps", workload.namespace, workload.name)
    if found is None:
        return f"StatefulSet {workload.title} is gone"
    if application.cut_off:
        return (
            f"the members cannot find each other: Service {workload.service} does not publish members that are not ready, "
            "and none is (publishNotReadyAddresses)"
        )
    events = [e for e in world.reader.list("events", workload.namespace) if e.get("type") == "Warning"]
    ill = [pod for _, pod in sorted(pods.items()) if not is_ready(pod)]
    for obj in (*ill, found):
        said = _last(events, obj)
        if said:
            return f"{obj['kind']} {obj['metadata']['name']}: {said}"
    said = _about_claims(world, events, application)
    if said:
        return said
    if ill:
        state = (ill[0].get("status") or {}).get("phase", "Pending")
        return f"Pod {ill[0]['metadata']['name']} is {state} and not ready, without an event that says why"
    lazy = [workload.pod_name(o) for o in pods if not application.serves(o)]
    if lazy:
        return f"{lazy[0]} runs, but does not serve"
    return f"{len(pods)} of {found['spec'].get('replicas', 1)} pods are there, without an event that says why"


def _last(events: list[Obj], obj: Obj) -> str:
    own = [e for e in events if e["involvedObject"].get("uid") == obj["metadata"]["uid"]]
    if not own:
        return ""
    last = max(own, key=_seen)
    return f"{last['reason']}: {short(last['message'])}"


def _about_claims(world: World, events: list[Obj], application: Application) -> str:
    workload = application.workload
    names = {f"{claim}-{workload.pod_name(o)}" for claim in workload.claims for o in workload.ordinals}
    own = [
        e
        for e in events
        if e["involvedObject"].get("kind") == "PersistentVolumeClaim" and e["involvedObject"]["name"] in names
    ]
    if not own:
        return ""
    last = max(own, key=_seen)
    return f"PersistentVolumeClaim {last['involvedObject']['name']}: {last['reason']}: {short(last['message'])}"


def short(message: str) -> str:
    """The message without the scheduler's asides, on one line."""
    text = " ".join(message.split())
    for aside in ASIDE:
        text = text.split(aside)[0]
    text = text.rstrip(".,: ")
    return text if len(text) <= LONGEST else text[: LONGEST - 4] + " ..."


def _seen(event: Obj) -> str:
    series = event.get("series") or {}
    return str(series.get("lastObservedTime") or event.get("lastTimestamp") or event.get("eventTime") or "")
