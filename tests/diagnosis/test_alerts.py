# ruff: noqa: E501  # documents and tables, laid out as they are read
"""Alerts as entry points: whatever they are called, in whichever document they come, and what they are about."""

import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from bench.faulty.record import FOLDER

from quorate.cli.main import main
from quorate.diagnosis.alerts import Alert, alerts_in, aliases, asked_by, plain, playbook_for, target_of
from quorate.diagnosis.playbook import built_in_names
from quorate.diagnosis.playbook_file import parse
from quorate.diagnosis.target import CannotTell, Target

NAMES = """
KubeStatefulSetGenerationMismatch    KubeStatefulSetGenerationMismatch KubernetesStatefulsetGenerationMismatch
KubeDeploymentGenerationMismatch     KubeDeploymentGenerationMismatch
KubernetesDeploymentGenerationMismatch KubernetesDeploymentGenerationMismatch
KubeStatefulSetReplicasMismatch      KubeStatefulSetReplicasMismatch KubernetesStatefulsetReplicasMismatch
KubeStatefulSetReplicasMismatch      KubernetesStatefulsetDown KubernetesStatefulSetDown kube_statefulset_down
KubeStatefulSetUpdateNotRolledOut    KubeStatefulSetUpdateNotRolledOut KubernetesStatefulsetUpdateNotRolledOut
KubeDeploymentReplicasMismatch       KubeDeploymentReplicasMismatch KubernetesDeploymentReplicasMismatch
KubeDeploymentReplicasMismatch       KubernetesReplicasetReplicasMismatch KubernetesReplicassetMismatch
KubeDeploymentRolloutStuck           KubeDeploymentRolloutStuck
KubePodCrashLooping                  KubePodCrashLooping KubernetesPodCrashLooping k8s-pod-crash-looping KubernetesContainerOomKiller
KubePodCrashLooping                  KubeContainerOOMKilledCount KubePodContainerRestart KubeJobFailed KubernetesJobFailed
KubePodNotReady                      KubePodNotReady KubernetesPodNotHealthy KubePodReadyStateLow KubePodFailedState
KubePodNotReady                      KubeNodeNotReady KubeNodeUnreachable KubernetesNodeNotReady KubeNodePressure KubeletDown
KubeContainerWaiting                 KubeContainerWaiting
KubePersistentVolumeErrors           KubePersistentVolumeErrors KubePersistentVolumeFillingUp KubernetesPersistentvolumeclaimPending
KubePersistentVolumeErrors           KubernetesPersistentvolumeError KubernetesVolumeOutOfDiskSpace KubernetesVolumeFullInFourDays
KubePersistentVolumeErrors           KubePersistentVolumeInodesFillingUp
KubePdbNotEnoughHealthyPods          KubePdbNotEnoughHealthyPods PodDisruptionBudgetAtLimit PodDisruptionBudgetLimit
pod-pending                          KubePodNotScheduled KubernetesPodPending KubeSchedulerDown KubeDaemonSetNotScheduled
"""
TABLE = [(alert, book) for book, *alerts in map(str.split, NAMES.strip().splitlines()) for alert in alerts]


@pytest.mark.parametrize(("alert", "book"), TABLE)
def test_the_playbook_of_an_alert(alert: str, book: str) -> None:
    found = playbook_for(Alert(alert, {}, None))
    assert found is not None and found.name == book


def test_aliases_name_playbooks_that_there_are() -> None:
    assert {name for name in aliases().values() if name} <= set(built_in_names())
    assert all(alias == plain(alias) for alias in aliases())


def test_an_alert_about_a_namespace_takes_the_playbook_for_what_is_seen() -> None:
    alert = Alert("KubeQuotaExceeded", {"namespace": "prod", "resource": "requests.cpu", "resourcequota": "q"}, None)
    assert playbook_for(alert) is None
    assert asked_by([alert]).namespace == "prod" and not asked_by([alert]).everywhere


def test_an_unknown_alert() -> None:
    with pytest.raises(
        CannotTell, match=r"no playbook answers the alert KubePodCrashLoping \(did you mean KubePodCrashLooping"
    ):
        playbook_for(Alert("KubePodCrashLoping", {}, None))
    with pytest.raises(CannotTell, match="give --playbooks DIR with one of your own"):
        playbook_for(Alert("Watchdog", {}, None))
    own = parse("name: Watchdog\nsteps: [{does: look, checks: [pods]}]", "w.yaml")
    assert playbook_for(Alert("Watchdog", {}, None), (own,)) is own


LABELS: list[tuple[str, dict[str, str], Target]] = [
    ("KubeStatefulSetReplicasMismatch", {"namespace": "prod", "statefulset": "db", "pod": "ksm-1", "service": "ksm"}, Target("StatefulSet", "db", "prod")),
    ("KubePodNotReady", {"namespace": "prod", "pod": "db-0"}, Target("Pod", "db-0", "prod")),
    ("KubePodCrashLooping", {"namespace": "monitoring", "exported_namespace": "prod", "pod": "ksm-1", "exported_pod": "db-0"}, Target("Pod", "db-0", "prod")),
    ("KubePersistentVolumeFillingUp", {"namespace": "prod", "persistentvolumeclaim": "data-db-0", "node": "n"}, Target("PersistentVolumeClaim", "data-db-0", "prod")),
    ("KubePersistentVolumeErrors", {"persistentvolume": "pv-1", "phase": "Failed"}, Target("PersistentVolume", "pv-1")),
    ("KubePdbNotEnoughHealthyPods", {"namespace": "prod", "poddisruptionbudget": "db"}, Target("PodDisruptionBudget", "db", "prod")),
    ("KubeNodeNotReady", {"node": "n-1", "condition": "Ready"}, Target("Node", "n-1")),
    ("KubeJobFailed", {"namespace": "prod", "job_name": "j", "job": "kube-state-metrics"}, Target("Job", "j", "prod")),
    ("KubeDaemonSetRolloutStuck", {"namespace": "prod", "daemonset": "d"}, Target("DaemonSet", "d", "prod")),
]  # fmt: skip


