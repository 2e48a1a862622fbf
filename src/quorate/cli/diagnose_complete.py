"""Completion of quorate diagnose: kinds, names, namespaces and contexts, as the line so far says where to look.

A completion that cannot be had completes nothing: it must neither fail nor talk, nor keep anybody waiting.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from quorate.edge.live import Cluster

WORDS = ("statefulset/", "deployment/", "daemonset/", "pod/", "pvc/", "node/", "pdb/", "job/", "service/")
PATIENCE = (2.0, 5.0)
"""Seconds to wait for a connection, and for an answer."""


def target(ctx: typer.Context, incomplete: str) -> list[str]:
    word, slash, begun = incomplete.partition("/")
    if slash:
        names = _quietly(lambda: _names(ctx, word))
        return [f"{word}/{name}" for name in names if name.startswith(begun)]
    begins = [w for w in WORDS if w.startswith(word)]
    return begins or _quietly(lambda: [f"{word}/"] if _kind(word) else [])


def namespace(ctx: typer.Context, incomplete: str) -> list[str]:
    return [n for n in _quietly(lambda: _namespaces(ctx)) if n.startswith(incomplete)]


def context(ctx: typer.Context, incomplete: str) -> list[str]:
    from quorate.edge.connect import context_names

    return [n for n in _quietly(lambda: context_names(_path(ctx, "kubeconfig"))) if n.startswith(incomplete)]


def playbook(incomplete: str) -> list[str]:
    from quorate.diagnosis.playbook import built_in_names

    return [name for name in built_in_names() if name.startswith(incomplete)]


def remedy(incomplete: str) -> list[str]:
    from quorate.diagnosis.remedies import load

    return [name for name in load() if name.startswith(incomplete)]


def _quietly(look: Callable[[], list[str]]) -> list[str]:
    try:
        return look()
    except Exception:  # no cluster, no right, no such kind: nothing to offer
        return []


def _kind(word: str) -> str:
    from quorate.diagnosis.target import kind_named

    return kind_named(word)


def _names(ctx: typer.Context, word: str) -> list[str]:
    from quorate.diagnosis.target import Target

    resource, space = Target(_kind(word), "").resource, ctx.params.get("namespace")
    if ctx.params.get("dump"):
        return _in_dump(ctx, resource, space)
    cluster = _cluster(ctx)
    return sorted(
        {o["metadata"]["name"] for o in cluster.list(resource, "" if _wide(ctx) else space or cluster.namespace)}
    )


def _namespaces(ctx: typer.Context) -> list[str]:
    if ctx.params.get("dump"):
        return _in_dump(ctx, "namespaces", None)
    return sorted(o["metadata"]["name"] for o in _cluster(ctx).list("namespaces"))


def _in_dump(ctx: typer.Context, resource: str, space: str | None) -> list[str]:
    from quorate.edge.dump import DumpFiles
    from quorate.edge.dump_scope import Scope

    scope = Scope(frozenset({space}) if space else None, only=frozenset({resource}))
    found = DumpFiles([Path(p) for p in ctx.params["dump"]]).read(scope).objects
    return sorted({o["metadata"]["name"] for o in found if space in (None, o["metadata"].get("namespace", space))})


def _cluster(ctx: typer.Context) -> "Cluster":
    from quorate.edge.connect import connect

    cluster = connect(_path(ctx, "kubeconfig"), ctx.params.get("context"))
    cluster.patience = PATIENCE
    return cluster


def _path(ctx: typer.Context, name: str) -> Path | None:
    said = ctx.params.get(name)
    return Path(said).expanduser() if said else None


def _wide(ctx: typer.Context) -> bool:
    return bool(ctx.params.get("everywhere"))
