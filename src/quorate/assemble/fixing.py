"""Fixes wired to where the objects are: diagnose, choose, preview, agree, carry out, diagnose again until it is well."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from quorate.apiserver.http import HttpAnswer, HttpRequest
from quorate.assemble.diagnosing import Answered, Question, ask_cluster, ask_world
from quorate.assemble.world import World
from quorate.diagnosis.answer import Diagnosis
from quorate.diagnosis.case import Case
from quorate.diagnosis.evidence import Evidence
from quorate.diagnosis.finding import Finding
from quorate.diagnosis.fixing.carry import Done, carry, preview
from quorate.diagnosis.fixing.choose import acts_for, choose, choose_named, named
from quorate.diagnosis.fixing.hand import Failed, Hand
from quorate.diagnosis.fixing.result import Result
from quorate.diagnosis.fixing.steps import CannotFix, Fix
from quorate.diagnosis.reading import Wanted
from quorate.diagnosis.remedies import load
from quorate.diagnosis.target import CannotTell, Target
from quorate.diagnosis.workload import KINDS
from quorate.edge.connect import connect
from quorate.edge.hand import ApiHand, Query, Sent, live_hand
from quorate.kernel.clock import MINUTE, SECOND, Duration, Instant

Obj = dict[str, Any]
Agree = Callable[[Result], bool]
"""Shown the cause, the plan and its preview; whether to go on."""

SURE = 0.6
"""A cause that is less than likely is not acted upon unless somebody names the remedy."""

PATIENCE: Duration = 5 * MINUTE
LOOK_AGAIN: Duration = 3 * SECOND


@dataclass(frozen=True, slots=True)
class Place:
    """Where things are: `ask` diagnoses, anew each time; `hand` changes."""

    ask: Callable[[Question], Answered]
    hand: Hand


@dataclass(frozen=True, slots=True)
class Order:
    """What is wanted. `remedy` "" leaves the choice to the cause; `values` are those of --set; `yes` agrees beforehand."""

    question: Question
    remedy: str = ""
    values: dict[str, str] = field(default_factory=dict)
    yes: bool = False
    dry_run: bool = False
    within: Duration = PATIENCE


def live(kubeconfig: Path | None = None, context: str | None = None, *, everywhere: bool = False) -> Place:
    """A cluster by its kubeconfig. Raises ClusterError."""
    cluster = connect(kubeconfig, context)

    def ask(question: Question) -> Answered:
        return ask_cluster(question, kubeconfig=kubeconfig, context=context, everywhere=everywhere)

    return Place(ask, live_hand(cluster))


class WorldLine:
    """Straight through a world's front door, and its time."""

    def __init__(self, world: World) -> None:
        self.world = world

    def ask(self, method: str, path: str, query: Query, content_type: str, body: bytes) -> Sent:
        headers = {"accept": "application/json", **({"content-type": content_type} if content_type else {})}
        made = self.world.front.handle(HttpRequest(method, path, query, headers, body))
        assert isinstance(made, HttpAnswer)
        return made.code, made.body

    def now(self) -> Instant:
        return self.world.now

    def wait(self, by: Duration) -> None:
        self.world.run_for(by)


def in_world(world: World) -> Place:
    line = WorldLine(world)
    return Place(partial(ask_world, world), ApiHand(line, line))


def fix(place: Place, order: Order, agree: Agree, told: Callable[[Done], None] | None = None) -> Result:
    """Raises CannotTell, ClusterError where the question itself cannot be answered."""
    answered = place.ask(order.question)
    try:
        found, about = _which(answered, order)
    except CannotFix as cannot:
        return Result(answered.evidence.source, "", "", "", "refused", "", why=str(cannot))
    result = Result(
        answered.evidence.source,
        found.kind,
        found.namespace,
        found.name,
        "refused",
        found.verdict,
        headline=found.headline,
    )
    finding = found.first
    if not order.remedy and found.verdict in ("healthy", "progressing"):
        return replace(result, state="needless", after=found.verdict)
    if finding is not None:
        result = replace(result, cause=finding.cause)
    try:
        chosen = _chosen(place, answered.evidence, found, order, about)
    except (CannotFix, Failed) as cannot:
        return replace(result, why=str(cannot))
    tried = preview(chosen, place.hand)
    result = replace(result, fix=chosen, steps=tuple(tried))
    against = next((d for d in tried if d.state == "failed"), None)
    if against is not None:
        return replace(result, why=f"{against.step.says}: {against.why}")
    agreed = agree(result)
    if order.dry_run:
        return replace(result, state="planned")
    if chosen.needs_yes and not order.yes:
        return replace(result, why="this cannot be taken back: look at what it shows, and say --yes if that may go")
    if not agreed:
        return replace(result, state="declined")
    # A node that has been drained leads to nobody any more: ask after those who were there.
    again = replace(
        order.question, targets=tuple((Target(d.kind, d.name, d.namespace), None) for d in answered.diagnoses)
    )
    return _carried(place, replace(order, question=again), result, chosen, told)


