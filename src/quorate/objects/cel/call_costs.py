"""What calls may cost at most, and how large their results may get (cel-go: checker/cost.go; Kubernetes: cel/library/cost.go)."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from quorate.objects.cel.declarations import Overload
from quorate.objects.cel.sizes import LIST, MESSAGE, MOST, ONE, PATTERN, TRAVERSAL, Range
from quorate.objects.cel.types import Type

CHECK = Range(350_000, 350_000)
"""Asking the authorizer: two in an expression are as much as it may cost."""
LONGEST_FORMAT = 128
"""The regular expression of a named format is taken for this long."""
_PER_REQUIREMENT = LIST + MESSAGE
_NOMINAL = frozenset({
    "serviceAccount", "path", "group", "resource", "subresource", "namespace", "name", "allowed", "reason", "error",
    "errored", "masked", "prefixLength", "family", "isUnspecified", "isLoopback", "isLinkLocalMulticast",
    "isLinkLocalUnicast", "isGlobalUnicast", "format.named", "sign", "asInteger", "isInteger", "asApproximateFloat",
    "isGreaterThan", "isLessThan", "compareTo", "add", "sub", "major", "minor", "patch", "getScheme", "getHostname",
    "getHost", "getPort", "getEscapedPath", "getQuery",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Node:
    """An argument: its type, how large it is, and, of a list, how large its items are; None where nobody knows."""

    type: Type
    size: Range
    items: Range
    literal: object = None


@dataclass(frozen=True, slots=True)
class Cost:
    """Of a call without its arguments; `size` is its result's, None when it is not told."""

    cost: Range
    size: Range | None = None


Rule = Callable[[Node | None, Sequence[Node], Overload], Cost | None]


def of_call(function: str, overload: Overload, target: Node | None, args: Sequence[Node]) -> Cost:
    if function in _NOMINAL:
        return Cost(ONE)
    rule = _RULES.get(function)
    found = rule(target, args, overload) if rule is not None else None
    return Cost(ONE) if found is None else found


def _listed(target: Node | None, args: Sequence[Node], overload: Overload) -> Cost | None:
    """sum, min, indexOf, ...: of a list, or of a text."""
    if target is None:
        return None
    if target.type.kind != "list":
        return Cost(target.size.by(TRAVERSAL))
    each = ONE
    if target.type.params[0].kind in ("string", "bytes"):
        each = each.plus(target.items.by(TRAVERSAL))
    return Cost(target.size.times(each))


def _read(target: Node | None, args: Sequence[Node], overload: Overload) -> Cost | None:
    """url(text) and its like."""
    return Cost(args[0].size.by(TRAVERSAL), args[0].size) if target is None and len(args) == 1 else None


def _same_size(target: Node | None, args: Sequence[Node], overload: Overload) -> Cost | None:
    return None if target is None else Cost(target.size.by(TRAVERSAL), target.size)


def _replace(target: Node | None, args: Sequence[Node], overload: Overload) -> Cost | None:
    if target is None:
        return None
    text, old, new = target.size, args[0].size, args[1].size
    longest = _replaced(text.most, old.least, new.most, new.most <= old.least)
    shortest = _replaced(text.least, old.most, new.least, old.most <= new.least)
    return Cost(text.by(2 * TRAVERSAL), Range(min(shortest, MOST), min(longest, MOST)))


def _replaced(text: int, old: int, new: int, kept: bool) -> int:
    if old == 0:
        return (text + 1) * new + text
    return text if kept else math.ceil(float(text) / float(old)) * new


def _split(target: Node | None, args: Sequence[Node], overload: Overload) -> Cost | None:
    if target is None:
        return None
    most = target.size.most
    if len(args) > 1 and isinstance(args[1].literal, int):
        most = args[1].literal % 2**64
    return Cost(target.size.by(2 * TRAVERSAL), Range(0, most))


def _join(target: Node | None, args: Sequence[Node], overload: Overload) -> Cost | None:
    if target is None:
        return None
    size = target.size.times(target.items)
    if args:
        size = size.plus(args[0].size.times(Range(max(target.size.least - 1, 0), max(target.size.most - 1, 0))))
    return Cost(size.by(TRAVERSAL), size)


def _matched(target: Node | None, args: Sequence[Node], overload: Overload) -> Cost | None:
    """A regular expression and a text."""
    if target is None:
        return None
    return Cost(target.size.plus(ONE).by(TRAVERSAL).times(args[0].size.by(PATTERN)))


def _found(target: Node | None, args: Sequence[Node], overload: Overload) -> Cost | None:
    made = _matched(target, args, overload)
    return None if made is None or target is None else Cost(made.cost, Range(0, target.size.most))


