"""A real Prometheus on a world full of troubles: it finds its targets there, the right alerts fire, and what Alertmanager then
posts leads to the right causes."""

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from typer.testing import CliRunner

from quorate.cli.main import app
from quorate.observe.alerting import Rule, groups, rules, written
from quorate.testing.cluster import Cluster

from .prometheus import ALERTMANAGER, PROMETHEUS, Prometheus, alertmanager, discovers, hurried, prometheus, until
from .troubles import LASTS, LOST, TROUBLES, Trouble, play

pytestmark = pytest.mark.skipif(PROMETHEUS is None, reason="no prometheus here: tools/prometheus.sh fetches it")
DOCS = Path(__file__).parents[2] / "docs"
ROLES = {"pods": "pod", "kubelet": "node"}
LOOKED = ("service", "endpoints", "endpointslice", "ingress")
DISCOVERS = discovers()
if_it_discovers = pytest.mark.skipif(
    not DISCOVERS, reason="a build without kubernetes_sd: tools/prometheus.sh fetches another"
)
QUIET = {"QuorateSpecRewritten", "QuorateControllerNotRenewing"}
"""Raised neither by these troubles nor in fast motion: promtool's tests have them."""


@dataclass
class Watched:
    """The cluster, who watches it, and the alerts by (name, namespace): the document for `diagnose --alert`."""

    cluster: Cluster
    prometheus: Prometheus
    alerts: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)


def scrapes(cluster: Cluster) -> list[dict[str, Any]]:
    """As docs/metrics.md has it: the metrics of the cluster; and its pods and nodes, where this Prometheus can look for them.

    Of the other roles it only looks what there is.
    """
    told = "".join(re.findall(r"```yaml\nscrape_configs:\n(.*?)```", (DOCS / "metrics.md").read_text(), re.S))
    for told_name, name in (
        ("TOKEN", cluster.token), ("127.0.0.1:6443", urlsplit(cluster.url).netloc), ("quorate.kubeconfig", str(cluster.kubeconfig)),
    ):  # fmt: skip
        assert told_name in told
        told = told.replace(told_name, name)
    state, *found = yaml.safe_load(told)
    assert [job["job_name"] for job in (state, *found)] == ["kube-state-metrics", *ROLES]
    if not DISCOVERS:
        return [state]
    more = {"kubeconfig_file": str(cluster.kubeconfig)}
    return [
        state,
        *found,
        *({"job_name": role, "kubernetes_sd_configs": [{"role": role, **more}]} for role in LOOKED),
    ]


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    folder = tmp_path_factory.mktemp("prometheus")
    with ExitStack() as stack:
        start = (datetime.now(UTC) - LASTS).strftime("%Y-%m-%dT%H:%M:%SZ")
        cluster = stack.enter_context(Cluster(nodes=6, zones=3, start=start))
        play(cluster)
        address, posted = stack.enter_context(alertmanager(folder)) if ALERTMANAGER else ("", [])
        text = hurried(written(groups(rules(), "https://wiki.example.com/alerts")))
        made = Watched(cluster, stack.enter_context(prometheus(folder, scrapes(cluster), text, address)))
        wanted = {(alert, trouble.name) for trouble in TROUBLES for alert in trouble.alerts}

        def come() -> bool:
            # A volume is in no namespace; its alert is put to the trouble that is about it.
            fired = made.prometheus.firing() if not ALERTMANAGER else [a for p in posted for a in p["alerts"]]
            for alert in fired:
                space = alert["labels"].get("namespace", "volume")
                document = {**posted[0], "alerts": [alert]} if ALERTMANAGER else alert
                made.alerts.setdefault((alert["labels"]["alertname"], space), document)
            return wanted <= made.alerts.keys()

        try:
            until(come, "all alerts")
        except AssertionError:
            pytest.fail(f"did not fire: {sorted(wanted - made.alerts.keys())}")
        yield made


def test_every_alert_has_its_trouble() -> None:
    assert {alert for trouble in TROUBLES for alert in trouble.alerts} == {rule.alert for rule in rules()} - QUIET


def test_where_all_is_well_nothing_fires(watched: Watched) -> None:
    spaces = {trouble.name for trouble in TROUBLES if not trouble.alerts} | {"default", "kube-system"}
    assert {key for key in watched.alerts if key[1] in spaces} == set()


@pytest.mark.parametrize(
    ("alert", "trouble"),
    [(alert, trouble) for trouble in TROUBLES if trouble.causes for alert in trouble.alerts],
    ids=lambda given: given.name if isinstance(given, Trouble) else given,
)
def test_the_alert_leads_to_the_cause(watched: Watched, tmp_path: Path, alert: str, trouble: Trouble) -> None:
    document = watched.alerts[alert, trouble.name]
    file = tmp_path / "alert.json"
    file.write_text(json.dumps(document))
    words = ["diagnose", "--alert", str(file), "--kubeconfig", str(watched.cluster.kubeconfig), "-o", "json"]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 1, done.output or done.exception
    (found,) = json.loads(done.stdout)["diagnoses"]
    assert found["object"]["namespace"] == trouble.name
    assert found["playbook"] is not None
    assert found["findings"][0]["cause"] in trouble.causes, found["headline"]