def _carried(place: Place, order: Order, result: Result, chosen: Fix, told: Callable[[Done], None] | None) -> Result:
    until = place.hand.now + order.within
    done = carry(chosen, place.hand, order.within, told)
    result = replace(result, steps=tuple(done))
    against = next((d for d in done if d.state == "failed"), None)
    if against is not None:
        state = "partly" if done[0].state == "done" else "failed"
        return replace(result, state=state, why=f"{against.step.says}: {against.why}")  # type: ignore[arg-type]
    after = _well(place, order.question, until)
    if after is None:
        return replace(result, state="done", why="it could not be diagnosed again")
    if after.verdict == "healthy":
        return replace(result, state="fixed", after=after.verdict, headline=after.headline)
    waited = "it is still under way" if after.verdict == "progressing" else "it has not got well"
    return replace(
        result, state="done", after=after.verdict, headline=after.headline, why=f"{waited} within the time given"
    )


def _well(place: Place, question: Question, until: Instant) -> Diagnosis | None:
    """The last look: the first that finds everything healthy, or the worst there is when the time is over."""
    place.hand.wait(SECOND)  # let the controllers see what was done
    last: Diagnosis | None = None
    while True:
        try:
            found = place.ask(question).diagnoses
            last = next((d for d in found if d.verdict != "healthy"), found[0] if found else None)
        except CannotTell:
            last = None
        if (last is not None and last.verdict == "healthy") or place.hand.now >= until:
            return last
        place.hand.wait(LOOK_AGAIN)


def _which(answered: Answered, order: Order) -> tuple[Diagnosis, str]:
    """The one diagnosis that is to be acted upon, and what the remedy is about. Raises CannotFix."""
    found = answered.diagnoses
    targets = order.question.targets
    if len(targets) == 1 and targets[0][0].kind == "Node" and order.remedy and found:
        return found[0], f"Node/{targets[0][0].name}"
    ill = [d for d in found if d.verdict not in ("healthy", "progressing")]
    if len(found) > 1 and len(ill) == 1 and not order.remedy:
        return ill[0], ill[0].label
    if len(found) > 1:
        some = ", ".join(d.label for d in (ill or found)[:5])
        raise CannotFix(f"--fix mends one workload at a time: say which ({some})")
    if not found:
        raise CannotFix("nothing runs there that could be mended")
    about = found[0].label
    if len(targets) == 1 and targets[0][0].kind in ("Pod", "PersistentVolumeClaim", "PodDisruptionBudget"):
        about = f"{targets[0][0].kind}/{targets[0][0].name}"
    return found[0], about


def _chosen(place: Place, evidence: Evidence, found: Diagnosis, order: Order, about: str) -> Fix:
    """Raises CannotFix, Failed."""
    obj = evidence.get(KINDS[found.kind], found.namespace, found.name)
    if obj is None:
        raise CannotFix(f"{found.label} itself was not read")
    first: Finding | None = found.first
    case = Case(evidence, obj)
    if order.remedy:
        wanted = named(order.remedy).needs
        read = _with_more(evidence, place.hand, wanted, found.namespace)
        return choose_named(Case(read, obj), found.findings, order.remedy, order.values, about)
    if first is None:
        raise CannotFix(f"{found.headline}: without a cause there is no remedy")
    if first.confidence < SURE:
        raise CannotFix(
            f"{first.cause} is only {first.sure} ({first.confidence:.0%}): look at it, and name a remedy with --remedy if so"
        )
    needs = [w for act in acts_for(case, first) for w in load()[act.remedy].needs]
    return choose(Case(_with_more(evidence, place.hand, needs, found.namespace), obj), first, order.values)


def _with_more(evidence: Evidence, hand: Hand, wanted: tuple[Wanted, ...] | list[Wanted], namespace: str) -> Evidence:
    """The evidence with what a remedy needs beside; what may not be read stays unknown, for the remedy to judge. Raises Failed."""
    if evidence.read is None:
        return evidence  # all is there
    read = set(evidence.read)
    for one in wanted:
        if one.resource in read and one.scope != "everywhere":
            continue
        try:
            found = hand.list(one.resource, namespace if one.scope == "namespace" else "")
        except Failed as wrong:
            if wrong.code not in (403, 404):
                raise
            read.discard(one.resource)  # what was read of one namespace says nothing of the others
            continue
        for obj in found:
            meta = obj["metadata"]
            obj.setdefault("spec", {})
            old = evidence.get(one.resource, meta.get("namespace", ""), meta["name"])
            evidence.objects.apply(one.resource, old, obj, 0)
        read.add(one.resource)
    return Evidence(
        evidence.objects, evidence.now, source=evidence.source, read=frozenset(read), unread=evidence.unread, logs=evidence.logs,
        version=evidence.version, remarks=evidence.remarks,
    )  # fmt: skip
