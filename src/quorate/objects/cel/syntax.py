"""What an expression is made of. `at` is where it stands in the text, as Kubernetes' CEL reports it: the operator of a
binary operation, the dot of a selection, the parenthesis of a call."""

from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class Const:
    value: Any
    at: int


@dataclass(slots=True)
class Ident:
    name: str
    at: int


@dataclass(slots=True)
class Select:
    """operand.field; `test` for has(operand.field), `optional` for operand.?field."""

    operand: "Expr"
    field: str
    at: int
    test: bool = False
    optional: bool = False


@dataclass(slots=True)
class Call:
    """function(args) or target.function(args). Operators are functions: "_+_", "_[_]", "_?_:_", "!_"."""

    function: str
    target: "Expr | None"
    args: "list[Expr]"
    at: int


@dataclass(slots=True)
class Items:
    """A list literal; `optional` are the indexes of elements written ?e."""

    items: "list[Expr]"
    optional: frozenset[int]
    at: int


@dataclass(slots=True)
class Entries:
    """A map literal: (key, value, whether it is written ?key: value)."""

    entries: "list[tuple[Expr, Expr, bool]]"
    at: int


@dataclass(slots=True)
class Message:
    """A message literal: name{field: value}."""

    name: str
    fields: "list[tuple[str, Expr, bool]]"
    at: int


@dataclass(slots=True)
class Macro:
    """A comprehension: target.name(variables..., body...)."""

    name: str
    target: "Expr"
    variables: tuple[str, ...]
    body: "list[Expr]"
    at: int


Expr = Const | Ident | Select | Call | Items | Entries | Message | Macro


class Problem(Exception):
    """Something wrong at one place of the text."""

    def __init__(self, at: int, text: str) -> None:
        super().__init__(text)
        self.at, self.text = at, text


class CompileError(ValueError):
    """All that keeps an expression from being compiled, worded and drawn as CEL does."""

    def __init__(self, source: str, problems: list[Problem]) -> None:
        super().__init__("\n".join(_drawn(source, p) for p in sorted(problems, key=lambda p: p.at)))


def _drawn(source: str, problem: Problem) -> str:
    before = source[: problem.at]
    line = before.count("\n") + 1
    column = problem.at - (before.rfind("\n") + 1)
    lines = source.split("\n")
    shown = lines[line - 1].replace("\t", " ") if line <= len(lines) else ""
    return f"ERROR: <input>:{line}:{column + 1}: {problem.text}\n | {shown}\n | {'.' * column}^"