@pytest.mark.parametrize(
    "trouble", [trouble for trouble in TROUBLES if trouble.causes], ids=lambda trouble: trouble.name
)
def test_the_alert_leads_to_the_remedy(watched: Watched, tmp_path: Path, trouble: Trouble) -> None:
    """As far as a machine may mend it, and the server agrees; else it says what to do by hand. Its page says the same."""
    file = tmp_path / "alert.json"
    file.write_text(json.dumps(watched.alerts[trouble.alerts[0], trouble.name]))
    words = [
        "diagnose",
        "--alert",
        str(file),
        "--kubeconfig",
        str(watched.cluster.kubeconfig),
        "--fix",
        "--dry-run",
        "-o",
        "json",
    ]
    done = CliRunner().invoke(app, words)
    found = json.loads(done.stdout)
    assert found["state"] == ("planned" if trouble.remedy else "refused"), found["why"]
    assert trouble.remedy == (found["plan"] or {"remedy": ""})["remedy"]
    assert trouble.remedy or "by hand" in found["why"] or "--set" in found["why"]


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.alert)
def test_its_page_offers_what_a_machine_may_do(rule: Rule) -> None:
    mended = any(trouble.remedy for trouble in TROUBLES if rule.alert in trouble.alerts)
    assert ("--fix" in (DOCS / "alerts" / f"{rule.alert}.md").read_text()) is mended


@pytest.mark.skipif(ALERTMANAGER is None, reason="no alertmanager here")
def test_what_is_posted_says_where_to_read_on(watched: Watched) -> None:
    document = watched.alerts["QuorateStatefulSetRolloutBlocked", "rollback"]
    assert document["version"] == "4"
    (alert,) = document["alerts"]
    assert alert["labels"]["pod"] == "db-2"
    assert alert["annotations"]["description"].startswith("Pod rollback/db-2 is of revision db-")
    assert alert["annotations"]["runbook_url"] == "https://wiki.example.com/alerts/QuorateStatefulSetRolloutBlocked.md"


@if_it_discovers
@pytest.mark.parametrize(
    ("pool", "label", "value"),
    [
        ("kubelet", "node_name", "node-0"),
        ("pods", "pod_name", "db-0"),
        ("service", "service_name", "db"),
        ("endpoints", "endpoints_name", "db"),
        ("endpointslice", "endpointslice_address_target_name", "db-0"),
        ("ingress", "ingress_host", "db.example.com"),
    ],
)
def test_prometheus_finds_what_there_is(watched: Watched, pool: str, label: str, value: str) -> None:
    """By list and watch, through client-go, with the kubeconfig that the world gives."""

    def found() -> bool:
        targets = watched.prometheus.targets("any")
        labels = (
            t["discoveredLabels"] for t in targets if (t.get("scrapePool") or t["discoveredLabels"]["job"]) == pool
        )
        return any(one.get(f"__meta_kubernetes_{label}") == value for one in labels)

    until(found, f"{label} {value}")


@if_it_discovers
def test_a_pod_is_scraped_while_it_is_there(watched: Watched) -> None:
    """Found while Prometheus watches, scraped through the API server, each port by itself, forgotten when it is gone."""
    mine = '{job="pods",namespace="default",pod="late",instance="late:9090"}'

    def value(expr: str) -> str:
        return "".join(sample["value"][1] for sample in watched.prometheus.query(expr))

    container = {
        "name": "main",
        "image": "registry.example.com/app:1.0",
        "ports": [{"containerPort": 9090}, {"containerPort": 80}],
    }
    annotations = {"prometheus.io/scrape": "true", "sim.quorate.dev/metrics": "requests_waiting 7"}
    meta = {"name": "late", "namespace": "default", "annotations": annotations}
    made = {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": {"containers": [container]}}
    watched.cluster.apply(made)
    until(lambda: value(f"requests_waiting{mine}") == "7", "its metric")
    now = {"metadata": {"annotations": {"sim.quorate.dev/metrics": "requests_waiting 8"}}}
    watched.cluster.world.client().patch("pods", "default", "late", now)
    until(lambda: value(f"requests_waiting{mine}") == "8", "its new metric")
    watched.cluster.world.client().delete("pods", "default", "late", grace_seconds=0)
    until(lambda: value(f"up{mine}") == "", "that it is forgotten")


@if_it_discovers
def test_kubelets_answer_but_that_of_the_lost_node(watched: Watched) -> None:
    def up() -> dict[str, str]:
        found = watched.prometheus.query('up{job="kubelet"}')
        return {sample["metric"]["node"]: sample["value"][1] for sample in found}

    until(lambda: up() == {f"node-{i}": "0" if f"node-{i}" == LOST else "1" for i in range(6)}, "all kubelets")


def test_it_scrapes_what_it_found(watched: Watched) -> None:
    up = 'up{job="kube-state-metrics"} == 1'
    until(lambda: watched.prometheus.query(up), up)
    ready = watched.prometheus.query('kube_statefulset_status_replicas_ready{namespace="well", statefulset="db"}')
    assert [sample["value"][1] for sample in ready] == ["3"]
    assert {sample["metric"]["namespace"] for sample in ready} == {"well"}
