"""x-kubernetes-validations: the CEL rules of a schema, asked of objects (Kubernetes: schema/cel)."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

from quorate.apiserver.custom.paths import normal_path
from quorate.apiserver.custom.rule_types import Convert, converter, type_of
from quorate.apiserver.custom.values import ABSENT, NOWHERE, correlation, same
from quorate.apiserver.validation.errors import Cause, FieldError, invalid
from quorate.contract.plan import Obj
from quorate.objects.cel.program import CelError, CompileError, Program, compile_text
from quorate.objects.cel.types import BOOL, STRING, Type, optional_of
from quorate.objects.cel.values import NONE, Optional

MOST_MESSAGE = 5 * 1024


@dataclass(frozen=True, slots=True)
class Rule:
    """A compiled rule; `error` when it did not compile. `path` is its fieldPath, normal."""

    source: Obj
    program: Program | None
    message: Program | None
    error: str = ""
    message_error: str = ""
    path: str = ""

    @property
    def is_transition(self) -> bool:
        return self.program is not None and "oldSelf" in self.program.uses

    @property
    def text(self) -> str:
        """How errors name the rule."""
        message: str = self.source.get("message") or ""
        return (message or self.source["rule"]).strip()


@dataclass(frozen=True, slots=True)
class _Place:
    """The rules of one place of a schema and of the places below."""

    rules: tuple[Rule, ...]
    convert: Convert | None
    type: str
    properties: "dict[str, _Place]"
    items: "_Place | None"
    additional: "_Place | None"
    schema: Obj


def compile_rule(rule: Obj, type: Type, schema: Obj) -> Rule:
    """Never raises: what is wrong with the rule is in the answer."""
    old = optional_of(type) if rule.get("optionalOldSelf") else type
    variables = {"self": type, "oldSelf": old}
    path = normal_path(rule.get("fieldPath") or "", schema)[0]
    program = message = None
    error = message_error = ""
    try:
        program = compile_text(rule["rule"], variables)
        if program.type != BOOL and program.type.kind != "dyn":
            program, error = None, "cel expression must evaluate to a bool"
    except CompileError as wrong:
        error = f"compilation failed: {wrong}"
    words = rule.get("messageExpression")
    if words and not error:
        try:
            message = compile_text(words, variables)
            if message.type != STRING:
                message, message_error = None, "messageExpression must evaluate to a string"
        except CompileError as wrong:
            message_error = f"messageExpression compilation failed: {wrong}"
    return Rule(rule, program, message, error, message_error, path)


@lru_cache(maxsize=256)
def _compiled(raw: bytes) -> _Place | None:
    return _place(orjson.loads(raw), root=True)


def _place(schema: Obj, root: bool = False) -> _Place | None:
    embedded = bool(schema.get("x-kubernetes-embedded-resource"))
    made: list[Rule] = []
    found = schema.get("x-kubernetes-validations") or ()
    if found:
        type = type_of(schema, root=root)
        if type is not None:
            made = [compile_rule(rule, type, schema) for rule in found]
    properties = {
        name: place for name, inner in (schema.get("properties") or {}).items() if (place := _place(inner)) is not None
    }
    items, extra = schema.get("items"), schema.get("additionalProperties")
    below = _place(items) if isinstance(items, dict) else None
    each = _place(extra) if isinstance(extra, dict) else None
    if not (made or properties or below or each):
        return None
    convert = converter(schema, root or embedded) if made else None
    return _Place(tuple(made), convert, schema.get("type", ""), properties, below, each, schema)


def validate(schema_json: bytes, obj: Obj, old: Obj | None = None) -> tuple[list[FieldError], list[str]]:
    """(what is wrong, what is wrong but was so before); `schema_json` are the bytes of the kind's schema."""
    place = _compiled(schema_json)
    if place is None:
        return [], []
    ask = _Ask()
    ask.at(place, obj, ABSENT if old is None else old, "", False, old is not None)
    return ask.errors, ask.warnings


