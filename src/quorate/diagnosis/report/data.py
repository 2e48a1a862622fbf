"""A diagnosis as plain data: what -o json and -o yaml print, as schema.json says.

Fields are added, never renamed or removed, within one apiVersion; each addition counts SCHEMA_VERSION up.
"""

from collections.abc import Sequence
from importlib import resources
from typing import Any

from quorate.diagnosis.answer import Diagnosis
from quorate.diagnosis.finding import Blast, Finding, Proof, Remedy
from quorate.diagnosis.run import PlaybookRun
from quorate.kernel.clock import Instant
from quorate.objects.times import duration_text, time_text

Data = dict[str, Any]

API_VERSION, KIND = "quorate.dev/v1", "DiagnosisReport"
SCHEMA_VERSION = "1.0"


def schema() -> str:
    """The JSON schema (draft 7) of a report."""
    return resources.files("quorate.diagnosis.report").joinpath("schema.json").read_text(encoding="utf-8")


def worst(diagnoses: Sequence[Diagnosis]) -> int:
    """The exit code of several: 1 as soon as a problem was found, else 2 when something could not be told, else 0."""
    codes = {d.exit_code for d in diagnoses}
    return 1 if 1 in codes else 2 if 2 in codes else 0


def report(diagnoses: Sequence[Diagnosis], source: str = "") -> Data:
    return {
        "apiVersion": API_VERSION,
        "kind": KIND,
        "schemaVersion": SCHEMA_VERSION,
        "source": source,
        "exitCode": worst(diagnoses),
        "diagnoses": [diagnosis(d) for d in diagnoses],
    }


def diagnosis(found: Diagnosis) -> Data:
    return {
        "object": {"kind": found.kind, "namespace": found.namespace, "name": found.name},
        "verdict": found.verdict,
        "headline": found.headline,
        "at": time_text(found.at),
        "since": _time(found.onset),
        "symptoms": [{"id": s.id, "says": s.says, "where": s.where, "since": _time(s.since)} for s in found.symptoms],
        "findings": [_finding(f) for f in found.findings],
        "blast": _blast(found.blast),
        "playbook": _playbook(found.playbook) if found.playbook is not None else None,
        "timeline": [
            {"at": time_text(m.at), "until": _time(m.until), "about": m.about, "says": m.says, "source": m.source, "count": m.count, "warning": m.warning}
            for m in found.timeline
        ],
        "notRead": list(found.unread),
        "notExamined": list(found.unexamined),
        "remarks": list(found.remarks),
    }  # fmt: skip


def _time(at: Instant | None) -> str | None:
    return None if at is None else time_text(at)


def _finding(found: Finding) -> Data:
    return {
        "cause": found.cause,
        "title": found.title,
        "sentence": found.sentence,
        "severity": found.severity,
        "confidence": found.confidence,
        "sure": found.sure,
        "since": _time(found.since),
        "evidence": {
            "for": [_proof(p) for p in found.evidence_for],
            "against": [_proof(p) for p in found.evidence_against],
            "missing": list(found.missing),
        },
        "objects": list(found.objects),
        "explainedBy": found.explained_by or None,
        "remedy": _remedy(found.remedy),
    }


def _proof(proof: Proof) -> Data:
    return {"says": proof.says, "where": proof.where, "weight": proof.weight, "at": _time(proof.at)}


def _remedy(remedy: Remedy) -> Data:
    acts = [{"remedy": a.remedy, "about": a.about, "parameters": dict(a.parameters)} for a in remedy.acts]
    return {"says": remedy.says, "commands": list(remedy.commands), "risk": remedy.risk, "acts": acts}


def _blast(blast: Blast) -> Data:
    return {
        "ready": blast.ready,
        "wanted": blast.wanted,
        "quorum": blast.quorum,
        "hasQuorum": blast.has_quorum,
        "pods": list(blast.pods),
        "claimsAtRisk": list(blast.claims_at_risk),
        "servicesWithoutEndpoints": list(blast.services_without_endpoints),
        "says": blast.text(),
    }


def _playbook(run: PlaybookRun) -> Data:
    return {
        "name": run.name,
        "title": run.title,
        "source": run.source,
        "meaning": run.meaning,
        "steps": [{"does": s.does, "read": list(s.read), "shows": list(s.shows)} for s in run.steps],
        "rules": [
            {"id": r.id, "says": r.says, "result": r.result, "within": duration_text(r.within), "widened": r.widened, "why": r.why, "causes": list(r.causes)}
            for r in run.rules
        ],
        "widened": run.widened,
        "dismissed": [{"says": d.says, "why": d.why} for d in run.dismissed],
        "mitigation": list(run.mitigation),
    }  # fmt: skip
