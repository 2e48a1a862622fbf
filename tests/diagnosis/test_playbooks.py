# ruff: noqa: E501  # tables, laid out as they are read
"""Playbooks: every step and rule is carried out and shown, windows are the documents', and bad ones are refused with their line."""

import json
import re
import tarfile
from pathlib import Path

import pytest
from bench.faulty.play import NAMESPACE, Play
from bench.faulty.record import ABOUT, FOLDER

from quorate.assemble.diagnosing import evidence_of_dump
from quorate.cli.main import main
from quorate.diagnosis import checks
from quorate.diagnosis.answer import Diagnosis
from quorate.diagnosis.case import Case
from quorate.diagnosis.engine import diagnose
from quorate.diagnosis.evidence import Evidence, collect
from quorate.diagnosis.playbook import BadPlaybook, Playbook, built_in, built_in_names
from quorate.diagnosis.playbook_file import STAGES, parse
from quorate.diagnosis.target import parse_target, resolve
from quorate.kernel.clock import HOUR, MINUTE

GENERATION = ("KubeStatefulSetGenerationMismatch", "KubeDeploymentGenerationMismatch")


def answer(dump: str, book: Playbook | None = None) -> Diagnosis:
    """Of the first recorded dump whose name begins so, about what is wrong in it."""
    path = min(p for p in FOLDER.glob("*.tar.xz") if f"{p.name}.".startswith(f"{dump}."))
    with tarfile.open(path) as archive:
        about = archive.extractfile(ABOUT)
        assert about is not None
        asked = parse_target([about.read().decode()], NAMESPACE)
    assert asked is not None
    evidence = evidence_of_dump([path])
    return diagnose(evidence, resolve(evidence, asked)[0], book)


@pytest.mark.parametrize("name", built_in_names())
def test_every_step_and_rule_is_carried_out(name: str) -> None:
    book = built_in(name)
    played = answer("crash-application.application", book).playbook
    assert played is not None and played.name == name
    assert [s.does for s in played.steps] == [s.does for s in book.steps]
    assert all(s.read and s.shows for s in played.steps)
    assert [r.id for r in played.rules] == [r.id for r in book.rules]
    assert {r.result for r in played.rules} <= {"correlated", "not correlated", "no evidence"}
    assert all(r.why for r in played.rules)


def windows(name: str) -> dict[str, int]:
    return {rule.id: rule.within // MINUTE for rule in built_in(name).rules}


def test_the_windows_are_the_documents() -> None:
    assert windows("KubeStatefulSetGenerationMismatch") == {
        "update-or-rollback": 30, "pod-creation-failures": 30, "volume-binding": 10, "persistent-or-transient": 60, "quota": 30, "node-capacity": 30,
    }  # fmt: skip
    assert len(built_in("KubeDeploymentGenerationMismatch").rules) == 8
    assert all(built_in(name).widen_within == HOUR and built_in(name).widen_checks for name in GENERATION)
    assert [rule.id for rule in built_in("stateful-failure-modes").rules] == [f"F{n}" for n in range(1, 11)]


@pytest.mark.parametrize(
    ("dump", "name", "rule", "result"),
    [
        ("quota-exceeded", "KubeStatefulSetGenerationMismatch", "pod-creation-failures", "correlated"),
        ("quota-exceeded", "KubeStatefulSetGenerationMismatch", "quota", "correlated"),
        ("storage-class-missing", "KubeStatefulSetGenerationMismatch", "volume-binding", "correlated"),
        ("storage-class-missing", "stateful-failure-modes", "F1", "correlated"),
        (
            "crash-application.application",
            "KubeStatefulSetGenerationMismatch",
            "volume-binding",
            "not correlated",
        ),
        ("crash-application.application", "stateful-failure-modes", "F8", "no evidence"),
        ("node-lost", "stateful-failure-modes", "F9", "correlated"),
        ("headless-service-missing", "stateful-failure-modes", "F4", "no evidence"),
    ],
)
def test_rules(dump: str, name: str, rule: str, result: str) -> None:
    played = answer(dump, built_in(name)).playbook
    assert played is not None
    (found,) = [r for r in played.rules if r.id == rule]
    assert found.result == result, found
    assert (
        dump != "headless-service-missing"
        or found.why == "nothing tells when the trouble began; seen: there is no Service db"
    )


SYMPTOMS = {
    "insufficient-cpu.cpu": "pod-pending", "terminating-stuck": "pod-terminating", "partition-forgotten": "KubeStatefulSetUpdateNotRolledOut",
    "volume-multi-attach": "KubeContainerWaiting", "headless-service-missing": "peers-unreachable", "crash-application.application": "KubePodCrashLooping",
}  # fmt: skip
"""The debug guide's six, and the playbook that is run without being asked for."""


@pytest.mark.parametrize("dump", SYMPTOMS)
def test_the_playbook_is_chosen_by_what_is_seen(dump: str) -> None:
    played = answer(dump).playbook
    assert played is not None and played.name == SYMPTOMS[dump]


def test_what_correlates_nowhere_is_widened() -> None:
    text = "name: n\nrules: [{id: far, says: s, checks: [history], within: 1s}]\nwiden: {within: 6h, says: looked wider, checks: [nodes]}"
    played = answer("node-lost", parse(text, "n.yaml")).playbook
    assert played is not None
    assert played.rules[0].widened and played.rules[0].within == 6 * HOUR
    assert played.widened.startswith("looked wider | ")


def test_the_manager_s_own_pods_are_looked_at() -> None:
    """The Deployment's playbook asks for its pod's health and logs in kube-system."""
    play = Play(1)
    db = play.statefulset("db")
    stopped = {"running": None, "terminated": {"exitCode": 1, "finishedAt": "2026-01-01T00:00:10Z"}}
    manager = {
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "kube-controller-manager-cp", "namespace": "kube-system", "uid": "m"},
        "spec": {"containers": []}, "status": {"phase": "Running", "containerStatuses": [{"name": "m", "restartCount": 7, "lastState": stopped}]},
    }  # fmt: skip
    evidence = play.evidence()
    found = [o for r in ("pods", "statefulsets.apps") for o in evidence.list(r)]
    seen = Evidence(collect([*found, manager]), evidence.now)
    obj = seen.get("statefulsets.apps", NAMESPACE, db)
    assert obj is not None
    shown = checks.check_named("control-plane")(Case(seen, obj))
    assert "kube-controller-manager-cp: Running, not ready, restarted 7 times" in shown.shows
    assert "what it says: kubectl logs -n kube-system kube-controller-manager-cp --tail=100" in shown.shows
    assert [s.says for s in shown.signals] == ["kube-controller-manager-cp ended with code 1"]


