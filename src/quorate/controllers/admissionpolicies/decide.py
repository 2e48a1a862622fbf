"""Which generation of a policy has been looked at, and which of its expressions do not fit what it matches."""

from quorate.contract.plan import NOTHING, Obj, Patch, Plan, Ref
from quorate.controllers.admissionpolicies.snapshot import POLICIES
from quorate.controllers.admissionpolicies.typing import warnings
from quorate.kernel.clock import Instant


def decide(policy: Obj, _: Instant) -> Plan:
    meta = policy["metadata"]
    generation = meta.get("generation", 0)
    if generation <= (policy.get("status") or {}).get("observedGeneration", 0):
        return NOTHING
    found = warnings(policy)
    status = {"observedGeneration": generation, "typeChecking": {"expressionWarnings": found} if found else {}}
    return Plan((Patch(Ref(POLICIES, "", meta["name"]), {"status": status}, subresource="status"),))
