"""Which cluster is meant: flags, KUBECONFIG with several files, a pod's own."""

from pathlib import Path

import pytest
import yaml

from quorate.edge.connect import connect, context_names
from quorate.edge.kubeconfig import kubeconfig
from quorate.edge.live import ClusterError


def write(path: Path, name: str, namespace: str = "") -> Path:
    made = kubeconfig(f"https://{name}.invalid:6443", "token", None)
    for part in ("clusters", "users", "contexts"):
        made[part][0]["name"] = name
    made["contexts"][0]["context"] = {"cluster": name, "user": name, **({"namespace": namespace} if namespace else {})}
    made["current-context"] = name
    path.write_text(yaml.safe_dump(made))
    return path


def test_the_context_decides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = write(tmp_path / "one", "one"), write(tmp_path / "two", "two", "prod")
    monkeypatch.setenv("KUBECONFIG", f"{one}:{tmp_path}/absent:{two}")
    assert context_names() == ["one", "two"]
    found = connect()
    assert (found.source, found.namespace) == ("https://one.invalid:6443", "default")
    found = connect(context="two")
    assert (found.source, found.namespace) == ("https://two.invalid:6443", "prod")
    assert connect(two).source == "https://two.invalid:6443", "the flag goes before the environment"
    with pytest.raises(ClusterError, match=r"no context tow \(did you mean two\?\)$"):
        connect(context="tow")
    with pytest.raises(ClusterError, match=r"no context else \(there are one, two\)$"):
        connect(context="else")


def test_in_a_pod(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "absent"))
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "10.0.0.1")
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", "443")
    with pytest.raises(ClusterError, match=r"^this pod's service account: "):
        connect()
    with pytest.raises(ClusterError, match=r"no kubeconfig at .*/absent: give --kubeconfig FILE or --dump PATH"):
        connect(tmp_path / "absent")


def test_completion_of_contexts_never_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bad").write_text("a: [")
    assert context_names(tmp_path / "bad") == context_names(tmp_path / "absent") == []