class _Ask:
    def __init__(self) -> None:
        self.errors: list[FieldError] = []
        self.warnings: list[str] = []

    def at(self, place: _Place, value: Any, old: Any, path: str, kept: bool, correlated: bool) -> None:
        """`kept` says that an ancestor is what it was; `correlated` that there is an old value to compare with."""
        if value is None:
            return
        comparable = correlated and old is not ABSENT
        kept = same(value, old) if comparable else kept
        if place.rules:
            self._rules(place, value, None if old is ABSENT else old, path, kept)
        if isinstance(value, dict):
            before = old if isinstance(old, dict) else {}
            for name in sorted(value):
                inner = place.properties.get(name) or (place.additional if name not in place.properties else None)
                if inner is None:
                    continue
                is_property = name in place.properties
                at = (f"{path}.{name}" if path else name) if is_property else f"{path}[{name}]"
                self.at(inner, value[name], before.get(name, ABSENT), at, kept, comparable)
        elif isinstance(value, list) and place.items is not None:
            correlate = correlation(place.schema, old)
            for i, item in enumerate(value):
                self.at(place.items, item, correlate(item), f"{path}[{i}]", kept, comparable)

    def _rules(self, place: _Place, value: Any, old: Any, path: str, kept: bool) -> None:
        convert = place.convert
        scope = {"self": convert(value) if convert else value}
        before = (convert(old) if convert else old) if old is not None else None
        for rule in place.rules:
            if rule.program is None:
                self.errors.append(invalid(path or NOWHERE, place.type, f"rule compile error: {rule.error}"))
                continue
            optional = bool(rule.source.get("optionalOldSelf"))
            if rule.is_transition and before is None and not optional:
                continue
            variables = dict(scope)
            if optional:
                variables["oldSelf"] = NONE if before is None else Optional(True, before)
            elif before is not None:
                variables["oldSelf"] = before
            self._rule(rule, variables, place, value, path, kept)

    def _rule(self, rule: Rule, scope: Obj, place: _Place, value: Any, path: str, kept: bool) -> None:
        assert rule.program is not None
        try:
            passed = rule.program.run(scope)
        except CelError as wrong:
            text = f"{wrong} evaluating rule: {rule.text}"
            if str(wrong).startswith("no such overload"):
                text = (
                    f"'{wrong}': call arguments did not match a supported operator, function or macro signature for "
                    f"rule: {rule.text}"
                )
            self.errors.append(invalid(path or NOWHERE, place.type, text))
            return
        if passed is True:
            return
        error = self._failure(rule, scope, value, _child(path, rule.path))
        if kept and not rule.is_transition:
            self.warnings.append(f"{error.field}: {error.message}")
        else:
            self.errors.append(error)

    def _failure(self, rule: Rule, scope: Obj, value: Any, field: str) -> FieldError:
        detail = _message(rule, scope)
        if not detail:
            given = (rule.source.get("message") or "").strip()
            detail = given or f"failed rule: {rule.source['rule'].strip()}"
        reason: Cause = rule.source.get("reason") or "FieldValueInvalid"
        match reason:
            case "FieldValueForbidden":
                return FieldError(reason, field, f"Forbidden: {detail}")
            case "FieldValueRequired":
                return FieldError(reason, field, f"Required value: {detail}")
            case "FieldValueDuplicate":
                return FieldError(reason, field, _shown("Duplicate value", value))
            case _:
                return FieldError("FieldValueInvalid", field, f"{_shown('Invalid value', value)}: {detail}")


def _shown(words: str, value: Any) -> str:
    """Scalars are shown; what is larger is not."""
    if isinstance(value, dict | list):
        return words
    return f"{words}: {orjson.dumps(value).decode()}"


def _message(rule: Rule, scope: Obj) -> str:
    """The computed message; "" when it comes to nothing that can be shown."""
    if rule.message is None:
        return ""
    try:
        text = rule.message.run(scope)
    except CelError:
        return ""
    if not isinstance(text, str):
        return ""
    text = text.strip()
    return "" if len(text.encode()) > MOST_MESSAGE or "\n" in text else text


def _child(path: str, below: str) -> str:
    if not below:
        return path or NOWHERE
    if not path:
        return below
    return path + below if below.startswith("[") else f"{path}.{below}"
