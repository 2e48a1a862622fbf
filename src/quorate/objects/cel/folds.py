"""Comprehensions written out as the loops that they stand for (cel-go: parser/macro.go, ext/comprehensions.go)."""

from collections.abc import Mapping
from dataclasses import dataclass

from quorate.objects.cel.syntax import Call, Const, Entries, Expr, Ident, Items, Macro
from quorate.objects.cel.types import BOOL, INT, Type

RESULT = "@result"


@dataclass(slots=True)
class Fold:
    """Starting from `start`, `step` is done for each item of `over` while `condition` holds; then `end` is the value.

    `types` are those of the expressions that are new in it, by their id.
    """

    over: Expr
    variables: tuple[str, ...]
    start: Expr
    condition: Expr
    step: Expr
    end: Expr
    types: dict[int, Type]


class _Writer:
    def __init__(self, macro: Macro, known: Mapping[int, Type]) -> None:
        self.macro, self.known, self.types = macro, known, dict[int, Type]()

    def typed(self, expr: Expr, type: Type) -> Expr:
        self.types[id(expr)] = type
        return expr

    def result(self, type: Type) -> Expr:
        return self.typed(Ident(RESULT, self.macro.at), type)

    def call(self, name: str, type: Type, *args: Expr) -> Expr:
        return self.typed(Call(name, None, list(args), self.macro.at), type)

    def const(self, value: bool | int) -> Expr:
        return self.typed(Const(value, self.macro.at), BOOL if isinstance(value, bool) else INT)

    def fold(self, start: Expr, condition: Expr, step: Expr, end: Expr) -> Fold:
        return Fold(self.macro.target, self.macro.variables, start, condition, step, end, self.types)

    def added(self, item: Expr, whole: Type) -> Expr:
        """result + [item]"""
        one = self.typed(Items([item], frozenset(), self.macro.at), whole)
        return self.call("_+_", whole, self.result(whole), one)

    def collected(self, start: Expr, step: Expr, whole: Type, test: Expr | None) -> Fold:
        if test is not None:
            step = self.call("_?_:_", whole, test, step, self.result(whole))
        return self.fold(self.typed(start, whole), self.const(True), step, self.result(whole))


def written_out(macro: Macro, known: Mapping[int, Type]) -> Fold:
    """`known` are the types of the macro and of what is in it. For all that loops: not optMap and optFlatMap."""
    w, body, whole = _Writer(macro, known), macro.body, known[id(macro)]
    at, last = macro.at, macro.body[-1]
    test = body[0] if len(body) == 2 else None
    match macro.name:
        case "all":
            go_on = w.call("@not_strictly_false", BOOL, w.result(BOOL))
            step = w.call("_&&_", BOOL, w.result(BOOL), last)
            return w.fold(w.const(True), go_on, step, w.result(BOOL))
        case "exists":
            go_on = w.call("@not_strictly_false", BOOL, w.call("!_", BOOL, w.result(BOOL)))
            step = w.call("_||_", BOOL, w.result(BOOL), last)
            return w.fold(w.const(False), go_on, step, w.result(BOOL))
        case "exists_one" | "existsOne":
            one_more = w.call("_+_", INT, w.result(INT), w.const(1))
            step = w.call("_?_:_", INT, last, one_more, w.result(INT))
            return w.fold(w.const(0), w.const(True), step, w.call("_==_", BOOL, w.result(INT), w.const(1)))
        case "filter":
            item = w.typed(Ident(macro.variables[0], at), whole.params[0])
            return w.collected(Items([], frozenset(), at), w.added(item, whole), whole, last)
        case "map" | "transformList":
            return w.collected(Items([], frozenset(), at), w.added(last, whole), whole, test)
        case "transformMap":
            key = w.typed(Ident(macro.variables[0], at), whole.params[0])
            step = w.call("cel.@mapInsert", whole, w.result(whole), key, last)
            return w.collected(Entries([], at), step, whole, test)
        case _:
            step = w.call("cel.@mapInsert", whole, w.result(whole), last)
            return w.collected(Entries([], at), step, whole, test)
