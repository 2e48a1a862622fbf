"""An aggregated role has the rules of all that it gathers from, each once."""

from quorate.contract.plan import NOTHING, Obj, Plan, Update
from quorate.controllers.clusterroles.snapshot import ROLES, Seen
from quorate.kernel.clock import Instant


def decide(seen: Seen, _: Instant) -> Plan:
    rules: list[Obj] = []
    for source in seen.sources:
        rules += [rule for rule in source.get("rules") or () if rule not in rules]
    if rules == (seen.role.get("rules") or []):
        return NOTHING
    return Plan((Update(ROLES, {**seen.role, "rules": rules}),))
