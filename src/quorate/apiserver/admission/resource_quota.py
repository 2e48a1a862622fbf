"""No object comes in that a ResourceQuota of its namespace has no room for (Kubernetes: ResourceQuota).

Kubernetes books each admitted object in the quota's status, to be exact under concurrent requests, and a controller mends
what such bookings got wrong. Here requests come one at a time and see everything committed before them, so what is used
is derived from the objects themselves: nothing is booked for a request that then fails, and room is free as soon as its
object is gone. As in Kubernetes a quota binds from when its status says so: its `hard` amounts are those of the status,
which the quota controller copies from the spec.
"""

from quorate.apiserver.admission.refusal import refused
from quorate.apiserver.asked import Asked
from quorate.apiserver.views import view_of
from quorate.contract.plan import Obj
from quorate.contract.ports import Reader
from quorate.objects.pod_resources import Amounts
from quorate.objects.quantity import add, canonical, compare, subtract
from quorate.objects.quota import IGNORED, concerns, in_scopes, scopes_of, unsaid, usage
from quorate.objects.quota_usage import SUMMED, Usage, counted


def check(asked: Asked, reader: Reader) -> None:
    """Raises Refused (403): what must be said is not said, or the amounts are exceeded."""
    quotas = list(reader.list("resourcequotas", asked.namespace))
    if not quotas or asked.resource in IGNORED or asked.obj is None:
        return
    if asked.subresource and asked.subresource != "resize":
        return
    if asked.resource == "pods" and asked.operation == "UPDATE" and not asked.subresource:
        return
    bound = [(quota, names) for quota in quotas if (names := _binding(asked, asked.obj, quota))]
    if not bound:
        return
    cost = usage(asked.resource, asked.obj)
    for quota, names in bound:
        more = _more(asked, quota, names, cost)
        if more:
            _check_room(asked, reader, quota, more)


def _binding(asked: Asked, obj: Obj, quota: Obj) -> list[str]:
    """The resources of the quota that this object is charged for. Raises Refused when it does not say what it needs."""
    hard = (quota.get("status") or {}).get("hard") or {}
    names = concerns(asked.resource, hard)
    if not names or not in_scopes(asked.resource, obj, scopes_of(quota)):
        return []
    name = quota["metadata"]["name"]
    if asked.resource == "pods":
        missing = unsaid(obj, names)
        if missing:
            raise refused(asked, f"failed quota: {name}: must specify {missing}")
    used = (quota.get("status") or {}).get("used") or {}
    if any(n not in used for n in names):
        raise refused(asked, f"status unknown for quota: {name}, resources: {','.join(sorted(names))}")
    return names


def _more(asked: Asked, quota: Obj, names: list[str], cost: Amounts) -> Amounts:
    """What the request adds: of an update only what grows."""
    old = asked.old
    was: Amounts = {}
    if old is not None and in_scopes(asked.resource, old, scopes_of(quota)):
        was = usage(asked.resource, old)
    more = {n: subtract(cost[n], was[n]) if n in was else cost[n] for n in names if n in cost}
    return {n: amount for n, amount in more.items() if compare(amount, "0") > 0}


def _check_room(asked: Asked, reader: Reader, quota: Obj, more: Amounts) -> None:
    hard = quota["status"]["hard"]
    used = _used(asked, reader, quota, more)
    over = sorted(n for n, amount in more.items() if compare(add(used.get(n, "0"), amount), hard[n]) > 0)
    if over:
        asks, has, most = (_listed(over, amounts) for amounts in (more, used, hard))
        said = f"exceeded quota: {quota['metadata']['name']}"
        raise refused(asked, f"{said}, requested: {asks}, used: {has}, limited: {most}")


def _used(asked: Asked, reader: Reader, quota: Obj, names: Amounts) -> Amounts:
    if asked.resource in SUMMED:
        sums = view_of(reader, Usage).sums(asked.namespace, scopes_of(quota), reader.list)
        return sums.at(asked.now)
    return counted(asked.resource, names, reader.list(asked.resource, asked.namespace))


def _listed(names: list[str], amounts: Amounts) -> str:
    return ",".join(f"{name}={canonical(amounts.get(name, '0'))}" for name in names)
