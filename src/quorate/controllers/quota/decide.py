"""Writes into a ResourceQuota's status what may be used and what is (Kubernetes: pkg/controller/resourcequota).

Admission derives usage by itself; what it takes from here is `hard`: a quota binds from when its status names its amounts.
"""

from quorate.contract.plan import Plan, Update
from quorate.controllers.quota.snapshot import Seen
from quorate.kernel.clock import MINUTE, Duration, Instant
from quorate.objects.pod_resources import Amounts
from quorate.objects.quantity import canonical

RESYNC: Duration = 5 * MINUTE
"""How often a quota is counted anew though nothing has happened (--resource-quota-sync-period)."""


def decide(seen: Seen, now: Instant) -> Plan:
    hard = _canonical((seen.quota.get("spec") or {}).get("hard") or {})
    used = used_of(seen, hard, now)
    status = seen.quota.get("status") or {}
    change, due = seen.sums.next_change(now), (now // RESYNC + 1) * RESYNC
    look_again = due if change is None else min(change, due)
    written = (_canonical(status.get("hard") or {}), _canonical(status.get("used") or {}))
    if written == (hard, used) and "hard" in status:
        return Plan(look_again=look_again)
    changed = {**seen.quota, "status": {**status, "hard": hard, "used": used}}
    return Plan(status=Update("resourcequotas", changed, "status"), look_again=look_again)


def used_of(seen: Seen, hard: Amounts, now: Instant) -> Amounts:
    """What is used of each amount; an amount that nothing could use is left out."""
    sums = seen.sums.at(now)
    found = {**seen.others, **{name: sums.get(name, "0") for name in seen.summed}}
    return {name: canonical(found[name]) for name in hard if name in found}


def _canonical(amounts: Amounts) -> Amounts:
    return {name: canonical(amount) for name, amount in amounts.items()}
