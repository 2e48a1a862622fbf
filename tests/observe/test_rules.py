"""The rules: that Prometheus takes them, that each fires when it should and not otherwise, and that each has its page."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.programs import program
from typer.testing import CliRunner

from quorate.assemble.world import world
from quorate.cli.main import app
from quorate.diagnosis.alerts import Alert, asked_by, playbook_for, target_of
from quorate.kernel.clock import SECOND
from quorate.observe.alerting import Rule, chosen, groups, prometheus_rule, rules, written
from quorate.observe.metrics import kinds, render

from .rule_cases import CASES, JOB, Case

PAGES = Path(__file__).parents[2] / "docs" / "alerts"
PROMTOOL = program("promtool")
NAMED = {
    "KubeStatefulSetGenerationMismatch", "KubeDeploymentGenerationMismatch", "KubernetesDeploymentGenerationMismatch",
    "KubeStatefulSetReplicasMismatch", "KubeStatefulSetUpdateNotRolledOut", "KubeDeploymentReplicasMismatch",
    "KubeDeploymentRolloutStuck", "KubePodCrashLooping", "KubePodNotReady", "KubeContainerWaiting",
    "KubePersistentVolumeErrors", "KubePdbNotEnoughHealthyPods",
}  # fmt: skip
METRIC = re.compile(r"\b((?:kube|quorate)_[a-z_]+)")


def promtool(*words: str) -> str:
    if PROMTOOL is None:
        pytest.skip("no promtool here")
    done = subprocess.run([PROMTOOL, *words], capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("job", ["kube-state-metrics", "quorate", 'odd"one', ""])
def test_prometheus_takes_them(tmp_path: Path, job: str) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(written(groups(chosen(job=job))))
    assert f"{len(rules())} rules found" in promtool("check", "rules", str(file))


def values(given: Any, minutes: int) -> str:
    if isinstance(given, str):
        return given
    if isinstance(given, tuple):
        first, second = given
        return f"{first}+0x{minutes // 2} {second}+0x{minutes}"
    return f"{given}+0x{minutes + 1}"


def promtool_test(case: Case) -> dict[str, Any]:
    alert, _, minutes, series, fires = case
    made = []
    for name, labels, value in series:
        inside = ",".join(f"{k}={json.dumps(v)}" for k, v in {**labels, **JOB}.items())
        made.append({"series": f"{name}{{{inside}}}", "values": values(value, minutes).strip()})
    (rule,) = [rule for rule in rules() if rule.alert == alert]
    expected = [{"exp_labels": {**labels, "severity": rule.severity}} for labels in fires]
    return {
        "interval": "1m", "input_series": made,
        "alert_rule_test": [{"eval_time": f"{minutes}m", "alertname": alert, "exp_alerts": expected}],
    }  # fmt: skip


@pytest.mark.parametrize("alert", sorted({case[0] for case in CASES}))
def test_each_fires_when_it_should(tmp_path: Path, alert: str) -> None:
    bare = groups([rule for rule in rules() if rule.alert == alert])
    for group in bare["groups"]:
        for rule in group["rules"]:
            del rule["annotations"]  # promtool compares them word for word
    (tmp_path / "rules.yaml").write_text(written(bare))
    cases = [promtool_test(case) for case in CASES if case[0] == alert]
    file = tmp_path / "test.yaml"
    file.write_text(yaml.safe_dump({"rule_files": ["rules.yaml"], "evaluation_interval": "1m", "tests": cases}))
    promtool("test", "rules", str(file))


def test_what_it_says_of_a_rewritten_spec(tmp_path: Path) -> None:
    """Seen every half minute, as Prometheus scrapes; the words suit both kinds."""
    series = {
        'kube_statefulset_metadata_generation{namespace="ns",statefulset="db",job="kube-state-metrics"}': "0+1x200"
    }
    (rule,) = [rule for rule in rules() if rule.alert == "QuorateSpecRewritten"]
    (tmp_path / "rules.yaml").write_text(written(groups([rule], "https://here")))
    said = (
        "The spec of StatefulSet ns/db changed 20 times in ten minutes: an operator, a GitOps tool or an autoscaler fight "
        "over it."
    )
    expected = {
        "exp_labels": {"namespace": "ns", "statefulset": "db", "severity": "warning"},
        "exp_annotations": {
            "summary": rule.summary, "description": said, "runbook_url": "https://here/QuorateSpecRewritten.md",
        },
    }  # fmt: skip
    one = {
        "interval": "30s", "input_series": [{"series": s, "values": v} for s, v in series.items()],
        "alert_rule_test": [{"eval_time": "25m", "alertname": rule.alert, "exp_alerts": [expected]}],
    }  # fmt: skip
    file = tmp_path / "test.yaml"
    file.write_text(yaml.safe_dump({"rule_files": ["rules.yaml"], "evaluation_interval": "30s", "tests": [one]}))
    promtool("test", "rules", str(file))


def test_prometheus_finds_nothing_odd_in_the_metrics(tmp_path: Path) -> None:
    """But two names, which are kube-state-metrics' own."""
    if PROMTOOL is None:
        pytest.skip("no promtool here")
    made = world()
    made.run_for(5 * SECOND)
    done = subprocess.run(
        [PROMTOOL, "check", "metrics"], input=render(made.reader, made.now), capture_output=True, timeout=600
    )
    lines = (done.stdout + done.stderr).decode().splitlines()
    assert {line.split()[0] for line in lines} <= {"kube_node_volumes_attached_count", "kube_node_volumes_in_use_count"}


