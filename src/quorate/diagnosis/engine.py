"""The main path: symptoms, causes, ranking, blast radius, verdict."""

from collections.abc import Sequence

from quorate.diagnosis.answer import Diagnosis, Verdict
from quorate.diagnosis.blast import blast_of
from quorate.diagnosis.case import Case
from quorate.diagnosis.causes import Cause, load
from quorate.diagnosis.evidence import Evidence
from quorate.diagnosis.finding import Finding
from quorate.diagnosis.onset import onset_of
from quorate.diagnosis.playbook import Playbook, chosen
from quorate.diagnosis.ranking import BLAMED, ranked
from quorate.diagnosis.run import run
from quorate.diagnosis.symptoms import Symptom, symptoms_of
from quorate.diagnosis.timeline import shortened, timeline_of
from quorate.diagnosis.workload import Obj

MALFORMED = (KeyError, TypeError, ValueError, AttributeError, IndexError)
"""What an object that is not in the API's shape (a dump edited by hand) makes of a look at it."""


def diagnose(evidence: Evidence, obj: Obj, book: Playbook | None = None, books: Sequence[Playbook] = ()) -> Diagnosis:
    """What is wrong with this workload, pod or claim."""
    return examine(Case(evidence, obj), book, books)


def examine(case: Case, book: Playbook | None = None, books: Sequence[Playbook] = ()) -> Diagnosis:
    """`book` is the playbook to run; without one it is chosen by what is seen, those of `books` first."""
    symptoms = symptoms_of(case)
    causes = load()
    found, unexamined = _look(case, causes)
    findings = ranked(found, {c.id: c.explains for c in causes})
    verdict = _verdict(symptoms, findings)
    findings = _shown(verdict, findings)
    blast = blast_of(case, findings)
    findings = [f.placed(blast=blast) for f in findings]
    onset = onset_of(case, symptoms)
    if onset is None and verdict == "problem":
        onset = min((f.since for f in findings if f.since is not None and f.severity == "problem"), default=None)
    played, moments = None, []
    if verdict != "healthy" or book is not None:
        book = book or chosen(_entries(case, symptoms, findings), case.kind, books)
        played = run(book, case, onset, findings) if book is not None else None
        moments = shortened(timeline_of(case), onset)
    return Diagnosis(
        kind=case.kind,
        namespace=case.namespace,
        name=case.name,
        verdict=verdict,
        headline=_headline(case, verdict, symptoms, findings),
        at=case.now,
        onset=onset,
        symptoms=tuple(symptoms),
        findings=tuple(findings),
        blast=blast,
        playbook=played,
        timeline=tuple(moments),
        unread=(*(u.text() for u in case.evidence.unread), *(_absent(case) if verdict != "healthy" else ())),
        unexamined=tuple(unexamined),
        remarks=case.evidence.remarks,
    )


def _absent(case: Case) -> list[str]:
    """Of what tells most, that which the dump leaves out: where it is missing, "nothing is told" means nothing."""
    refused = {u.resource for u in case.evidence.unread}
    left_out = [r for r in TELLING if r not in refused and not case.evidence.knows(r, case.namespace)]
    return [f"{resource}: none among what was read" for resource in left_out]


TELLING = ("events", "pods", "nodes", "persistentvolumeclaims", "resourcequotas", "leases.coordination.k8s.io")

ORDER = (
    "unobserved", "terminating", "lost", "crashing", "failed", "image", "config", "init", "creating", "unscheduled", "gated",
    "unready", "deadline", "not-rolled-out", "missing", "claim-pending",
)  # fmt: skip
"""Which symptom decides on the playbook: one about a pod says more than one about a number."""


NAMELESS = ("headless-service-missing", "service-not-headless", "service-selector-mismatch", "dns-not-ready")
"""Causes by which pods cannot find each other: that is a symptom too, though nothing in the API shows it."""


def _entries(case: Case, symptoms: list[Symptom], findings: list[Finding]) -> list[str]:
    seen = {s.id for s in symptoms} | {p.stage for p in case.pods if not p.fine}
    first = next((f for f in findings if f.severity == "problem"), None)
    dns = ["dns"] if first is not None and first.cause in NAMELESS else []
    return [*dns, *(name for name in ORDER if name in seen)]


def _look(case: Case, causes: tuple[Cause, ...]) -> tuple[list[Finding], list[str]]:
    found, unexamined = [], []
    for cause in causes:
        try:
            finding = cause.look(case)
        except MALFORMED as wrong:
            unexamined.append(f"{cause.id}: {type(wrong).__name__}: {wrong}")
            continue
        if finding is not None:
            found.append(finding)
    return found, unexamined


def _verdict(symptoms: list[Symptom], findings: list[Finding]) -> Verdict:
    if any(f.severity == "problem" and f.confidence >= BLAMED for f in findings):
        return "problem"
    if not symptoms:
        return "healthy"
    if any(f.severity == "progress" and f.confidence >= BLAMED for f in findings):
        return "progressing"
    return "unknown"


def _shown(verdict: Verdict, findings: list[Finding]) -> list[Finding]:
    """Where nothing is wrong nobody is blamed; where something is, progress is no news."""
    if verdict in ("healthy", "progressing"):
        return [f for f in findings if f.severity != "problem"]
    if verdict == "problem":
        return [f for f in findings if f.severity != "progress"]
    return findings


def _headline(case: Case, verdict: Verdict, symptoms: list[Symptom], findings: list[Finding]) -> str:
    if verdict == "healthy":
        return (
            f"{case.label} is healthy: {case.ready} of {case.wanted} ready"
            if case.wanted
            else f"{case.label} is healthy"
        )
    first = next((f for f in findings if f.severity == ("progress" if verdict == "progressing" else "problem")), None)
    if verdict in ("problem", "progressing") and first is not None:
        return first.sentence
    if case.creation_waits:
        symptoms = sorted(symptoms, key=lambda s: s.id == "missing")
    return f"{symptoms[0].says}, and the evidence does not say why" if symptoms else f"{case.label}: could not tell"
