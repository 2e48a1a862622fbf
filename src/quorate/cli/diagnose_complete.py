"""Completion of quorate diagnose KIND/NAME: kinds first, then the names that there are."""

from collections.abc import Sequence
from pathlib import Path

WORDS = ("statefulset/", "deployment/", "daemonset/", "pod/", "pvc/", "node/", "pdb/", "job/", "service/")


def targets(
    incomplete: str, dump: Sequence[Path] | None, kubeconfig: Path | None, context: str | None, namespace: str | None
) -> list[str]:
    """A completion that cannot be had completes nothing: it must neither fail nor talk."""
    if "/" not in incomplete:
        return [w for w in WORDS if w.startswith(incomplete)]
    word, _, begun = incomplete.partition("/")
    try:
        return [
            f"{word}/{name}" for name in _names(word, dump, kubeconfig, context, namespace) if name.startswith(begun)
        ]
    except Exception:  # no cluster, no right, no such kind: nothing to offer
        return []


def _names(
    word: str, dump: Sequence[Path] | None, kubeconfig: Path | None, context: str | None, namespace: str | None
) -> list[str]:
    from quorate.diagnosis.target import Target, kind_named

    resource = Target(kind_named(word), "").resource
    if dump:
        from quorate.assemble.diagnosing import evidence_of_dump

        found = evidence_of_dump([Path(p) for p in dump]).list(resource, namespace)
    else:
        from quorate.edge.connect import connect

        cluster = connect(Path(kubeconfig) if kubeconfig else None, context)
        found = cluster.list(resource, namespace or cluster.namespace)
    return sorted({o["metadata"]["name"] for o in found})
