"""The events of the StatefulSet controller, word for word."""

from typing import Literal

from quorate.contract.plan import Obj, Outcome, Tell

Verb = Literal["Create", "Update", "Delete"]
_NOTHING: frozenset[str] = frozenset()


def went_well(found: Obj, verb: Verb, pod: str) -> Tell:
    message = f"{verb} Pod {pod} in StatefulSet {found['metadata']['name']} successful"
    return Tell(found, "Normal", f"Successful{verb}", message)


def went_wrong(found: Obj, verb: Verb, pod: str, error: str = "{error}") -> Tell:
    """`error` is left to the refusal unless the controller itself knows what is wrong."""
    message = f"{verb} Pod {pod} in StatefulSet {found['metadata']['name']} failed error: {error}"
    return Tell(found, "Warning", f"Failed{verb}", message)


def of_pod(found: Obj, verb: Verb, pod: str, fine: frozenset[str] = _NOTHING) -> Outcome:
    return Outcome(went_well(found, verb, pod), went_wrong(found, verb, pod), fine)


def of_claim(found: Obj, claim: str, pod: str, verb: Verb | None) -> Outcome:
    """A claim is made for a pod that is being created or updated (`verb`): then that has failed too, and says so.

    For a pod that only waits for its claim (None) the claim's own event is all.
    """
    name = found["metadata"]["name"]
    made = Tell(found, "Normal", "SuccessfulCreate", f"Create Claim {claim} Pod {pod} in StatefulSet {name} success")
    text = f"Create Claim {claim} for Pod {pod} in StatefulSet {name} failed error: {{error}}"
    failed: tuple[Tell, ...] = (Tell(found, "Warning", "FailedCreate", text),)
    if verb is not None:
        failed += (went_wrong(found, verb, pod, f"failed to create PVC {claim}: {{error}}"),)
    return Outcome(made, failed, frozenset({"AlreadyExists"}))


def conflicting(found: Obj, claim: str) -> Tell:
    """Kubernetes' own spelling."""
    message = (
        f"PersistentVolumeClaim {claim} has a conflicting OwnerReference that acts as a manging controller, "
        "the retention policy is ignored for this claim"
    )
    return Tell(found, "Warning", "ConflictingController", message)