@pytest.mark.parametrize(("name", "labels", "target"), LABELS, ids=[n for n, _, _ in LABELS])
def test_what_an_alert_is_about(name: str, labels: dict[str, str], target: Target) -> None:
    alert = Alert(name, labels, None)
    assert target_of(alert, playbook_for(alert)) == target


FIRING = {"alertname": "KubeStatefulSetReplicasMismatch", "namespace": "prod", "statefulset": "db"}
ANNOTATED = {"labels": FIRING, "annotations": {"summary": "s"}}
DOCUMENTS: dict[str, Any] = {
    "webhook": {
        "version": "4", "groupKey": "{}:{}", "status": "firing", "receiver": "r", "groupLabels": {}, "commonLabels": FIRING,
        "alerts": [
            {**ANNOTATED, "status": "firing", "startsAt": "2026-01-01T00:00:00Z", "endsAt": "0001-01-01T00:00:00Z"},
            {"labels": {**FIRING, "statefulset": "gone"}, "status": "resolved"},
        ],
    },
    "prometheus alerts": {"status": "success", "data": {"alerts": [{**ANNOTATED, "state": "firing", "activeAt": "2026-01-01T00:00:00Z", "value": "1"},
        {**ANNOTATED, "labels": {**FIRING, "statefulset": "not-yet"}, "state": "pending"}]}},
    "prometheus rules": {"status": "success", "data": {"groups": [{"name": "g", "rules": [
        {"name": "KubeStatefulSetReplicasMismatch", "type": "alerting", "alerts": [{**ANNOTATED, "state": "firing"}]}, {"name": "r", "type": "recording"}]}]}},
    "prometheus query": {"status": "success", "data": {"resultType": "vector", "result": [
        {"metric": {"__name__": "ALERTS", "alertstate": "firing", **FIRING}, "value": [1, "1"]},
        {"metric": {"__name__": "ALERTS", "alertstate": "pending", **FIRING, "statefulset": "not-yet"}, "value": [1, "1"]}]}},
    "alertmanager alerts": [{**ANNOTATED, "startsAt": "2026-01-01T00:00:00.000Z", "status": {"state": "active", "silencedBy": [], "inhibitedBy": []}}],
    "one": ANNOTATED, "labels only": {"labels": FIRING},
}  # fmt: skip


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents(name: str) -> None:
    (found,) = alerts_in(DOCUMENTS[name])
    assert found.name == FIRING["alertname"] and asked_by([found]).targets[0][0] == Target("StatefulSet", "db", "prod")


@pytest.mark.parametrize(
    "document", [{}, [], "text", 3, None, {"alerts": []}, {"labels": {"severity": "x"}}, {"data": {"alerts": [{}]}}]
)
def test_documents_without_an_alert(document: Any) -> None:
    with pytest.raises(CannotTell, match="no alert in it: expected an Alertmanager webhook"):
        alerts_in(document)


def test_what_has_been_resolved() -> None:
    with pytest.raises(CannotTell, match=r"no alert in it fires \(any more\): KubePodNotReady$"):
        alerts_in(
            {"status": "resolved", "alerts": [{"status": "resolved", "labels": {"alertname": "KubePodNotReady"}}]}
        )


def test_an_alert_that_nobody_answers_does_not_keep_the_others() -> None:
    asked = asked_by([Alert("Watchdog", {}, None), Alert("KubePodNotReady", {"pod": "db-0"}, None)])
    assert asked.targets[0][0] == Target("Pod", "db-0") and asked.left_out[0].startswith(
        "no playbook answers the alert Watchdog"
    )
    with pytest.raises(CannotTell, match="Watchdog"):
        asked_by([Alert("Watchdog", {}, None)])


@pytest.mark.parametrize("piped", [False, True])
def test_end_to_end(
    piped: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = json.dumps({"alerts": [{"labels": FIRING, "status": "firing"}, {"labels": {"alertname": "Watchdog"}}]})
    (tmp_path / "alert.json").write_text(text)
    if piped:
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(text.encode())))
    with pytest.raises(SystemExit) as ended:
        dump = str(FOLDER / "crash-application.application.tar.xz")
        main(["diagnose", "--alert", "-" if piped else str(tmp_path / "alert.json"), "--dump", dump])
    out, err = capsys.readouterr()
    assert ended.value.code == 1
    assert (
        "StatefulSet/db in prod" in out and "KubeStatefulSetReplicasMismatch" in out and "Compare what is wanted" in out
    )
    assert (
        err == "quorate: left out: no playbook answers the alert Watchdog (give --playbooks DIR with one of your own)\n"
    )


@pytest.mark.parametrize(
    ("text", "says"), [("", "it is empty"), ("{", "not JSON at line 1"), ('{"labels": {}}', "no alert in it")]
)
def test_bad_input(text: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "alert.json").write_text(text)
    with pytest.raises(SystemExit) as ended:
        main(["diagnose", "--alert", str(tmp_path / "alert.json"), "--dump", str(tmp_path)])
    out, err = capsys.readouterr()
    assert (ended.value.code, out) == (2, "") and err.count("\n") == 1 and says in err
