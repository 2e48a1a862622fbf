"""An admission webhook refuses writes of a resource.

Everyone who makes such a write meets the refusal: controllers report it in their events and try again with back-off.
Refusing ControllerRevisions keeps a StatefulSet's new spec from being processed at all (a generation mismatch);
refusing Pods only keeps its pods away (the generations are equal).
"""

from quorate.contract.declared import Denial, Scope, denied
from quorate.faults.switchboard.fault import CannotInject, Parameter, subject, unknown
from quorate.faults.switchboard.ports import World
from quorate.faults.switchboard.reach import declare, kind_named, withdraw
from quorate.kernel.chance import Chance

OPERATIONS = ("create", "update", "delete")
PARAMETERS = (
    subject("resource", "what may not be written, e.g. pods, controllerrevisions, replicasets.apps"),
    subject("namespace", "only there; everywhere when absent", ""),
    subject("names", "only objects of such names, e.g. 'web-*'", "*"),
    Parameter("operations", "of create, update and delete, with commas between them", "create"),
    Parameter("webhook", "the name of the webhook", "policy.example.com"),
    Parameter("message", "what it says", "not allowed by policy"),
)
EXAMPLES = (
    "quorate fault inject write-denied controllerrevisions --namespace default",
    "quorate fault inject write-denied pods --message 'image is not signed' --for 5m",
)


def inject(
    world: World,
    chance: Chance,
    *,
    resource: str,
    namespace: str,
    names: str,
    operations: str,
    webhook: str,
    message: str,
) -> Denial:
    scope = scope_of(world, resource, namespace, names, operations)
    denial = Denial(scope, "Forbidden", denied(webhook, message))
    declare(world, denial)
    return denial


def scope_of(world: World, resource: str, namespace: str, names: str, operations: str) -> Scope:
    """Raises CannotInject."""
    wanted = [word.strip().lower() for word in operations.split(",")]
    for word in wanted:
        if word not in OPERATIONS:
            raise CannotInject(unknown("operation", word, OPERATIONS))
    return Scope(kind_named(world, resource).resource, frozenset(w.upper() for w in wanted), namespace, names or "*")


def undo(world: World, before: Denial) -> None:
    withdraw(world, before)
