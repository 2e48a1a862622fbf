"""Compiled expressions.

    made = compile_text("self.min <= self.max", {"self": some_type})      raises CompileError
    made.run({"self": {"min": 1, "max": 3}})                              raises CelError

Programs are functions and are kept in caches, never in a world's state.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from quorate.objects.cel.compiler import Compiler, Lazy
from quorate.objects.cel.declarations import Library, merged
from quorate.objects.cel.estimate import Checked, estimate
from quorate.objects.cel.parser import parse
from quorate.objects.cel.syntax import CompileError
from quorate.objects.cel.types import Type
from quorate.objects.cel.values import CelError

__all__ = ["CelError", "CompileError", "Lazy", "Program", "compile_text", "library"]


@dataclass(frozen=True, slots=True)
class Program:
    """A compiled expression: the type of its value, the variables that it refers to, and how it is evaluated."""

    type: Type
    uses: frozenset[str]
    run: Callable[[dict[str, Any]], Any]
    checked: Checked

    def most(self, root: Type) -> int:
        """What evaluating it may cost at most, when `root` is the type of self."""
        return estimate(self.checked, root).most


@cache
def library() -> Library:
    """Everything that can be called in Kubernetes 1.36."""
    from quorate.objects.cel import authorization, clock, conversions, kubernetes, lists, standard, strings

    parts = (standard, conversions, clock, strings, lists, kubernetes, authorization)
    return merged(*(part.library() for part in parts))


def compile_text(
    source: str, variables: Mapping[str, Type], extra: Library | None = None, messages: frozenset[str] = frozenset()
) -> Program:
    """`messages`: the objects that it may make (cel.messages). Raises CompileError with the text that Kubernetes shows."""
    compiler = Compiler(variables, merged(library(), extra) if extra else library(), messages)
    tree = parse(source)
    made = compiler.compile(source, tree)
    return Program(made.type, frozenset(compiler.uses), made.run, Checked(tree, compiler.types, compiler.calls))
