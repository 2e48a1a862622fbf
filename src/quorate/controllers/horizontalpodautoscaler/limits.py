"""How fast the number may change: stabilisation windows and policies (Kubernetes: normalizeDesiredReplicas...)."""

from collections.abc import Iterable
from math import ceil
from typing import NamedTuple

from quorate.contract.plan import Obj
from quorate.kernel.clock import MINUTE, SECOND, Duration, Instant

DOWNSCALE_WINDOW: Duration = 5 * MINUTE
"""--horizontal-pod-autoscaler-downscale-stabilization."""
_FIRST_LIMIT, _FACTOR = 4, 2
_INT32 = 2**31 - 1


class Stamped(NamedTuple):
    """A recommendation, or a change of the number, and when."""

    value: int
    at: Instant


class Past(NamedTuple):
    """What is remembered: recommendations, and changes up and down."""

    recommended: tuple[Stamped, ...] = ()
    ups: tuple[Stamped, ...] = ()
    downs: tuple[Stamped, ...] = ()


class Limited(NamedTuple):
    """The number that comes out, what the two conditions say (status, reason, message), and what to remember."""

    replicas: int
    able: tuple[str, str]
    limited: tuple[bool, str, str]
    past: Past


_READY = ("ReadyForNewScale", "recommended size matches current size")
_WITHIN = ("DesiredWithinRange", "the desired count is within the acceptable range")
_TOO_MANY = ("TooManyReplicas", "the desired replica count is more than the maximum replica count")
_TOO_FEW = ("TooFewReplicas", "the desired replica count is less than the minimum replica count")
_TOO_FAST_UP = ("ScaleUpLimit", "the desired replica count is increasing faster than the maximum scale rate")
_TOO_FAST_DOWN = ("ScaleDownLimit", "the desired replica count is decreasing faster than the maximum scale rate")
_HELD_DOWN = (
    "ScaleUpStabilized", "recent recommendations were lower than current one, applying the lowest recent recommendation"
)  # fmt: skip
_HELD_UP = (
    "ScaleDownStabilized",
    "recent recommendations were higher than current one, applying the highest recent recommendation",
)


def limit(found: Obj, past: Past, current: int, desired: int, now: Instant) -> Limited:
    spec = found["spec"]
    least, most = spec.get("minReplicas", 1), spec["maxReplicas"]
    if spec.get("behavior") is None:
        return _plain(past, current, desired, least, most, now)
    return _ruled(spec["behavior"], past, current, desired, least, most, now)


def _plain(past: Past, current: int, desired: int, least: int, most: int, now: Instant) -> Limited:
    """Without rules: down only to the highest of the last five minutes, up to twice the number or to 4."""
    recent = [r for r in past.recommended if r.at >= now - DOWNSCALE_WINDOW]
    stable = max((desired, *(r.value for r in recent)))
    past = past._replace(recommended=(*recent, Stamped(desired, now)))
    highest, why = most, _TOO_MANY
    fastest = max(_FACTOR * current, _FIRST_LIMIT)
    if most > fastest:
        highest, why = fastest, _TOO_FAST_UP
    out, said = stable, _WITHIN
    if stable < least:
        out, said = least, _TOO_FEW
    elif stable > highest:
        out, said = highest, why
    return Limited(out, _HELD_UP if stable != desired else _READY, (out != stable, *said), past)


def _ruled(behavior: Obj, past: Past, current: int, desired: int, least: int, most: int, now: Instant) -> Limited:
    up, down = behavior["scaleUp"], behavior["scaleDown"]
    stable, past = _stabilized(up, down, past, current, desired, now)
    able = _READY
    if stable != desired:
        able = _HELD_DOWN if desired >= current else _HELD_UP
    out, said = _at_rate(up, down, past, current, stable, least, most, now)
    return Limited(out, able, (out != stable, *said), past)


def window_of(rules: Obj, otherwise: Duration) -> Duration:
    seconds = rules.get("stabilizationWindowSeconds")
    return otherwise if seconds is None else int(seconds) * SECOND


def _stabilized(up: Obj, down: Obj, past: Past, current: int, desired: int, now: Instant) -> tuple[int, Past]:
    """Between the lowest recommendation of the one window and the highest of the other."""
    up_from, down_from = now - window_of(up, 0), now - window_of(down, DOWNSCALE_WINDOW)
    lowest = min((desired, *(r.value for r in past.recommended if r.at > up_from)))
    highest = max((desired, *(r.value for r in past.recommended if r.at > down_from)))
    kept = [r for r in past.recommended if r.at >= min(up_from, down_from)]
    return min(max(current, lowest), highest), past._replace(recommended=(*kept, Stamped(desired, now)))


def _at_rate(
    up: Obj, down: Obj, past: Past, current: int, desired: int, least: int, most: int, now: Instant
) -> tuple[int, tuple[str, str]]:  # fmt: skip
    if desired > current:
        fastest = max(current, _bound(up, past, current, now, growing=True))
        highest, why = (fastest, _TOO_FAST_UP) if most > fastest else (most, _TOO_MANY)
        return (highest, why) if desired > highest else (desired, _WITHIN)
    if desired < current:
        fastest = min(current, _bound(down, past, current, now, growing=False))
        lowest, why = (fastest, _TOO_FAST_DOWN) if least < fastest else (least, _TOO_FEW)
        return (lowest, why) if desired < lowest else (desired, _WITHIN)
    return desired, _WITHIN


def _bound(rules: Obj, past: Past, current: int, now: Instant, growing: bool) -> int:
    """As far as the policies let the number go now; changes within a policy's period count against it."""
    select = rules.get("selectPolicy", "Max")
    if select == "Disabled":
        return current
    bounds = []
    for policy in rules.get("policies") or ():
        period = int(policy["periodSeconds"]) * SECOND
        start = current - _changed(past.ups, period, now) + _changed(past.downs, period, now)
        value = policy["value"]
        if policy["type"] == "Pods":
            bounds.append(start + value if growing else start - value)
        elif growing:
            # Rounded up, or a small number would never grow.
            bounds.append(ceil(start * (1 + value / 100)))
        else:
            bounds.append(int(start * (1 - value / 100)))
    # The largest change grows to the largest number, and shrinks to the smallest.
    furthest = (select == "Max") == growing
    if not bounds:
        return -_INT32 if furthest else _INT32
    return max(bounds) if furthest else min(bounds)


def _changed(changes: Iterable[Stamped], period: Duration, now: Instant) -> int:
    return sum(change.value for change in changes if change.at > now - period)


def changed(found: Obj, past: Past, before: int, after: int, now: Instant) -> Past:
    """With a change of the number remembered for as long as a policy may ask for it."""
    behavior = found["spec"].get("behavior")
    if behavior is None:
        return past
    rules = behavior["scaleUp" if after > before else "scaleDown"]
    longest = max((int(p["periodSeconds"]) for p in rules.get("policies") or ()), default=0) * SECOND
    kept = past.ups if after > before else past.downs
    events = (*(c for c in kept if c.at >= now - longest), Stamped(abs(after - before), now))
    return past._replace(ups=events) if after > before else past._replace(downs=events)


def unchanged(past: Past, before: int, after: int) -> Past:
    """Without the last change, which was refused."""
    return past._replace(ups=past.ups[:-1]) if after > before else past._replace(downs=past.downs[:-1])
