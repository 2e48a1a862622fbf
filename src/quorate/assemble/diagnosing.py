"""Diagnoses wired to where the objects are: a dump, a live cluster, or a world in this process."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quorate.assemble.dump_evidence import concerned, evidence_of_dump, whole
from quorate.assemble.world_logs import WorldLogs
from quorate.diagnosis import reading
from quorate.diagnosis.answer import Diagnosis
from quorate.diagnosis.case import Case
from quorate.diagnosis.engine import examine
from quorate.diagnosis.evidence import Evidence, LogKey, Unread, collect
from quorate.diagnosis.latest import latest_time
from quorate.diagnosis.playbook import Playbook
from quorate.diagnosis.reading import Wanted
from quorate.diagnosis.target import CannotTell, Target, hint_for, resolve, workloads
from quorate.diagnosis.workload import ALONE, WORKLOADS
from quorate.edge.connect import connect
from quorate.edge.dump import DumpFiles
from quorate.edge.live import Cluster, ClusterError, Refusal
from quorate.kernel.clock import HOUR, MINUTE, Instant

if TYPE_CHECKING:
    from quorate.assemble.world import World  # a diagnosis of something else need not load the control plane

Obj = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: about these objects, each with the playbook to run if one was named; about everything when none.

    `books` are the user's own playbooks.
    """

    targets: tuple[tuple[Target, Playbook | None], ...] = ()
    namespace: str | None = None
    book: Playbook | None = None
    books: tuple[Playbook, ...] = ()
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """The evidence and what came of it; several diagnoses when no single object was asked about."""

    evidence: Evidence
    diagnoses: tuple[Diagnosis, ...]
    requests: int = 0


def evidence_of_world(world: "World") -> Evidence:
    return Evidence(world.store.objects, world.now, source="this world", logs=WorldLogs(world))


def ask_dump(paths: Sequence[Path], question: Question, now: Instant | None = None) -> Answered:
    """Of a dump only what the question is about is read. Raises DumpError, CannotTell."""
    files = DumpFiles(paths)
    targets = [t if t.namespace else replace(t, namespace=question.namespace) for t, _ in question.targets]
    return answer(concerned(files, targets, now) or whole(files, now), question)


def ask_world(world: "World", question: Question) -> Answered:
    return answer(evidence_of_world(world), question)


def answer(evidence: Evidence, question: Question, requests: int = 0) -> Answered:
    """Raises CannotTell."""
    found = tuple(examine(case, book, question.books) for case, book in _cases(evidence, question))
    return Answered(evidence, found, requests)


def ask_cluster(
    question: Question, *, kubeconfig: Path | None = None, context: str | None = None, everywhere: bool = False
) -> Answered:
    """Raises ClusterError, CannotTell. The namespace is the context's when none is given."""
    cluster = connect(kubeconfig, context)
    named = {t.namespace for t, _ in question.targets if t.namespace}
    everywhere = everywhere or question.everywhere
    space = "" if everywhere or len(named) > 1 else question.namespace or next(iter(named), "") or cluster.namespace
    question = replace(question, namespace=space or None)
    gathered = Gathered(cluster, space)
    gathered.read(reading.FIRST)
    for target, _ in question.targets:
        gathered.read([Wanted(target.resource)])
    gathered.read(reading.controllers(gathered.objects.get("pods", ())))
    cases = [case for case, _ in _cases(gathered.evidence(), question)]
    gathered.read(reading.more(cases))
    gathered.read_logs(reading.logs(cases))
    return answer(gathered.evidence(), question, cluster.requests)


def _cases(evidence: Evidence, question: Question) -> list[tuple[Case, Playbook | None]]:
    if question.targets:
        found: dict[str, tuple[Case, Playbook | None]] = {}
        for target, book in question.targets:
            if target.namespace is None and question.namespace is not None:
                target = replace(target, namespace=question.namespace)
            for obj in resolve(evidence, target):
                found.setdefault(obj["metadata"]["uid"], (Case(evidence, obj), book or question.book))
        return list(found.values())
    everything = workloads(evidence, question.namespace)
    if not everything:
        where = f" in namespace {question.namespace}" if question.namespace else ""
        unread = {u.resource: u.why for u in evidence.unread if u.resource in (*WORKLOADS.values(), *ALONE.values())}
        if unread:
            why = next(iter(unread.values()))
            raise CannotTell(f"{evidence.source}: listing {', '.join(unread)}{where}: {why}{hint_for(why)}")
        raise CannotTell(f"{evidence.source}: there is nothing to diagnose{where}: no workloads, pods or claims")
    return [(Case(evidence, obj), question.book) for obj in everything]


class Gathered:
    """What has been read of a cluster so far."""

    def __init__(self, cluster: Cluster, namespace: str) -> None:
        self.cluster, self.namespace = cluster, namespace
        self.objects: dict[str, list[Obj]] = {}
        self.done: dict[str, set[str]] = {}
        self.unread: list[Unread] = []
        self.logs: dict[LogKey, list[str]] = {}

    def read(self, wanted: Iterable[Wanted]) -> None:
        for one in wanted:
            space = {"namespace": self.namespace, "cluster": "", "everywhere": "", "kube-system": "kube-system"}[
                one.scope
            ]
            done = self.done.setdefault(one.resource, set())
            if space in done or "" in done:
                continue
            done.add(space)
            try:
                found = self.cluster.list(one.resource, space)
            except Refusal as refused:
                self.unread.append(Unread(one.resource, space, refused.why))
                continue
            held = self.objects.setdefault(one.resource, [])
            if not space and held:
                held.clear()
            held += found

    def read_logs(self, wanted: Iterable[tuple[str, str, str]]) -> None:
        for namespace, pod, container in wanted:
            try:
                self.logs[namespace, pod, container, True] = self.cluster.log(namespace, pod, container, True)
            except Refusal as refused:
                self.unread.append(Unread(f"log of {pod}", namespace, refused.why))

    def evidence(self) -> Evidence:
        everything = [o for found in self.objects.values() for o in found]
        forbidden = {u.resource for u in self.unread}
        read = frozenset(r for r in self.done if r not in forbidden or self.objects.get(r))
        return Evidence(
            collect(everything), _cluster_time(self.cluster.now, everything), source=self.cluster.source, read=read,
            unread=self.unread, logs=self.logs,
        )  # fmt: skip


def _cluster_time(said: Instant, objects: list[Obj]) -> Instant:
    """The server's clock; where its objects live in another time (a world with a clock of its own), the newest of theirs."""
    latest = latest_time(objects)
    return said if latest - MINUTE <= said <= latest + HOUR or not latest else latest


__all__ = [
    "Answered",
    "CannotTell",
    "ClusterError",
    "Question",
    "ask_cluster",
    "ask_dump",
    "ask_world",
    "evidence_of_dump",
]
