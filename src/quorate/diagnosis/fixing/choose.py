"""Which fix: the remedy that the cause names, else one that offers itself, else the one that somebody names."""

from collections.abc import Sequence
from typing import Any

from quorate.diagnosis.case import Case
from quorate.diagnosis.finding import Act, Finding
from quorate.diagnosis.fixing.asked import Asked
from quorate.diagnosis.fixing.never import CLAIMS, why_never
from quorate.diagnosis.fixing.steps import Await, CannotFix, Evict, Fix, NeedsValue, Step
from quorate.diagnosis.near import nearest
from quorate.diagnosis.owning import Owner, owner_of, owner_of_object
from quorate.diagnosis.remedies import Known, load
from quorate.objects.owners import controller_of

Values = dict[str, str]


def acts_for(case: Case, finding: Finding) -> list[Act]:
    """What a machine may do about a finding, in the order in which it is tried."""
    out = list(finding.remedy.acts)
    for known in load().values():
        offered = known.offers(case, finding)
        if offered is not None and all(a.remedy != offered.remedy for a in out):
            out.append(offered)
    return out


def choose(case: Case, finding: Finding, values: Values) -> Fix:
    """The first remedy of a finding that can be carried out. Raises CannotFix with what stands against each."""
    acts = acts_for(case, finding)
    why: list[str] = []
    needs: NeedsValue | None = None
    for act in acts:
        known = load()[act.remedy]
        try:
            return _planned(case, known, act.about, {**dict(act.parameters), **_taken(known, values)})
        except NeedsValue as wants:
            needs = needs or NeedsValue(f"{known.id}: {wants}")
        except CannotFix as cannot:
            why.append(f"{known.id}: {cannot}")
    if needs is not None:
        raise needs
    if why:
        raise CannotFix("; ".join(why))
    by_hand = f"; by hand: {finding.remedy.says}" if finding.remedy.says else ""
    raise CannotFix(f"no remedy for {finding.cause} can be carried out by machine{by_hand}")


def named(name: str) -> Known:
    """Raises CannotFix."""
    found = load().get(name)
    if found is None:
        meant = nearest(name, load()) or list(load())
        raise CannotFix(f"no such remedy: {name} ({', '.join(meant)})")
    return found


def choose_named(case: Case, findings: Sequence[Finding], name: str, values: Values, about: str) -> Fix:
    """A remedy by its name: with what a finding knows for it, if one names it too. Raises CannotFix."""
    known = named(name)
    given = _taken(known, values)
    acts = [a for f in findings for a in acts_for(case, f) if a.remedy == name]
    own = next((a for a in acts if a.about == about), acts[0] if acts else None)
    if own is not None and about in (case.label, own.about):
        return _planned(case, known, own.about, {**dict(own.parameters), **given})
    return _planned(case, known, about, given)


def _taken(known: Known, values: Values) -> dict[str, Any]:
    for key in values:
        if key not in known.takes and "*" not in known.takes:
            takes = "; ".join(f"{k}: {v}" for k, v in known.takes.items()) or "nothing"
            raise CannotFix(f"--set {key}: {known.id} does not take that (it takes {takes})")
    return dict(values)


def _planned(case: Case, known: Known, about: str, given: dict[str, Any]) -> Fix:
    fix = known.plan(Asked(case, about, given))
    helm = False
    for step in fix.steps:
        never = why_never(fix.remedy, step.do)
        if never is not None:
            raise CannotFix(f"{step.says}: never by machine: {never}")
        owner = _owner(case, step)
        if owner is not None:
            raise CannotFix(
                f"{owner.name} owns what this would change ({owner.where}), and would put it back: make the change there, "
                "or suspend it first"
            )
        helm = helm or "meta.helm.sh/release-name" in ((step.seen or {}).get("metadata", {}).get("annotations") or {})
    if helm:
        more = "it was installed by Helm, whose next upgrade brings back what the chart says"
        return Fix(fix.remedy, fix.says, fix.steps, (*fix.risks, more), fix.shows, fix.needs_yes)
    return fix


def _owner(case: Case, step: Step) -> Owner | None:
    """Who keeps the object that a step changes. A pod that is evicted is nobody's wish: its controller makes it anew."""
    if step.seen is None or isinstance(step.do, Await | Evict):
        return None
    operator = owner_of(case)
    if operator is not None and operator.gitops:
        operator = None
    resource = step.do.ref.resource
    if resource == "pods":
        # What a repository says of a workload says nothing of a single pod; an operator rolls its pods in its own order.
        ref = controller_of(step.seen)
        mine = case.kind == "Pod" or (ref is not None and step.seen["metadata"].get("namespace", "") == case.namespace)
        return operator if mine else None
    return owner_of_object(step.seen) or (operator if resource == CLAIMS else None)
