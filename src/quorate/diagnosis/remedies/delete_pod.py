"""Deletes a pod, for its controller to make anew: only this very pod, and only while the others can spare it.

Of a set with the strategy OnDelete all pods of an older revision, one at a time, each once the one before is ready again.
"""

from quorate.diagnosis.case import Case, names
from quorate.diagnosis.fixing.asked import Asked
from quorate.diagnosis.fixing.steps import Await, CannotFix, Evict, Fix, Remove, Step, ref_of
from quorate.diagnosis.podstate import PodState
from quorate.objects.owners import controller_of

ID = "delete-pod"
TITLE = "Delete a pod"
TAKES = {"pod": "its name"}
NEEDS = ()


def plan(asked: Asked) -> Fix:
    case, pod = asked.case, asked.pod()
    uid, revision = asked.given.get("uid"), asked.given.get("revision")
    if "pod" not in asked.given and uid and pod.pod["metadata"].get("uid") != uid:
        raise CannotFix(f"{pod.name} is another pod than the one that was diagnosed")
    if revision and case.hash_of(pod) != revision:
        raise CannotFix(f"{pod.name} is not of revision {revision} any more")
    if controller_of(pod.pod) is None:
        raise CannotFix(f"{pod.name} has no controller: nobody would make it again")
    if pod.stage == "terminating":
        raise CannotFix(f"{pod.name} is being deleted already; by machine nothing is forced")
    if pod.stage == "lost":
        raise CannotFix(f"the node of {pod.name} does not answer: whether the pod still runs there nobody can say")
    if case.strategy == "OnDelete" and case.outdated:
        return _drift(case)
    says = f"delete {pod.name}, of {case.label}"
    step = Step(says, Remove(ref_of(pod.pod, "pods")), pod.pod, unready=not pod.fine, spare=True)
    return Fix(ID, says, (step,), _risks(case, pod))


def _risks(case: Case, pod: PodState) -> tuple[str, ...]:
    if case.update_hash and not case.updated(pod):
        return (f"it comes back on {case.update_hash}: as bad as before, if that template is not the right one",)
    return ("it comes back from the same template: if that is at fault, as bad as before",)


def _drift(case: Case) -> Fix:
    """The highest ordinal first, as a rolling update would; those that are not ready before all others."""
    pods = sorted(case.outdated, key=lambda p: (p.fine, -p.ordinal))
    steps: list[Step] = []
    for pod in pods:
        ref = ref_of(pod.pod, "pods")
        if pod.fine:
            steps.append(
                Step(
                    f"evict {pod.name}, of the older revision {case.hash_of(pod)}",
                    Evict(ref),
                    pod.pod,
                    spare=True,
                    patient=True,
                )
            )
        else:
            steps.append(
                Step(
                    f"delete {pod.name}: it is not ready, and of the older revision {case.hash_of(pod)}",
                    Remove(ref),
                    pod.pod,
                    unready=True,
                    spare=True,
                )
            )
        if case.kind == "StatefulSet":
            uid = str(pod.pod["metadata"].get("uid") or "")
            steps.append(Step(f"wait until {pod.name} is back and ready", Await(ref, "replaced", uid)))
    says = f"replace {names(pods)} of {case.label}, one after the other"
    return Fix(ID, says, tuple(steps), ("see that the members are in sync: ready is all that is waited for",))
