"""What CEL expressions of webhooks and policies can refer to (Kubernetes: apiserver/pkg/admission/plugin/cel/compile.go)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from quorate.objects.cel import authorization, messages
from quorate.objects.cel.program import CompileError, Program, compile_text
from quorate.objects.cel.types import BOOL, DYN, INT, NULL, STRING, Type, list_of, map_of

VARIABLES = "variables"
MADE = frozenset({messages.OBJECT, messages.PATCH})
"""What expressions of mutating policies may make."""
APPLY_RESULT, PATCH_RESULT = messages.type_of(messages.OBJECT), list_of(messages.type_of(messages.PATCH))


def _object(name: str, fields: Mapping[str, Type], nullable: bool = False) -> Type:
    return Type("object", name=name, fields=dict(fields), nullable=nullable)


@cache
def request_type() -> Type:
    kind = _object("kubernetes.GroupVersionKind", {"group": STRING, "version": STRING, "kind": STRING})
    resource = _object("kubernetes.GroupVersionResource", {"group": STRING, "version": STRING, "resource": STRING})
    user = _object(
        "kubernetes.UserInfo",
        {"username": STRING, "uid": STRING, "groups": list_of(STRING), "extra": map_of(STRING, list_of(STRING))},
    )
    return _object("kubernetes.AdmissionRequest", {
        "kind": kind, "resource": resource, "subResource": STRING, "requestKind": kind, "requestResource": resource,
        "requestSubResource": STRING, "name": STRING, "namespace": STRING, "operation": STRING, "userInfo": user,
        "dryRun": BOOL, "options": DYN,
    })  # fmt: skip


@cache
def namespace_type() -> Type:
    texts = map_of(STRING, STRING)
    meta = _object("kubernetes.NamespaceMetadata", {
        "name": STRING, "generateName": STRING, "namespace": STRING, "labels": texts, "annotations": texts,
        "UID": STRING, "creationTimestamp": STRING, "deletionGracePeriodSeconds": INT, "deletionTimestamp": STRING,
        "generation": INT, "resourceVersion": STRING, "finalizers": list_of(STRING),
    })  # fmt: skip
    spec = _object("kubernetes.NamespaceSpec", {"finalizers": list_of(STRING)})
    status = _object("kubernetes.NamespaceStatus", {"phase": STRING})
    return _object("kubernetes.Namespace", {"metadata": meta, "status": status, "spec": spec})


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
    return {**known, VARIABLES: _object("kubernetes.variables", declared, nullable=True)}


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