def test_every_alert_has_a_case_that_fires() -> None:
    fired = {alert for alert, _, _, _, fires in CASES if fires} | {"QuorateSpecRewritten"}
    assert fired == {rule.alert for rule in rules()}


def test_the_alerts_of_the_playbooks_are_among_them() -> None:
    names = [rule.alert for rule in rules()]
    assert len(names) == len(set(names))
    assert set(names) >= NAMED
    assert all(name in NAMED or name.startswith("Quorate") for name in names)


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.alert)
def test_what_a_rule_reads_is_served(rule: Rule) -> None:
    served = {family.name for kind in kinds() for family in kind.families} | {"quorate_world_time_seconds"}
    read = set(METRIC.findall(rule.expr))
    assert read <= served
    own = {name for name in read if name.startswith("quorate_statefulset")}
    assert rule.exporter == bool(own), "says whether kube-state-metrics alone can feed it"


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.alert)
def test_each_has_a_page_and_a_playbook(rule: Rule) -> None:
    page = (PAGES / f"{rule.alert}.md").read_text(encoding="utf-8")
    assert page.startswith(f"# {rule.alert}\n")
    assert "quorate diagnose" in page
    assert len(page.splitlines()) <= 60, "who is called at night does not read long pages"
    index = (PAGES.parent / "rules.md").read_text(encoding="utf-8")
    assert f"alerts/{rule.alert}.md" in index
    assert playbook_for(Alert(rule.alert, {}, None))


def test_an_alert_of_the_control_plane_is_about_no_object() -> None:
    alert = Alert("QuorateControllerNotRenewing", {"lease": "kube-scheduler"}, None)
    assert target_of(alert, playbook_for(alert)) is None
    assert asked_by([alert]).everywhere


def test_no_page_is_left_over() -> None:
    assert {page.stem for page in PAGES.glob("*.md")} == {rule.alert for rule in rules()}


# -- the command


def run(*words: str) -> Any:
    return CliRunner().invoke(app, ["rules", *words])


def test_a_rule_file() -> None:
    found = yaml.safe_load(run("--select", "source").stdout)
    (group,) = found["groups"]
    (rule,) = group["rules"]
    assert rule["alert"] == "KubernetesDeploymentGenerationMismatch"
    assert (rule["for"], rule["labels"]) == ("10m", {"severity": "critical"})
    assert rule["expr"] == "kube_deployment_status_observed_generation != kube_deployment_metadata_generation"
    page = rule["annotations"]["runbook"]
    assert "runbook_url" not in rule["annotations"]
    assert (PAGES.parents[1] / page).is_file()


def test_for_the_operator() -> None:
    done = run("-o", "operator", "-n", "monitoring", "--label", "release=prometheus", "--only", "KubePod*")
    found = yaml.safe_load(done.stdout)
    assert (found["apiVersion"], found["kind"]) == ("monitoring.coreos.com/v1", "PrometheusRule")
    assert found["metadata"] == {"name": "quorate", "namespace": "monitoring", "labels": {"release": "prometheus"}}
    names = [rule["alert"] for group in found["spec"]["groups"] for rule in group["rules"]]
    assert names == ["KubePodCrashLooping", "KubePodNotReady"]


def test_what_kube_state_metrics_alone_can_feed() -> None:
    found = yaml.safe_load(run("--plain", "--job", "ksm", "--runbooks", "https://wiki/alerts/").stdout)
    held = [rule for group in found["groups"] for rule in group["rules"]]
    assert not any("quorate_statefulset" in rule["expr"] for rule in held)
    assert all('job="kube-state-metrics"' not in rule["expr"] for rule in held)
    assert held[0]["annotations"]["runbook_url"].startswith("https://wiki/alerts/Kube")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--only", "KubeNothing"), "no rule is named KubeNothing"),
        (("--select", "mine"), "no such set: mine"),
        (("--runbooks", "wiki/alerts"), "write a URL, https://..., not 'wiki/alerts'"),
        (("-o", "json"), "no such output format: json"),
        (("--label", "a=b"), "are for -o operator"),
        (("-o", "operator", "--label", "ab"), "write KEY=VALUE"),
    ],
)
def test_bad_input_is_one_line(words: tuple[str, ...], said: str) -> None:
    done = run(*words)
    assert done.exit_code != 0
    assert said in str(done.exception)


def test_the_custom_resource_holds_the_same_rules() -> None:
    assert prometheus_rule(rules(), "x")["spec"] == groups(rules())
