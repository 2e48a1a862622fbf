"""A validating webhook's server is down, and its failurePolicy is Fail: writes of a resource end in an internal error.

The classic way for a cluster to lock itself up: the pods that would serve the webhook cannot be created either.
"""

from quorate.contract.declared import Denial
from quorate.faults.switchboard.fault import Parameter, subject
from quorate.faults.switchboard.ports import World
from quorate.faults.switchboard.reach import declare, withdraw
from quorate.faults.write_denied import scope_of
from quorate.kernel.chance import Chance

PARAMETERS = (
    subject("resource", "what cannot be written meanwhile, e.g. pods", "pods"),
    subject("namespace", "only there; everywhere when absent", ""),
    Parameter("operations", "of create, update and delete, with commas between them", "create,update"),
    Parameter("webhook", "the name of the webhook", "policy.example.com"),
    Parameter("service", "the Service behind it, as namespace/name", "policy-system/policy"),
)
EXAMPLES = ("quorate fault inject webhook-down pods --for 10m",)


def inject(
    world: World, chance: Chance, *, resource: str, namespace: str, operations: str, webhook: str, service: str
) -> Denial:
    where, _, name = service.rpartition("/")
    url = f"https://{name}.{where or 'default'}.svc:443/validate?timeout=10s"
    why = f'failed calling webhook "{webhook}": failed to call webhook: Post "{url}": no endpoints available for service "{name}"'
    scope = scope_of(world, resource, namespace, "*", operations)
    denial = Denial(scope, "InternalError", f"Internal error occurred: {why}", causes=(why,))
    declare(world, denial)
    return denial


def undo(world: World, before: Denial) -> None:
    withdraw(world, before)
