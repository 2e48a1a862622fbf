"""What CEL expressions of webhooks and policies can refer to (Kubernetes: apiserver/pkg/admission/plugin/cel/compile.go)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from quorate.objects.cel import authorization, messages
from quorate.objects.cel.admission_types import namespace_type, request_type
from quorate.objects.cel.program import CompileError, Program, compile_text
from quorate.objects.cel.types import DYN, NULL, Type, list_of

VARIABLES = "variables"
MADE = frozenset({messages.OBJECT, messages.PATCH})
"""What expressions of mutating policies may make."""
APPLY_RESULT, PATCH_RESULT = messages.type_of(messages.OBJECT), list_of(messages.type_of(messages.PATCH))


@cache
def of_webhooks() -> Mapping[str, Type]:
    return {"object": DYN, "oldObject": DYN, "request": request_type(), **authorization.VARIABLES}


@cache
def of_policies(params: bool) -> Mapping[str, Type]:
    """`params` says whether the policy has a paramKind."""
    made = {**of_webhooks(), "namespaceObject": namespace_type()}
    return {**made, "params": DYN} if params else made


def without_authorizer(known: Mapping[str, Type]) -> Mapping[str, Type]:
    """What an expression knows that may not ask who may do what: a message's."""
    return {name: type for name, type in known.items() if name not in authorization.VARIABLES}


def with_variables(known: Mapping[str, Type], declared: Mapping[str, Type]) -> Mapping[str, Type]:
    """`declared` are a policy's own variables so far, by name."""
    return {**known, VARIABLES: Type("object", name="kubernetes.variables", fields=dict(declared), nullable=True)}


def compiled(source: str, known: Mapping[str, Type], result: Type | None, mutating: bool = False) -> Program | str:
    """The program, or what is wrong with it; `result` is the type that it has to come to, None for any.

    `mutating`: it may make objects.
    """
    try:
        program = compile_text(source, known, *((messages.library(), MADE) if mutating else ()))
    except CompileError as wrong:
        return f"compilation failed: {wrong}"
    if result == PATCH_RESULT and program.type == list_of(DYN):
        return program  # a list that may be empty
    if result is not None and program.type != result:
        return f"must evaluate to {result} but got {program.type}"
    return program


def checked(source: str, known: Mapping[str, Type], results: Sequence[Type], mutating: bool = False) -> str:
    """What is wrong with an expression that has to come to one of these types, as Kubernetes says it; "" for nothing."""
    program = compiled(source, known, results[0] if len(results) == 1 else None, mutating)
    if isinstance(program, str):
        return program
    if len(results) > 1 and program.type not in results:
        return f"must evaluate to one of [{' '.join('null_type' if r == NULL else str(r) for r in results)}]"
    return ""


class Values(dict[str, Any]):
    """A policy's variables: each is worked out when it is first asked for."""

    def __init__(self, work: Mapping[str, Callable[[], Any]]) -> None:
        super().__init__()
        self._work = work

    def __missing__(self, name: str) -> Any:
        found = self[name] = self._work[name]()
        return found

    def get(self, name: str, default: Any = None) -> Any:
        return self[name] if name in self._work else default

    def __contains__(self, name: object) -> bool:
        return name in self._work

    def __iter__(self) -> Iterator[str]:
        return iter(self._work)

    def __len__(self) -> int:
        return len(self._work)
