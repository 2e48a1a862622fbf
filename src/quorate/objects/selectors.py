"""Label selectors, field selectors and node selectors: compiled once, matched often.

Selectors come as JSON (`matches`, metav1.LabelSelector), as text (`parse`, the labelSelector query parameter), as text
over fields (`parse_fields`), and as the node selectors of pods and volumes (`node_selector_matches`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from quorate.objects import names
from quorate.objects.selector_text import requirements_of

Obj = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Requirement:
    """One term: `operator` is "=", "!=", "in", "notin", "exists", "!", "gt" or "lt"; values are sorted and unique."""

    key: str
    operator: str
    values: tuple[str, ...] = ()

    def matches(self, labels: Mapping[str, str]) -> bool:
        has = labels.get(self.key)
        match self.operator:
            case "=" | "in":
                return has is not None and has in self.values
            case "!=" | "notin":
                return has is None or has not in self.values
            case "exists":
                return has is not None
            case "!":
                return has is None
            case _:
                return has is not None and _larger(has, self.operator, self.values[0])

    def text(self) -> str:
        match self.operator:
            case "in" | "notin":
                return f"{self.key} {self.operator} ({','.join(self.values)})"
            case "exists":
                return self.key
            case "!":
                return f"!{self.key}"
            case "gt":
                return f"{self.key}>{self.values[0]}"
            case "lt":
                return f"{self.key}<{self.values[0]}"
            case _:
                return f"{self.key}{self.operator}{self.values[0]}"


def _larger(has: str, operator: str, bound: str) -> bool:
    """A label that is not a whole number is neither greater nor less."""
    left, right = names.whole_number(has), names.whole_number(bound)
    if left is None or right is None:
        return False
    return left > right if operator == "gt" else left < right


@dataclass(frozen=True, slots=True)
class Selector:
    """Requirements that must all hold; `nothing` is the selector that no labels match."""

    requirements: tuple[Requirement, ...]
    nothing: bool = False

    def matches(self, labels: Mapping[str, str] | None) -> bool:
        if self.nothing:
            return False
        return all(requirement.matches(labels or {}) for requirement in self.requirements)

    @property
    def empty(self) -> bool:
        """Whether it matches everything."""
        return not self.requirements and not self.nothing

    def text(self) -> str:
        return ",".join(r.text() for r in self.requirements)


EVERYTHING = Selector(())
NOTHING = Selector((), nothing=True)

_OPERATORS = {"In": "in", "NotIn": "notin", "Exists": "exists", "DoesNotExist": "!", "Gt": "gt", "Lt": "lt"}


@lru_cache(maxsize=4096)
def parse(text: str) -> Selector:
    """The labelSelector query parameter. Raises ValueError with the API's message."""
    return _sorted([Requirement(*found) for found in requirements_of(text)])


def selector(spec: Obj | None) -> Selector:
    """A metav1.LabelSelector: None matches nothing, {} everything, an unknown operator nothing."""
    if spec is None:
        return NOTHING
    labels, expressions = spec.get("matchLabels"), spec.get("matchExpressions")
    return _compiled(tuple(labels.items()) if labels else (), _frozen(expressions) if expressions else ())


def of_labels(labels: Mapping[str, str] | None) -> Selector:
    """A plain map of labels, as in a Service's or ReplicationController's selector: an empty one matches nothing."""
    return _compiled(tuple(labels.items()), ()) if labels else NOTHING


def matches(spec: Obj | None, labels: Mapping[str, str] | None) -> bool:
    """Whether a metav1.LabelSelector picks these labels."""
    return selector(spec).matches(labels)


def text(spec: Obj | None) -> str:
    """The selector as a string, as in status.selector of a Scale: "app=web,tier in (a,b)"."""
    return selector(spec).text()


def _frozen(expressions: Sequence[Obj]) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    return tuple((e["key"], e["operator"], tuple(e.get("values") or ())) for e in expressions)


@lru_cache(maxsize=4096)
def _compiled(
    labels: tuple[tuple[str, str], ...], expressions: tuple[tuple[str, str, tuple[str, ...]], ...]
) -> Selector:
    found = [Requirement(key, "=", (value,)) for key, value in labels]
    for key, operator, values in expressions:
        known = _OPERATORS.get(operator)
        if known is None:
            return NOTHING
        found.append(Requirement(key, known, tuple(sorted(set(values)))))
    return _sorted(found)


def _sorted(requirements: list[Requirement]) -> Selector:
    """Kubernetes keeps the requirements of a selector in order of their keys."""
    return Selector(tuple(sorted(requirements, key=lambda r: r.key)))


def node_selector_matches(node_selector: Obj | None, node: Obj) -> bool:
    """A core/v1 NodeSelector: its terms are alternatives, and a term without requirements picks no node."""
    if node_selector is None:
        return True
    return any(node_term_matches(term, node) for term in node_selector.get("nodeSelectorTerms") or ())


def node_term_matches(term: Obj, node: Obj) -> bool:
    """A NodeSelectorTerm, also as preferred scheduling terms carry it."""
    expressions, fields = term.get("matchExpressions"), term.get("matchFields")
    if not expressions and not fields:
        return False
    metadata = node["metadata"]
    return (not expressions or _compiled((), _frozen(expressions)).matches(metadata.get("labels"))) and (
        not fields or _compiled((), _frozen(fields)).matches({"metadata.name": metadata["name"]})
    )


@dataclass(frozen=True, slots=True)
class FieldSelector:
    """Terms (path, operator, value) that must all hold; the operator is "=" or "!=" ("==" is read as "=")."""

    terms: tuple[tuple[str, str, str], ...]

    def matches(self, fields: Mapping[str, str]) -> bool:
        """`fields` gives the text of each path; a missing one is empty."""
        return all((fields.get(path, "") == value) is (op == "=") for path, op, value in self.terms)


@lru_cache(maxsize=4096)
def parse_fields(text: str) -> FieldSelector:
    """The fieldSelector query parameter. Raises ValueError with the API's message."""
    terms = []
    for part in _split_terms(text):
        if not part:
            continue
        found = _split_term(part)
        if found is None:
            raise ValueError(f"invalid selector: '{text}'; can't understand '{part}'")
        path, operator, value = found
        terms.append((path, "!=" if operator == "!=" else "=", _unescaped(value)))
    return FieldSelector(tuple(terms))


def _split_terms(text: str) -> list[str]:
    """At commas that no backslash escapes."""
    parts, start, escaped = [], 0, False
    for i, letter in enumerate(text):
        if escaped:
            escaped = False
        elif letter == "\\":
            escaped = True
        elif letter == ",":
            parts.append(text[start:i])
            start = i + 1
    return [*parts, text[start:]]


def _split_term(term: str) -> tuple[str, str, str] | None:
    for i in range(len(term)):
        for operator in ("!=", "==", "="):
            if term.startswith(operator, i):
                return term[:i], operator, term[i + len(operator) :]
    return None


def _unescaped(value: str) -> str:
    out, escaped = [], False
    for letter in value:
        if escaped:
            if letter not in "\\,=":
                raise ValueError(f"invalid field selector: invalid escape sequence: \\{letter}")
            out.append(letter)
            escaped = False
        elif letter == "\\":
            escaped = True
        elif letter in ",=":
            raise ValueError(f"invalid field selector: unescaped character in value: {ord(letter)}")
        else:
            out.append(letter)
    if escaped:
        raise ValueError("invalid field selector: invalid escape sequence: \\")
    return "".join(out)
