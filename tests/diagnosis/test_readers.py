"""The same state, read three ways, has one answer: in its world, over the API as a live cluster, and as a dump.

Each fault of the catalogue, with workloads elsewhere that the same controllers serve.
"""

from email.utils import formatdate
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from bench.faulty.case import Case
from bench.faulty.catalogue import CASES
from bench.faulty.play import NAMESPACE, Play
from bench.faulty.record import write

from quorate.apiserver.http import HttpAnswer, HttpRequest
from quorate.assemble import diagnosing
from quorate.assemble.diagnosing import Answered, Question, answer, ask_cluster, ask_dump, ask_world
from quorate.diagnosis.target import parse_target
from quorate.edge.live import REQUESTS, Cluster
from quorate.kernel.clock import SECOND

Obj = dict[str, Any]
ELSEWHERE = "kube-system"


class Line:
    """What a live diagnosis holds of a client, put straight through to the world: requests as they go over the wire."""

    def __init__(self, play: Play, own_logs: bool = False) -> None:
        self.play, self.own_logs = play, own_logs
        self.configuration = SimpleNamespace(host="https://here", auth_settings=dict)
        self.rest_client = SimpleNamespace(pool_manager=self)

    def request(self, method: str, url: str, **_: Any) -> Any:
        asked = urlsplit(url)
        query, parts = dict(parse_qsl(asked.query)), asked.path.split("/")
        date = {"Date": formatdate(self.play.world.now / SECOND, usegmt=True)}
        if parts[-1] == "log" and not self.own_logs:
            lines = self.play.logs.get((parts[4], parts[6], query["container"], query.get("previous") == "true"))
            told = b'{"message": "there is none"}' if lines is None else "\n".join(lines).encode()
            return SimpleNamespace(status=400 if lines is None else 200, data=told, headers=date)
        made = self.play.world.front.handle(HttpRequest(method, unquote(asked.path), query, {}))
        assert isinstance(made, HttpAnswer)
        return SimpleNamespace(status=made.code, data=made.body, headers=date)


def with_others(case: Case) -> tuple[Play, Question, str]:
    """The fault, and workloads of another namespace that got a new revision after it."""
    play = Play(3, leases=case.leases)
    kinds = {"StatefulSet": "statefulsets.apps", "Deployment": "deployments.apps"}
    labels = {"app": "calm"}
    template: Obj = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "main", "image": "calm:1"}]}}
    for kind, resource in kinds.items():
        spec = {"replicas": 1, "selector": {"matchLabels": labels}, "template": template, "serviceName": "calm"}
        if kind == "Deployment":
            del spec["serviceName"]
        meta = {"name": "calm", "namespace": ELSEWHERE}
        play.client.create(resource, {"apiVersion": "apps/v1", "kind": kind, "metadata": meta, "spec": spec})
    target = case.play(play)
    later = {"spec": {"template": {"metadata": {"annotations": {"touched": "yes"}}}}}
    for resource in kinds.values():
        play.client.patch(resource, ELSEWHERE, "calm", later)
    play.run(20 * SECOND)
    wanted = parse_target([target], NAMESPACE)
    assert wanted is not None
    return play, Question(((wanted, None),), NAMESPACE), target


def asked_live(play: Play, question: Question, monkeypatch: pytest.MonkeyPatch, own_logs: bool = False) -> Answered:
    cluster = Cluster(Line(play, own_logs), "here", NAMESPACE)
    monkeypatch.setattr(diagnosing, "connect", lambda *_: cluster)
    return ask_cluster(question)


def said(answered: Answered) -> Obj:
    (found,) = answered.diagnoses
    return {
        "verdict": found.verdict, "headline": found.headline,
        "findings": [(f.cause, round(f.confidence, 6), f.sentence, f.explained_by) for f in found.findings],
    }  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.id)
def test_it_is_the_same_answer(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    play, question, target = with_others(case)
    here = said(answer(play.evidence(), question))
    live = asked_live(play, question, monkeypatch)
    assert said(live) == here
    assert live.requests <= REQUESTS and not any(u.why.startswith("left out") for u in live.evidence.unread)
    dump = tmp_path / "dump.tar.xz"
    write(dump, target, play.objects(), play.logs, managed=True)
    assert said(ask_dump([dump], question, play.world.now)) == here


def test_a_world_reads_its_own_logs_as_a_live_diagnosis_does(monkeypatch: pytest.MonkeyPatch) -> None:
    play, question, _ = with_others(next(c for c in CASES if c.cause == "crash-application"))
    play.logs.clear()
    here = ask_world(play.world, question)
    assert said(asked_live(play, question, monkeypatch, own_logs=True)) == said(here)
    assert "FATAL cannot go on" in str(here.diagnoses[0].findings[0])
