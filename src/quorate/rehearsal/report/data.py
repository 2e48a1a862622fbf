"""The report as plain data: what -o json prints. Durations in seconds."""

from typing import Any

from quorate.kernel.clock import SECOND, Duration
from quorate.rehearsal.rehearse import Proven, Report


def report_data(report: Report) -> dict[str, Any]:
    verdicts = [o.verdict for o in report.outcomes]
    return {
        "apiVersion": "quorate.dev/v1", "kind": "RehearsalReport", "seed": report.seed,
        "verdict": next((v for v in ("fail", "degraded") if v in verdicts), "pass"),
        "workloads": [
            {"namespace": w.namespace, "name": w.name, "replicas": w.replicas, "quorum": w.quorum} for w in report.workloads
        ],
        "warnings": list(report.warnings),
        "drills": [
            {
                "workload": o.workload, "drill": o.drill, "verdict": o.verdict, "availability": round(o.availability, 6),
                "longestOutageSeconds": _seconds(o.longest_outage), "recoverySeconds": _seconds(o.recovery),
                "dataAtRiskSeconds": _seconds(o.at_risk), "lostWrites": o.lost_writes, "why": o.why, "facts": list(o.facts),
            }
            for o in report.outcomes
        ],
        "fixes": [_fix(p) for p in report.fixes if p.cures],
    }  # fmt: skip


def _fix(proven: Proven) -> dict[str, Any]:
    return {
        "id": proven.fix.id, "workload": proven.fix.workload, "title": proven.fix.title, "why": proven.fix.why,
        "change": proven.fix.snippet, "cures": [_change(c) for c in proven.cures], "harms": [_change(c) for c in proven.harms],
    }  # fmt: skip


def _change(change: tuple[str, str, str, str]) -> dict[str, str]:
    workload, drill, before, after = change
    return {"workload": workload, "drill": drill, "before": before, "after": after}


def _seconds(duration: Duration | None) -> float | None:
    return None if duration is None else round(duration / SECOND, 3)
