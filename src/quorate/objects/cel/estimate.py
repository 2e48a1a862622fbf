"""What evaluating an expression may cost at most, before it is ever evaluated (cel-go: checker/cost.go).

Sizes are known of what is written out, and of what a path leads to from the root: the types there say how many
elements they hold (`Type.most`). What is neither may be of any size.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from quorate.objects.cel.call_costs import Node, of_call
from quorate.objects.cel.declarations import Overload
from quorate.objects.cel.folds import RESULT, Fold, written_out
from quorate.objects.cel.sizes import LIST, MAP, MESSAGE, MOST, NOTHING, ONE, UNKNOWN, Range, exactly
from quorate.objects.cel.syntax import Call, Const, Entries, Expr, Ident, Items, Macro, Message, Select
from quorate.objects.cel.types import BOOL, DYN, STRING, Type

Path = tuple[str, ...]
_SCALARS = frozenset({"bool", "double", "duration", "int", "timestamp", "uint"})


@dataclass(slots=True)
class Checked:
    """An expression whose types are known, by the ids of its parts; so are the functions that its calls are of."""

    tree: Expr
    types: dict[int, Type] = field(default_factory=dict)
    calls: dict[int, tuple[str, Sequence[Overload]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Inside:
    """Sizes of a container's keys and values."""

    kind: str
    key: Range
    value: Range


@dataclass(frozen=True, slots=True)
class _Variable:
    path: Path
    size: Range | None
    inside: _Inside | None = None


def estimate(checked: Checked, root: Type) -> Range:
    """`root` is the type from which paths lead: that of self."""
    return _Estimator(checked, root).cost(checked.tree)