def _within(target: Node | None, args: Sequence[Node], overload: Overload) -> Cost | None:
    """containsIP, containsCIDR: four to sixteen bytes on each side are compared."""
    size = Range(4, 16)
    cost = size.plus(size).by(TRAVERSAL)
    if overload.function == "containsCIDR":
        cost = cost.plus(size.by(TRAVERSAL)).plus(ONE)
    if overload.arguments[-1].kind == "string":
        cost = cost.plus(args[0].size.by(TRAVERSAL))
    return Cost(cost)


def _validate(target: Node | None, args: Sequence[Node], overload: Overload) -> Cost | None:
    return Cost(args[0].size.by(TRAVERSAL).by(LONGEST_FORMAT * PATTERN))


def _selector(target: Node | None, args: Sequence[Node], overload: Overload) -> Cost | None:
    size = args[0].size
    return Cost(Range(LIST, LIST).plus(size.by(TRAVERSAL)).plus(size.by(0.5).by(_PER_REQUIREMENT)))


def _sets(factor: int) -> Rule:
    def cost(target: Node | None, args: Sequence[Node], overload: Overload) -> Cost | None:
        return Cost(args[0].size.times(args[1].size).times(Range(factor, factor)).plus(ONE))

    return cost


def _format(target: Node | None, args: Sequence[Node], overload: Overload) -> Cost | None:
    return None if target is None else Cost(target.size.by(TRAVERSAL))


def _bytes(target: Node | None, args: Sequence[Node], overload: Overload) -> Cost | None:
    if overload.arguments[0].kind != "string":
        return None
    size = args[0].size
    return Cost(size.by(TRAVERSAL), Range(size.least, size.most * 4 % 2**64))


def _string(target: Node | None, args: Sequence[Node], overload: Overload) -> Cost | None:
    if overload.arguments[0].kind != "bytes":
        return None
    return Cost(args[0].size.by(TRAVERSAL), Range(args[0].size.least // 4, args[0].size.most))


def _quote(target: Node | None, args: Sequence[Node], overload: Overload) -> Cost | None:
    size = args[0].size
    return Cost(size.by(TRAVERSAL), Range(size.least + 2, (size.most * 2 + 2) % 2**64))


def _begins(target: Node | None, args: Sequence[Node], overload: Overload) -> Cost | None:
    return Cost(args[0].size.by(TRAVERSAL))


def _contains(target: Node | None, args: Sequence[Node], overload: Overload) -> Cost | None:
    if target is None or target.type.kind not in ("string", "dyn"):
        return None
    return Cost(target.size.by(TRAVERSAL).times(args[0].size.by(TRAVERSAL)))


def _in(target: Node | None, args: Sequence[Node], overload: Overload) -> Cost | None:
    return Cost(args[1].size.by(1)) if overload.arguments[1].kind == "list" else None


def _added(target: Node | None, args: Sequence[Node], overload: Overload) -> Cost | None:
    kind = overload.arguments[0].kind
    if kind not in ("string", "bytes", "list"):
        return None
    size = args[0].size.plus(args[1].size)
    return Cost(ONE if kind == "list" else size.by(TRAVERSAL), size)


def _compared(target: Node | None, args: Sequence[Node], overload: Overload) -> Cost | None:
    if overload.arguments[0].kind not in ("string", "bytes", "param"):
        return None
    same = args[0].type if args[0].type == args[1].type and overload.function == "_==_" else None
    if same is not None and same.kind == "opaque":
        if same.name == "kubernetes.NamedFormat":
            return Cost(Range(1, 64).by(TRAVERSAL))
        if same.name == "kubernetes.URL":
            return Cost(Range(1, args[1].size.most).by(TRAVERSAL))
        return Cost(ONE)
    smaller = min(args[0].size.most, args[1].size.most)
    return Cost(Range(1 if smaller > 0 else 0, smaller).by(TRAVERSAL))


_RULES: dict[str, Rule] = {
    "check": lambda target, args, overload: Cost(CHECK),
    "fieldSelector": _selector, "labelSelector": _selector,
    **dict.fromkeys(("isSorted", "sum", "max", "min", "indexOf", "lastIndexOf"), _listed),
    "url": _read, "jsonpatch.escapeKey": _read,
    **dict.fromkeys(("lowerAscii", "upperAscii", "substring", "trim"), _same_size),
    "replace": _replace, "split": _split, "join": _join, "find": _found, "findAll": _found,
    "containsIP": _within, "containsCIDR": _within, "validate": _validate,
    "sets.contains": _sets(1), "sets.intersects": _sets(1), "sets.equivalent": _sets(2),
    "format": _format, "bytes": _bytes, "string": _string, "strings.quote": _quote,
    "startsWith": _begins, "endsWith": _begins, "matches": _matched, "contains": _contains, "@in": _in,
    "_+_": _added, **dict.fromkeys(("_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_"), _compared),
}  # fmt: skip
