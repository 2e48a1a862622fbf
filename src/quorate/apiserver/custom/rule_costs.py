"""What the rules of a definition may cost at most, and when that is too much (Kubernetes: apiextensions/validation)."""

from quorate.apiserver.custom.rule_sizes import most_times
from quorate.apiserver.validation.errors import FieldError, forbidden
from quorate.contract.plan import Obj
from quorate.objects.cel.sizes import MOST

MOST_OF_RULE, MOST_OF_SCHEMA = 10_000_000, 100_000_000
SHOWN = 4
"""So many of the most expensive rules are named."""
_HINT = "(try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)"

Costs = list[tuple[str, int]]
"""What each expression may cost, by its path."""


def times_below(schema: Obj, times: int | None) -> int | None:
    """How often what is right below a place may stand, when the place may `times`; None for without a bound."""
    if times is None:
        return None
    if schema.get("type") == "object" and schema.get("additionalProperties") is not None:
        most = schema.get("maxProperties")
    elif schema.get("type") == "array":
        most = schema.get("maxItems")
    else:
        return times
    return None if most is None else min(times * max(most, 0), MOST)


def cost_here(cost: int, schema: Obj, times: int | None) -> int:
    """Of an expression at a place of this schema."""
    return min(cost * (most_times(schema) if times is None else times), MOST)


def of_expression(name: str, path: str, cost: int) -> list[FieldError]:
    """`name` is "rule" or "messageExpression"."""
    return [forbidden(path, _exceeds(f"estimated {name} cost", cost, MOST_OF_RULE))] if cost > MOST_OF_RULE else []


def is_cost(error: FieldError) -> bool:
    """Whether it is of an expression that may cost too much."""
    return error.cause == "FieldValueForbidden" and error.message.startswith("Forbidden: estimated ")


def of_schema(path: str, costs: Costs) -> list[FieldError]:
    total = min(sum(cost for _, cost in costs), MOST)
    if total <= MOST_OF_SCHEMA:
        return []
    heavy = sorted((c for c in costs if c[1] >= MOST_OF_SCHEMA // 100), key=lambda c: -c[1])[:SHOWN]
    why = "contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema"
    errors = [forbidden(at, why) for at, _ in heavy]
    name = "x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema"
    return [*errors, forbidden(path, _exceeds(name, total, MOST_OF_SCHEMA))]


def same_schemas(spec: Obj, before: Obj) -> frozenset[str]:
    """The versions whose schemas are as they were: their rules may go on costing too much."""
    had = {v.get("name"): v.get("schema") for v in before.get("versions") or ()}
    return frozenset(
        v["name"] for v in spec.get("versions") or () if v.get("name") in had and v.get("schema") == had[v["name"]]
    )


def _exceeds(name: str, cost: int, limit: int) -> str:
    factor = cost / limit
    shown = "more than 100x" if factor > 100 else f"{factor:f}x" if factor < 1.5 else f"{factor:.1f}x"
    return f"{name} exceeds budget by factor of {shown} {_HINT}"
