"""A real Prometheus on a world full of troubles: it finds its targets there, the right alerts fire, and what Alertmanager then
posts leads to the right causes."""

import base64
import json
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
from quorate.observe.alerting import groups, rules, written
from quorate.testing.cluster import Cluster

from .prometheus import ALERTMANAGER, PROMETHEUS, Prometheus, alertmanager, discovers, hurried, prometheus, until
from .troubles import LASTS, TROUBLES, Trouble, play

pytestmark = pytest.mark.skipif(PROMETHEUS is None, reason="no prometheus here: tools/prometheus.sh fetches it")
ROLES = ("node", "pod", "service", "endpoints", "endpointslice")
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
    """The metrics of the cluster; and whatever there is to be found in it, where this Prometheus can look for it.

    The metrics are found through the kubernetes Service then. Pods of simulated nodes can be found, but not scraped.
    """
    config = yaml.safe_load(cluster.kubeconfig.read_text())
    ca = cluster.folder / "ca.crt"
    ca.write_bytes(base64.b64decode(config["clusters"][0]["cluster"]["certificate-authority-data"]))
    here = urlsplit(cluster.url).netloc
    state: dict[str, Any] = {
        "job_name": "kube-state-metrics", "scheme": "https", "honor_labels": True,
        "authorization": {"credentials": cluster.token}, "tls_config": {"ca_file": str(ca)},
    }  # fmt: skip
    if not DISCOVERS:
        return [{**state, "static_configs": [{"targets": [here]}]}]

    def looking_for(role: str) -> dict[str, Any]:
        return {"kubernetes_sd_configs": [{"role": role, "kubeconfig_file": str(cluster.kubeconfig)}]}

    service = ["__meta_kubernetes_namespace", "__meta_kubernetes_service_name"]
    relabel = [
        {"source_labels": service, "regex": "default;kubernetes", "action": "keep"},
        {"target_label": "__address__", "replacement": here},
    ]
    found = [{"job_name": role, **looking_for(role)} for role in ROLES]
    return [{**state, **looking_for("service"), "relabel_configs": relabel}, *found]


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    folder = tmp_path_factory.mktemp("prometheus")
    with ExitStack() as stack:
        start = (datetime.now(UTC) - LASTS).strftime("%Y-%m-%dT%H:%M:%SZ")
        cluster = stack.enter_context(Cluster(nodes=6, zones=3, start=start))
        play(cluster)
        address, posted = stack.enter_context(alertmanager(folder)) if ALERTMANAGER else ("", [])
        text = hurried(written(groups(rules())))
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


@pytest.mark.skipif(ALERTMANAGER is None, reason="no alertmanager here")
def test_what_is_posted_says_where_to_read_on(watched: Watched) -> None:
    document = watched.alerts["QuorateStatefulSetRolloutBlocked", "rollback"]
    assert document["version"] == "4"
    (alert,) = document["alerts"]
    assert alert["labels"]["pod"] == "db-2"
    assert alert["annotations"]["description"].startswith("Pod rollback/db-2 is of revision db-")
    assert alert["annotations"]["runbook_url"].endswith("/QuorateStatefulSetRolloutBlocked.md")


@if_it_discovers
@pytest.mark.parametrize("role", ROLES)
def test_prometheus_finds_what_there_is(watched: Watched, role: str) -> None:
    """By list and watch, through client-go, with the kubeconfig that the world gives."""

    def found() -> list[dict[str, str]]:
        return [t["discoveredLabels"] for t in watched.prometheus.targets() if t["scrapePool"] == role]

    labels = until(found, f"targets of role {role}")
    expected = {
        "node": ("__meta_kubernetes_node_name", "node-0"),
        "pod": ("__meta_kubernetes_pod_name", "db-0"),
        "service": ("__meta_kubernetes_service_name", "db"),
        "endpoints": ("__meta_kubernetes_endpoints_name", "db"),
        "endpointslice": ("__meta_kubernetes_endpointslice_address_target_name", "db-0"),
    }[role]
    assert any(one.get(expected[0]) == expected[1] for one in labels)


@if_it_discovers
def test_a_new_pod_is_found_while_it_watches(watched: Watched) -> None:
    def names() -> set[str]:
        found = (t["discoveredLabels"] for t in watched.prometheus.targets())
        return {one.get("__meta_kubernetes_pod_name", "") for one in found}

    assert "late" not in names()
    pod = {"containers": [{"name": "main", "image": "registry.example.com/app:1.0", "ports": [{"containerPort": 80}]}]}
    meta = {"name": "late", "namespace": "default"}
    watched.cluster.apply({"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": pod})
    until(lambda: "late" in names(), "the new pod")


def test_it_scrapes_what_it_found(watched: Watched) -> None:
    up = 'up{job="kube-state-metrics"} == 1'
    until(lambda: watched.prometheus.query(up), up)
    ready = watched.prometheus.query('kube_statefulset_status_replicas_ready{namespace="well", statefulset="db"}')
    assert [sample["value"][1] for sample in ready] == ["3"]
    assert {sample["metric"]["namespace"] for sample in ready} == {"well"}
