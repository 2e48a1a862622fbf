"""The report as plain data: what -o json prints. Durations in seconds; docs/rehearse.md describes it."""

from typing import Any

from quorate.kernel.clock import SECOND, Duration
from quorate.rehearsal.fixes import Change
from quorate.rehearsal.proving import Proven, Turn
from quorate.rehearsal.rehearse import Report
from quorate.rehearsal.verdict import Outcome

ORDER = ("fail", "degraded", "pass", "skipped")
"""Verdicts, the worst first: that of the report is the worst of its drills."""


def report_data(report: Report) -> dict[str, Any]:
    verdicts = {o.verdict for o in report.outcomes}
    return {
        "apiVersion": "quorate.dev/v1", "kind": "RehearsalReport", "seed": report.seed,
        "verdict": next((v for v in ORDER if v in verdicts), "skipped"),
        "workloads": [
            {"namespace": w.namespace, "name": w.name, "replicas": w.replicas, "quorum": w.quorum} for w in report.workloads
        ],
        "warnings": list(report.warnings),
        "drills": [_drill(o) for o in report.outcomes],
        "fixes": None if report.cure is None else [_fix(p, report) for p in report.cure.fixes],
        "left": None if report.cure is None else [_left(o) for o in report.cure.left],
    }  # fmt: skip


def _left(o: Outcome) -> dict[str, str]:
    """What is still ill with all fixes together."""
    return {"workload": o.workload, "drill": o.drill, "verdict": o.verdict, "why": o.why}


def _drill(o: Outcome) -> dict[str, Any]:
    """A drill that was skipped has no figures."""
    played = o.verdict != "skipped"
    return {
        "workload": o.workload, "drill": o.drill, "verdict": o.verdict,
        "availability": round(o.availability, 6) if played else None,
        "longestOutageSeconds": _seconds(o.longest_outage) if played else None,
        "recoverySeconds": _seconds(o.recovery) if played else None,
        "dataAtRiskSeconds": _seconds(o.at_risk) if played else None,
        "lostWrites": o.lost_writes, "why": o.why, "facts": list(o.facts),
    }  # fmt: skip


def _fix(proven: Proven, report: Report) -> dict[str, Any]:
    fix = proven.fix
    return {
        "id": fix.id, "workload": fix.workload, "title": fix.title, "why": fix.why,
        "parts": [{"id": p.id, "title": p.title, "why": p.why} for p in fix.parts],
        "changes": [_change(c, report) for c in fix.changes],
        "cures": [_turn(t) for t in proven.cures], "harms": [_turn(t) for t in proven.harms],
    }  # fmt: skip


def _change(change: Change, report: Report) -> dict[str, Any]:
    source = report.sources[change.at] if change.at is not None else None
    return {
        "source": source,
        "object": f"{change.after['kind']}/{change.after['metadata']['name']}",
        "yaml": change.shown,
    }


def _turn(turn: Turn) -> dict[str, str]:
    return {"workload": turn.workload, "drill": turn.drill, "before": turn.before, "after": turn.after}


def _seconds(duration: Duration | None) -> float | None:
    return None if duration is None else round(duration / SECOND, 3)
