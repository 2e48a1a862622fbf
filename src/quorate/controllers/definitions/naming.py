"""Which names a definition gets: those that no other of its group has (Kubernetes: controller/status)."""

from collections.abc import Iterable

from quorate.contract.plan import Obj
from quorate.controllers.definitions.conditions import is_true, with_condition
from quorate.kernel.clock import Instant

Names = tuple[Obj, str, str]
"""(the accepted names, the reason and message of the last conflict; "" when there is none)."""


def named(definition: Obj, others: Iterable[Obj], now: Instant) -> Obj | None:
    """The status once its names are looked at; None when nothing changes."""
    status: Obj = definition.get("status") or {}
    accepted = _tidy(status.get("acceptedNames") or {})
    if _tidy(definition["spec"]["names"]) == accepted:
        return None
    names, reason, message = _accepted(definition, others)
    fine = not reason
    if fine:
        reason, message = "NoConflicts", "no conflicts found"
    made = {**status, "acceptedNames": {"kind": "", "plural": "", **names}}
    made = with_condition(made, "NamesAccepted", "True" if fine else "False", reason, message, now)
    if not is_true(definition, "Established"):
        if fine:
            made = with_condition(
                made, "Established", "False", "Installing", "the initial names have been accepted", now
            )
        else:
            made = with_condition(made, "Established", "False", "NotAccepted", "not all names are accepted", now)
    return None if made == status else made


def _tidy(names: Obj) -> Obj:
    return {k: v for k, v in names.items() if v}


def _taken(all_of: Iterable[Obj]) -> tuple[set[str], set[str]]:
    """(resource names, kinds) that definitions hold."""
    resources: set[str] = set()
    kinds: set[str] = set()
    for definition in all_of:
        names = (definition.get("status") or {}).get("acceptedNames") or {}
        resources |= {names.get("plural", ""), names.get("singular", ""), *(names.get("shortNames") or ())}
        kinds |= {names.get("kind", ""), names.get("listKind", "")}
    return resources - {""}, kinds - {""}


def _accepted(definition: Obj, others: Iterable[Obj]) -> Names:
    wanted: Obj = definition["spec"]["names"]
    had: Obj = (definition.get("status") or {}).get("acceptedNames") or {}
    resources, kinds = _taken([*others, definition])
    names, reason, message = dict(had), "", ""
    for field, taken, why in (("plural", resources, "PluralConflict"), ("singular", resources, "SingularConflict")):
        problem = _conflict(wanted.get(field, ""), had.get(field, ""), taken)
        if problem:
            reason, message = why, problem
        else:
            names[field] = wanted.get(field, "")
    short, own = list(wanted.get("shortNames") or ()), list(had.get("shortNames") or ())
    if short != own:
        mine = {*own, had.get("plural"), had.get("singular")}
        problems = [p for p in (_conflict(name, "", resources) for name in short if name not in mine) if p]
        if problems:
            reason = "ShortNamesConflict"
            message = problems[0] if len(problems) == 1 else "[" + ", ".join(dict.fromkeys(problems)) + "]"
        else:
            names["shortNames"] = short
    for field, taken, why in (("kind", kinds, "KindConflict"), ("listKind", kinds, "ListKindConflict")):
        problem = _conflict(wanted.get(field, ""), had.get(field, ""), taken)
        if problem:
            reason, message = why, problem
        else:
            names[field] = wanted.get(field, "")
    names["categories"] = list(wanted.get("categories") or ())
    return _tidy(names), reason, message


def _conflict(wanted: str, had: str, taken: set[str]) -> str:
    return "" if wanted == had or wanted not in taken else f'"{wanted}" is already in use'
