"""Which cause stands first: the surer one, and a cause before its consequences."""

from collections.abc import Iterable, Mapping

from quorate.diagnosis.finding import Finding

LEAST = 0.2
"""Findings below this are not worth a line."""
BLAMED = 0.5
"""From here on a cause is named as one, not only considered."""
NEAR = 0.55
"""A cause stands before its consequence even when it is less sure, down to this part of the other's confidence."""

_ORDER = {"problem": 0, "progress": 1, "notice": 2}


def ranked(findings: Iterable[Finding], explains: Mapping[str, frozenset[str]]) -> list[Finding]:
    """Problems first, then what is under way, then notices; within each, unexplained before explained, surer first."""
    kept = [f for f in findings if f.confidence >= LEAST]
    placed = [f.placed(explained_by=_explanation(f, kept, explains)) for f in kept]
    return sorted(placed, key=lambda f: (_ORDER[f.severity], bool(f.explained_by), -f.confidence, f.cause))


def _explanation(finding: Finding, all_found: list[Finding], explains: Mapping[str, frozenset[str]]) -> str:
    best = ""
    most = 0.0
    for other in all_found:
        if finding.cause not in explains.get(other.cause, frozenset()) or other.cause == finding.cause:
            continue
        if other.severity != "problem" or other.confidence < max(0.4, NEAR * finding.confidence):
            continue
        if _about_same(finding, other) and other.confidence > most:
            best, most = other.cause, other.confidence
    return best


def _about_same(one: Finding, other: Finding) -> bool:
    """Findings about different pods have nothing to do with each other; what is about the workload touches all."""
    pods = {o for o in one.objects if o.startswith("Pod/")}
    others = {o for o in other.objects if o.startswith("Pod/")}
    return not pods or not others or bool(pods & others)
