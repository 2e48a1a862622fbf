"""How defaults are added without changing what was given: what needs none comes back as the very same object."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from quorate.contract.plan import Obj
from quorate.objects import quantity


def filled(obj: Obj, values: Mapping[str, Any]) -> Obj:
    """`obj` with those of `values` whose fields are unset. An empty text counts as unset, 0 and False do not."""
    missing = [field for field in values if obj.get(field) in (None, "")]
    if not missing:
        return obj
    return {**obj, **{field: values[field] for field in missing}}


def mapped(obj: Obj, field: str, function: Callable[[Any], Any]) -> Obj:
    """`obj` with `function` applied to a field that is set."""
    value = obj.get(field)
    if value is None:
        return obj
    done = function(value)
    return obj if done is value else {**obj, field: done}


def each(items: Sequence[Obj], function: Callable[[Obj], Obj]) -> Sequence[Obj]:
    """The list with `function` applied to its items."""
    done = [function(item) for item in items]
    if all(map(_is, done, items)):
        return items
    return done


def _is(a: object, b: object) -> bool:
    return a is b


def every(obj: Obj, field: str, function: Callable[[Obj], Obj]) -> Obj:
    """`obj` with `function` applied to each item of a list field."""
    items = obj.get(field)
    if not items:
        return obj
    done = each(items, function)
    return obj if done is items else {**obj, field: done}


def rounded(amounts: Obj) -> Obj:
    """A ResourceList in thousandths: Kubernetes rounds up whatever is finer."""
    fine = {
        n: quantity.from_milli(quantity.milli(q)) for n, q in amounts.items() if isinstance(q, str) and q[-1:] in "nu"
    }
    return {**amounts, **fine} if fine else amounts


def rounded_resources(resources: Obj) -> Obj:
    """Limits and requests, rounded."""
    return mapped(mapped(resources, "limits", rounded), "requests", rounded)
