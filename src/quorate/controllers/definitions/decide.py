"""A definition's life (Kubernetes: apiextensions-apiserver's naming, establishing and finalizing controllers)."""

from quorate.contract.plan import NOTHING, Delete, Obj, Outcome, Patch, Plan, Ref, Update
from quorate.controllers.definitions.conditions import is_true, with_condition
from quorate.controllers.definitions.naming import named
from quorate.controllers.definitions.snapshot import CLEANUP, DEFINITIONS, Seen, is_going, resource_of
from quorate.kernel.clock import MINUTE, SECOND, Instant
from quorate.objects.pod import condition

GONE = Outcome(fine=frozenset({"NotFound", "Conflict"}))
PATIENCE = MINUTE
"""How long objects may take to go before the definition says that they do not."""
POLL = 5 * SECOND


def decide(seen: Seen, now: Instant) -> Plan:
    definition = seen.definition
    if is_going(definition):
        return _cleaned(seen, now)
    status = named(definition, seen.others, now)
    if status is not None:
        return _status(definition, status)
    if is_true(definition, "NamesAccepted") and not is_true(definition, "Established"):
        message = "the initial names have been accepted"
        made = with_condition(definition["status"], "Established", "True", "InitialNamesAccepted", message, now)
        return _status(definition, made)
    return NOTHING


def _status(definition: Obj, status: Obj) -> Plan:
    return Plan(status=Update(DEFINITIONS, {**definition, "status": status}, "status", GONE))


def _terminating(definition: Obj, value: str, reason: str, message: str, now: Instant) -> Obj:
    return with_condition(definition.get("status") or {}, "Terminating", value, reason, message, now)


def _cleaned(seen: Seen, now: Instant) -> Plan:
    """First it says that it goes, then its objects are deleted, and when none is left it goes itself."""
    definition = seen.definition
    if seen.since is None:
        message = "CustomResource deletion is in progress"
        status = _terminating(definition, "True", "InstanceDeletionInProgress", message, now)
        plan = _status(definition, status)
        return Plan(status=plan.status, look_again=now, remember=now)
    if not is_true(definition, "Established"):
        status = _terminating(definition, "False", "NeverEstablished", "resource was never established", now)
        return _released(definition, status)
    if not seen.objects:
        status = _terminating(definition, "False", "InstanceDeletionCompleted", "removed all instances", now)
        return _released(definition, status)
    resource = resource_of(definition)
    deletes = tuple(
        Delete(_ref(resource, o), o["metadata"]["uid"], outcome=GONE)
        for o in seen.objects
        if not o["metadata"].get("deletionTimestamp")
    )
    waited = now - seen.since >= PATIENCE
    had = condition(definition, "Terminating")
    if waited and had is not None and had["reason"] != "InstanceDeletionCheck":
        message = "could not confirm zero CustomResources remaining: timed out waiting for the condition"
        status = _terminating(definition, "True", "InstanceDeletionCheck", message, now)
        update = _status(definition, status).status
        return Plan(deletes, update, look_again=now + POLL, remember=seen.since)
    return Plan(deletes, look_again=now + POLL, remember=seen.since)


def _ref(resource: str, obj: Obj) -> Ref:
    return Ref(resource, obj["metadata"].get("namespace", ""), obj["metadata"]["name"])


def _released(definition: Obj, status: Obj) -> Plan:
    left = [f for f in definition["metadata"]["finalizers"] if f != CLEANUP]
    name = definition["metadata"]["name"]
    said = Update(DEFINITIONS, {**definition, "status": status}, "status", GONE)
    freed = Patch(Ref(DEFINITIONS, "", name), {"metadata": {"finalizers": left or None}}, outcome=GONE)
    return Plan((said, freed))
