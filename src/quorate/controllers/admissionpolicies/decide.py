"""Which generation of a policy has been looked at. Its expressions are not checked against types: there are no warnings."""

from quorate.contract.plan import NOTHING, Obj, Patch, Plan, Ref
from quorate.controllers.admissionpolicies.snapshot import POLICIES
from quorate.kernel.clock import Instant


def decide(policy: Obj, _: Instant) -> Plan:
    meta = policy["metadata"]
    generation = meta.get("generation", 0)
    if generation <= (policy.get("status") or {}).get("observedGeneration", 0):
        return NOTHING
    status = {"observedGeneration": generation, "typeChecking": {}}
    return Plan((Patch(Ref(POLICIES, "", meta["name"]), {"status": status}, subresource="status"),))
