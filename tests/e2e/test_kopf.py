"""An operator written with kopf runs unchanged against `quorate up`."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from serving import served

pytest.importorskip("kopf")
import kubernetes  # after the check that kopf is there

HERE = Path(__file__).parent
PATIENCE = 60.0

FLOCKS: dict[str, Any] = {
    "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
    "metadata": {"name": "flocks.birds.example"},
    "spec": {
        "group": "birds.example", "scope": "Namespaced",
        "names": {"plural": "flocks", "singular": "flock", "kind": "Flock", "shortNames": ["fl"]},
        "versions": [{
            "name": "v1", "served": True, "storage": True, "subresources": {"status": {}},
            "schema": {"openAPIV3Schema": {"type": "object", "properties": {
                "spec": {
                    "type": "object", "required": ["bird"],
                    "properties": {
                        "bird": {"type": "string", "maxLength": 20},
                        "size": {"type": "integer", "minimum": 1, "default": 2},
                    },
                },
                "status": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
            }}},
        }],
    },
}  # fmt: skip


def until(holds: Callable[[], Any], what: str) -> Any:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = holds()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"it did not come to pass that {what}")


def stopped(process: "subprocess.Popen[str]") -> str:
    process.send_signal(signal.SIGINT)
    try:
        return process.communicate(timeout=180)[0]
    except subprocess.TimeoutExpired:
        process.kill()
        return process.communicate()[0]


@pytest.fixture
def kubeconfig(tmp_path: Path) -> Iterator[Path]:
    with served(tmp_path, "--nodes", "1") as path:
        yield path


class Flocks:
    """The client's side of the story."""

    def __init__(self, kubeconfig: Path) -> None:
        made = kubernetes.config.new_client_from_config(str(kubeconfig))
        self.custom, self.core = kubernetes.client.CustomObjectsApi(made), kubernetes.client.CoreV1Api(made)
        self.definitions = kubernetes.client.ApiextensionsV1Api(made)

    def define(self) -> None:
        until(self.answers, "the server answers")
        self.definitions.create_custom_resource_definition(FLOCKS)
        until(self.established, "the definition is established")

    def answers(self) -> bool:
        try:
            return bool(self.core.list_namespace())
        except Exception:
            return False

    def established(self) -> bool:
        found = self.definitions.read_custom_resource_definition("flocks.birds.example")
        return any(c.type == "Established" and c.status == "True" for c in found.status.conditions or ())

    def create(self, name: str, spec: dict[str, Any]) -> None:
        body = {"apiVersion": "birds.example/v1", "kind": "Flock", "metadata": {"name": name}, "spec": spec}
        self.custom.create_namespaced_custom_object("birds.example", "v1", "default", "flocks", body)

    def get(self, name: str) -> Any:
        try:
            return self.custom.get_namespaced_custom_object("birds.example", "v1", "default", "flocks", name)
        except kubernetes.client.ApiException as wrong:
            if wrong.status == 404:
                return None
            raise

    def patch(self, name: str, spec: dict[str, Any]) -> None:
        self.custom.patch_namespaced_custom_object("birds.example", "v1", "default", "flocks", name, {"spec": spec})

    def delete(self, name: str) -> None:
        self.custom.delete_namespaced_custom_object("birds.example", "v1", "default", "flocks", name)

    def status(self, name: str) -> Any:
        return (self.get(name) or {}).get("status") or {}

    def birds(self, name: str) -> str | None:
        try:
            found: str = self.core.read_namespaced_config_map(f"{name}-flock", "default").data["birds"]
            return found
        except kubernetes.client.ApiException:
            return None

    def has(self, config_map: str) -> bool:
        return any(c.metadata.name == config_map for c in self.core.list_namespaced_config_map("default").items)


@pytest.fixture
def flocks(kubeconfig: Path, tmp_path: Path) -> Iterator[Flocks]:
    made = Flocks(kubeconfig)
    made.define()
    command = [
        sys.executable, "-m", "kopf", "run", "--standalone", "--namespace", "default", str(HERE / "flock_operator.py"),
    ]  # fmt: skip
    log = (tmp_path / "kopf.log").open("w+")
    env = {**os.environ, "KUBECONFIG": str(kubeconfig)}
    operator = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, text=True, env=env)
    try:
        yield made
    except BaseException:
        log.seek(0)
        print(log.read())
        raise
    finally:
        stopped(operator)
        log.seek(0)
        print(log.read())


@pytest.mark.filterwarnings("ignore")
def test_an_operator_lives_its_life(flocks: Flocks) -> None:
    flocks.create("geese", {"bird": "goose"})
    until(lambda: flocks.birds("geese") == "goose-0,goose-1", "the operator made what the flock wants")
    until(lambda: flocks.status("geese").get("phase") == "Ready", "the operator wrote the status")
    made = flocks.get("geese")
    assert made["metadata"]["finalizers"] == ["flocks.birds.example/finalizer"]
    until(lambda: flocks.status("geese").get("create") == {"birds": 2}, "the handler's result is kept")
    until(lambda: flocks.status("geese").get("ticks", 0) >= 3, "the timer ticks")
    until(lambda: flocks.has("geese-watched"), "the daemon runs")
    assert flocks.get("geese")["metadata"]["generation"] == 1

    flocks.patch("geese", {"size": 3})
    until(lambda: flocks.birds("geese") == "goose-0,goose-1,goose-2", "the operator follows a change")
    until(lambda: flocks.status("geese").get("phase") == "Changed", "the operator tells of it")
    assert flocks.get("geese")["metadata"]["generation"] == 2

    flocks.patch("geese", {"bird": "dodo"})
    failed = "there are none left"
    events = flocks.core.list_namespaced_event
    until(lambda: any(failed in (e.message or "") for e in events("default").items), "a failure becomes an event")
    with pytest.raises(kubernetes.client.ApiException, match="should be greater than or equal to 1"):
        flocks.patch("geese", {"size": 0})

    flocks.delete("geese")
    until(lambda: flocks.has("geese-farewell"), "the operator is asked before the flock goes")
    until(lambda: flocks.get("geese") is None, "the flock goes when the operator lets it")
    until(lambda: not flocks.has("geese-flock"), "what it owned is collected")