class _Estimator:
    def __init__(self, checked: Checked, root: Type) -> None:
        self.checked, self.root = checked, root
        self.types = dict(checked.types)
        self.paths: dict[int, Path] = {}
        self.sizes: dict[int, Range] = {}
        self.insides: dict[int, _Inside] = {}
        self.variables: dict[str, list[_Variable]] = {}
        self.folds: list[Fold] = []  # kept, so that no id is given twice

    # -- costs

    def cost(self, e: Expr) -> Range:
        match e:
            case Const():
                return NOTHING
            case Ident():
                known = self._variable(e)
                self.paths[id(e)] = known.path if known else (e.name,)
                return ONE
            case Select():
                return self._select(e)
            case Call():
                return self._bind(e) if self._is_bind(e) else self._call(e)
            case Items():
                return self._items(e)
            case Entries():
                return self._entries(e)
            case Message():
                return self._sum(value for _, value, _ in e.fields).plus(exactly(MESSAGE))
            case Macro():
                if e.name in ("optMap", "optFlatMap"):
                    return self._optional(e)
                fold = written_out(e, self.types)
                self.folds.append(fold)
                self.types.update(fold.types)
                return self._fold(e, fold)

    def _sum(self, parts: Iterable[Expr]) -> Range:
        total = NOTHING
        for part in parts:
            total = total.plus(self.cost(part))
        return total

    def _select(self, e: Select) -> Range:
        total = self.cost(e.operand)
        if e.test:
            return total
        if e.optional:
            return total.plus(ONE)
        if self.types[id(e.operand)].kind in ("map", "object", "param"):
            total = total.plus(ONE)
        self.paths[id(e)] = (*self._path(e.operand), e.field)
        return total

    def _items(self, e: Items) -> Range:
        total, each = exactly(LIST), Range(MOST if e.items else 0, 0)
        for item in e.items:
            total = total.plus(self.cost(item))
            each = each.or_(self._size(item))
        self.insides[id(e)] = _Inside("list", ONE, each)
        return total

    def _entries(self, e: Entries) -> Range:
        total = exactly(MAP)
        keys = values = Range(MOST if e.entries else 0, 0)
        for key, value, _ in e.entries:
            total = total.plus(self.cost(key)).plus(self.cost(value))
            keys, values = keys.or_(self._size(key)), values.or_(self._size(value))
        self.insides[id(e)] = _Inside("map", keys, values)
        return total

    def _is_bind(self, e: Call) -> bool:
        return (
            isinstance(e.target, Ident)
            and (e.target.name, e.function) == ("cel", "bind")
            and id(e) not in self.checked.calls
        )

    def _bind(self, e: Call) -> Range:
        name, value, body = e.args
        assert isinstance(name, Ident)
        total = exactly(LIST).plus(self.cost(value))
        self._push(name.name, _Variable(self._path(value), self._known_size(value), self._inside(value)))
        total = total.plus(self.cost(body))
        self.variables[name.name].pop()
        self._copy(e, body)
        return total

    def _optional(self, e: Macro) -> Range:
        """target.hasValue() ? optional.of(the body with the variable bound to target.value()) : optional.none()"""
        asked = self.cost(e.target).plus(ONE)
        bound = exactly(LIST).plus(self.cost(e.target)).plus(ONE)
        self._push(e.variables[0], _Variable((), None))
        bound = bound.plus(self.cost(e.body[0]))
        self.variables[e.variables[0]].pop()
        if e.name == "optMap":
            bound = bound.plus(ONE)
        return asked.plus(bound.or_(ONE))

    def _fold(self, e: Macro, fold: Fold) -> Range:
        total = self.cost(fold.over).plus(self.cost(fold.start))
        self._push(RESULT, _Variable((), self._known_size(fold.start), self._inside(fold.start)))
        for name, variable in zip(fold.variables, self._ranged(fold), strict=True):
            self._push(name, variable)
        step = self.cost(fold.condition).plus(self.cost(fold.step))
        for name in fold.variables:
            self.variables[name].pop()
        total = total.plus(self.cost(fold.end))
        self.variables[RESULT].pop()
        count = self._size(fold.over)
        if isinstance(fold.start, Const):
            self._set_size(e, self._known_size(fold.start))
        else:
            self._set_size(e, count)
            inside = self._inside(fold.step)
            if inside is not None:
                self.insides[id(e)] = inside
        return total.plus(count.times(step))

    def _ranged(self, fold: Fold) -> tuple[_Variable, ...]:
        inside, path = self._inside(fold.over), self._path(fold.over)
        kind = inside.kind if inside else self.types[id(fold.over)].kind
        keys = inside.key if inside else None
        values = inside.value if inside else None
        if len(fold.variables) == 2:
            names = ("@indices", "@items") if kind == "list" else ("@keys", "@values")
            return _Variable((*path, names[0]), keys), _Variable((*path, names[1]), values)
        if kind == "list":
            return (_Variable((*path, "@items"), values),)
        return (_Variable((*path, "@keys"), keys),)

    def _call(self, e: Call) -> Range:
        function, overloads = self.checked.calls.get(id(e), (e.function, ()))
        if function == "dyn":
            total = self.cost(e.args[0]).plus(ONE)
            self._copy(e, e.args[0])
            return total
        costs = [self.cost(arg) for arg in e.args]
        if function in ("_&&_", "_||_"):
            return Range(costs[0].least, costs[0].plus(costs[1]).most)
        if function == "_?_:_":
            return self._condition(e, costs)
        target = None
        total = NOTHING
        if e.target is not None and not _is_name(function, e):
            total = self.cost(e.target)
            target = self._node(e.target)
        args = [self._node(arg) for arg in e.args]
        call, size = self._of_overloads(e, function, overloads or (_plain(function, args),), target, args)
        self._set_size(e, size)
        for cost in costs:
            total = total.plus(cost)
        return total.plus(call)

    def _of_overloads(
        self, e: Call, function: str, overloads: Sequence[Overload], target: Node | None, args: Sequence[Node]
    ) -> tuple[Range, Range | None]:
        """(what covers the costs of all of them, the size of the result)."""
        total, size = Range(MOST, 0), None
        for overload in overloads:
            made = of_call(function, overload, target, args)
            total = total.or_(made.cost)
            if made.size is not None:
                size = made.size if size is None else size.or_(made.size)
            if function == "_[_]" and overload.arguments[0].kind in ("list", "map"):
                inside = self._inside(e.args[0])
                size = inside.value if inside else None
                below = "@items" if overload.arguments[0].kind == "list" else "@values"
                self.paths[id(e)] = (*self._path(e.args[0]), below)
            if size is None:
                size = self._known_size(e)
        if function == "_+_" and len(args) == 2:
            left, right = self._inside(e.args[0]), self._inside(e.args[1])
            if left and right:
                self.insides[id(e)] = _either(left, right)
        return total, size

    def _condition(self, e: Call, costs: list[Range]) -> Range:
        _, yes, no = e.args
        left, right = self._inside(yes), self._inside(no)
        if left and right:
            self.insides[id(e)] = _either(left, right)
        self._set_size(e, self._size(yes).or_(self._size(no)))
        return costs[0].plus(costs[1].or_(costs[2]))

    # -- sizes

    def _node(self, e: Expr) -> Node:
        type = self.types[id(e)]
        items = UNKNOWN
        if type.kind == "list":
            path = self._path(e)
            items = (self._at((*path, "@items")) if path else None) or UNKNOWN
        return Node(type, self._size(e), items, e.value if isinstance(e, Const) else None)

    def _size(self, e: Expr) -> Range:
        found = self._known_size(e)
        return UNKNOWN if found is None else found

    def _known_size(self, e: Expr) -> Range | None:
        found = self.sizes.get(id(e))
        if found is None:
            found = _written(e)
        if found is None:
            found = self._at(self._path(e))
            if found is not None:
                self.sizes[id(e)] = found
        if found is None and _is_scalar(self.types[id(e)]):
            found = ONE
        if found is None and isinstance(e, Ident) and (known := self._variable(e)) is not None:
            found = known.size
        return found

    def _at(self, path: Path) -> Range | None:
        """How large what stands at a path may be. A path that does not begin at a variable leads to the root as well."""
        if not path:
            return None
        now = self.root
        for name in path[1:]:
            found = _below(now, name)
            if found is None:
                return None
            now = found
        return Range(0, now.most)

    def _set_size(self, e: Expr, size: Range | None) -> None:
        if size is not None:
            self.sizes[id(e)] = size

    def _copy(self, to: Expr, of: Expr) -> None:
        self._set_size(to, self._known_size(of))
        inside = self._inside(of)
        if inside is not None:
            self.insides[id(to)] = inside

    def _inside(self, e: Expr) -> _Inside | None:
        found = self.insides.get(id(e))
        if found is None and isinstance(e, Ident) and (known := self._variable(e)) is not None:
            found = known.inside
        return found

    def _path(self, e: Expr) -> Path:
        if isinstance(e, Ident) and (known := self._variable(e)) is not None:
            return known.path
        return self.paths.get(id(e), ())

    def _variable(self, e: Ident) -> _Variable | None:
        stack = self.variables.get(e.name)
        return stack[-1] if stack else None

    def _push(self, name: str, variable: _Variable) -> None:
        self.variables.setdefault(name, []).append(variable)