# -- files of users


GOOD = """name: mine
alerts: [MineDown]
kinds: [StatefulSet]
symptoms: [crashing]
steps:
  - does: Look at the pods
    checks: [pods, crashes]
rules:
  - says: It began with an update
    checks: history
    within: 15m
    causes: [crash-application]
"""


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("[pods, crashes]", "[pods, crahses]", ":7: no such check: crahses (did you mean crashes?)"),
        ("within: 15m", "within: 15 minutes", ":11: within: "),
        ("causes: [crash-application]", "causes: [crash-aplication]", ":12: no such cause: crash-aplication (did you mean crash-application"),
        ("kinds: [StatefulSet]", "kinds: [Statefulset]", ":3: no such kind: Statefulset (did you mean StatefulSet"),
        ("symptoms: [crashing]", "symptoms: [crashloop]", ":4: no such symptom: crashloop ("),
        ("steps:", "step:", ":5: a playbook has no step (did you mean steps?)"),
        ("  - does: Look at the pods\n    checks", "  - checks", ":6: a step needs does"),
        ("    checks: history\n", "", ":9: a rule needs checks"),
        ("name: mine\n", "", ":1: a playbook needs name"),
        ("alerts: [MineDown]", "alerts: {a: b}", ":2: alerts is a list, and here it is none"),
        ("alerts: [MineDown]", "alerts: [", ":4: not YAML: "),
        ("  - does: Look at the pods\n    checks: [pods, crashes]", "  - pods", ":6: a step is a mapping with does, checks"),
        ("name: mine", "name: [mine]", ":1: name is a text, and here it is none"),
        (GOOD, "just a text", ": a playbook is a mapping with a name and steps"),
        (GOOD, "name: empty", ":1: a playbook needs steps"),
    ],
)  # fmt: skip
def test_a_bad_playbook_is_refused_with_its_line(
    old: str, new: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert old in GOOD and parse(GOOD, "good.yaml").name == "mine"
    with pytest.raises(BadPlaybook) as wrong:
        parse(GOOD.replace(old, new), "bad.yaml")
    assert str(wrong.value).startswith(f"bad.yaml{says}") and "\n" not in str(wrong.value)
    (tmp_path / "bad.yaml").write_text(GOOD.replace(old, new))
    for words in (["diagnose", "--dump", "x", "--playbooks", str(tmp_path)], ["playbooks", "--verify", str(tmp_path)]):
        with pytest.raises(SystemExit) as ended:
            main(words)
        assert ended.value.code == 2 and capsys.readouterr().err == f"quorate: {tmp_path}/{wrong.value}\n"


def test_own_playbooks_go_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.yaml").write_text(GOOD)
    (tmp_path / "alert.json").write_text(
        '{"labels": {"alertname": "MineDown", "namespace": "prod", "statefulset": "db"}}'
    )
    dump = ["--dump", str(FOLDER / "crash-application.application.tar.xz")]
    for words in (["sts/db"], ["sts/db", "--playbook", "mine"], ["--alert", str(tmp_path / "alert.json")]):
        with pytest.raises(SystemExit):
            main(["diagnose", *words, *dump, "--playbooks", str(tmp_path), "-o", "json"])
        played = json.loads(capsys.readouterr().out)["diagnoses"][0]["playbook"]
        assert played["name"] == "mine" and played["steps"][0]["does"] == "Look at the pods"
        assert played["rules"][0]["id"] == "1" and played["rules"][0]["within"] == "15m0s"


def test_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    def told(*words: str) -> str:
        with pytest.raises(SystemExit) as ended:
            main(["playbooks", *words])
        assert not ended.value.code
        return capsys.readouterr().out

    assert [b["name"] for b in json.loads(told("-o", "json"))] == list(built_in_names())
    assert [line.split()[0] for line in told().splitlines()] == list(built_in_names())
    assert {c["name"] for c in json.loads(told("--checks", "-o", "json"))} == set(checks.names())
    assert "The claims of the pods" in told("--checks")
    assert parse(told("KubePodNotReady"), "x").name == "KubePodNotReady"
    with pytest.raises(SystemExit):
        main(["playbooks", "KubePodNotRedy"])
    assert capsys.readouterr().err == "quorate: no such playbook: KubePodNotRedy (did you mean KubePodNotReady?)\n"


def test_symptoms_of_playbooks_are_of_those_that_there_are() -> None:
    assert {s for name in built_in_names() for s in built_in(name).symptoms} <= set(STAGES)


def test_the_page_s_example_can_be_used() -> None:
    page = (Path(__file__).parents[2] / "docs" / "diagnose.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"^```yaml\n(.*?)^```", page, re.M | re.S)
    assert parse(text, "docs/diagnose.md").alerts == ("KafkaBrokerDown",)
