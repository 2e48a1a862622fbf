"""Helm against `quorate up`: a chart is installed, upgraded, rolled back and taken away."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from fetched import helm as fetched_helm
from serving import served

Helm = Callable[..., str]

VALUES = "replicas: 2\nimage: app:1\n"
TEMPLATES = {
    "deployment.yaml": """
apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ .Release.Name }}, labels: {app: {{ .Release.Name }}}}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: {{ .Release.Name }}}}
  template:
    metadata: {labels: {app: {{ .Release.Name }}}}
    spec: {containers: [{name: main, image: {{ .Values.image | quote }}}]}
""",
    "service.yaml": """
apiVersion: v1
kind: Service
metadata: {name: {{ .Release.Name }}}
spec: {selector: {app: {{ .Release.Name }}}, ports: [{port: 80}]}
""",
    "hook.yaml": """
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .Release.Name }}-migrate
  annotations: {"helm.sh/hook": "pre-install,pre-upgrade", "helm.sh/hook-delete-policy": before-hook-creation}
spec:
  template:
    metadata: {annotations: {sim.quorate.dev/fault: Succeeded}}
    spec: {restartPolicy: Never, containers: [{name: main, image: "migrate:1"}]}
""",
    "look.yaml": """
{{- $there := lookup "v1" "Namespace" "" "default" }}
apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name }}-found}
data: {namespace: {{ $there.metadata.name | quote }}, version: {{ .Capabilities.KubeVersion.Version | quote }}}
""",
}


@pytest.fixture(scope="module")
def helm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Helm]:
    binary = fetched_helm()
    folder = tmp_path_factory.mktemp("helm")
    chart = folder / "chart"
    (chart / "templates").mkdir(parents=True)
    (chart / "Chart.yaml").write_text("apiVersion: v2\nname: web\nversion: 0.1.0\n")
    (chart / "values.yaml").write_text(VALUES)
    for name, text in TEMPLATES.items():
        (chart / "templates" / name).write_text(text)
    with served(folder, "--nodes", "2", "--speed", "10") as kubeconfig:
        homes = {f"HELM_{part}_HOME": str(folder / part) for part in ("CONFIG", "CACHE", "DATA")}

        def run(*words: str, code: int = 0) -> str:
            done = subprocess.run(
                [binary, *words], cwd=folder, capture_output=True, text=True, timeout=120,
                env={**os.environ, **homes, "KUBECONFIG": str(kubeconfig)},
            )  # fmt: skip
            assert done.returncode == code, f"{words}: {done.stdout}\n{done.stderr}"
            return done.stdout + (done.stderr if code else "")

        yield run


def test_a_release_from_install_to_uninstall(helm: Helm) -> None:
    assert "STATUS: deployed" in helm("install", "web", "chart", "--wait", "--timeout", "60s")
    manifest = helm("get", "manifest", "web")
    assert 'namespace: "default"' in manifest and 'version: "v1.36.0"' in manifest
    helm("upgrade", "web", "chart", "--set", "replicas=3,image=app:2", "--wait", "--timeout", "60s")
    helm("rollback", "web", "1", "--wait", "--timeout", "60s")
    history = json.loads(helm("history", "web", "-o", "json"))
    assert [(entry["revision"], entry["status"]) for entry in history] == [
        (1, "superseded"), (2, "superseded"), (3, "deployed"),
    ]  # fmt: skip
    assert json.loads(helm("list", "-o", "json"))[0]["status"] == "deployed"
    refused = helm("upgrade", "web", "chart", "--set", "replicas=-1", code=1)
    assert "spec.replicas: Invalid value: -1: must be greater than or equal to 0" in refused
    assert 'release "web" uninstalled' in helm("uninstall", "web", "--wait", "--timeout", "60s")
    assert json.loads(helm("list", "-o", "json")) == []


def test_a_dry_run_asks_the_server_and_leaves_nothing(helm: Helm) -> None:
    assert "kind: Deployment" in helm("install", "dry", "chart", "--dry-run=server")
    assert json.loads(helm("list", "-o", "json")) == []
    assert "another operation" not in helm("upgrade", "--install", "dry", "chart", "--wait")
    helm("uninstall", "dry")