def _below(type: Type, name: str) -> Type | None:
    match name:
        case "@items":
            return type.params[0] if type.kind == "list" else type.params[1] if type.kind == "map" else None
        case "@values":
            return type.params[-1] if type.kind in ("list", "map") else None
        case "@keys":
            return STRING if type.kind == "map" else None
        case _:
            return type.fields.get(name)


def _either(a: _Inside, b: _Inside) -> _Inside:
    return _Inside(a.kind, a.key.or_(b.key), a.value.or_(b.value))


def _written(e: Expr) -> Range | None:
    match e:
        case Const(value=str() | bytes() as value):
            return exactly(len(value))
        case Const():
            return ONE
        case Items():
            return exactly(len(e.items))
        case Entries():
            return exactly(len(e.entries))
        case _:
            return None


def _is_scalar(type: Type) -> bool:
    return type.kind in _SCALARS or (type.kind == "optional" and _is_scalar(type.params[0]))


def _is_name(function: str, e: Call) -> bool:
    """Whether what stands before the dot is part of the function's name: sets.contains(a, b)."""
    return function != e.function


def _plain(function: str, args: Sequence[Node]) -> Overload:
    """For calls of the loops that macros are."""
    return Overload(function, tuple(arg.type if arg.type != DYN else BOOL for arg in args), BOOL, lambda *_: None)
