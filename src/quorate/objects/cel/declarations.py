"""Functions that expressions may call: overloads with their types and what they do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from quorate.objects.cel.types import Type, read, split


@dataclass(frozen=True, slots=True)
class Overload:
    """One way of calling a function. A member's first argument stands before the dot."""

    function: str
    arguments: tuple[Type, ...]
    result: Type
    run: Callable[..., Any]
    member: bool = False


Library = dict[str, list[Overload]]


def declare(rows: Sequence[tuple[str, str, Callable[..., Any]]]) -> Library:
    """From rows of (signature, result, function); "string|find(string)" is called as text.find(pattern)."""
    out: Library = {}
    for signature, result, run in rows:
        head, _, rest = signature.partition("|") if "|" in signature else ("", "", signature)
        name, _, inner = rest[:-1].partition("(")
        arguments = [*([head] if head else []), *split(inner)]
        made = Overload(name, tuple(read(a) for a in arguments), read(result), run, bool(head))
        out.setdefault(name, []).append(made)
    return out


def merged(*libraries: Library) -> Library:
    out: Library = {}
    for library in libraries:
        for name, overloads in library.items():
            out.setdefault(name, []).extend(overloads)
    return out
