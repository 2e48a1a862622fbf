"""Which cluster: by kubeconfig, with every way to authenticate that the official client knows, or from within a pod."""

import logging
import os
from pathlib import Path
from typing import Any

import yaml

from quorate.diagnosis.near import nearest
from quorate.edge.live import Cluster, ClusterError


def connect(kubeconfig: Path | None = None, context: str | None = None) -> Cluster:
    """By --kubeconfig, else $KUBECONFIG, else ~/.kube/config, else the pod's service account. Raises ClusterError."""
    from kubernetes import client, config

    name = _name(kubeconfig)
    here = [f for f in _files(name) if f.exists()]
    if not here and kubeconfig is None and os.environ.get("KUBERNETES_SERVICE_HOST"):
        return _own()
    if not here:
        raise ClusterError(f"no kubeconfig at {name}: give --kubeconfig FILE or --dump PATH")
    joined = os.pathsep.join(map(str, here))
    configuration, heard = client.Configuration(), _Heard()
    logging.getLogger().addHandler(heard)  # the client tells failing exec plugins only to the log
    try:
        contexts, active = config.list_kube_config_contexts(joined)
        names = [str(c.get("name")) for c in contexts]
        if context is not None and context not in names:
            raise ClusterError(f"kubeconfig {name}: no context {context} ({_meant(context, names)})")
        context = context or _current(here)
        config.load_kube_config(joined, context=context, client_configuration=configuration, persist_config=False)
    except ClusterError:
        raise
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as wrong:
        raise ClusterError(f"kubeconfig {name}: not a kubeconfig: {_line(wrong, 160)}") from None
    except Exception as wrong:  # its own, YAML's and ssl's errors, those of plugins: each has its own kind
        raise ClusterError(f"kubeconfig {name}: {_line(wrong, 200)}") from None
    finally:
        logging.getLogger().removeHandler(heard)
    if heard.said:
        raise ClusterError(
            f"kubeconfig {name}: its credentials cannot be had: {heard.said}; log in again, or say another --context"
        )
    chosen = next((c for c in contexts if c.get("name") == context), active) if context else active
    namespace = ((chosen or {}).get("context") or {}).get("namespace") or "default"
    return Cluster(client.ApiClient(configuration), configuration.host, namespace)


def context_names(kubeconfig: Path | None = None) -> list[str]:
    """For the shell's completion: none rather than an error."""
    from kubernetes import config

    try:
        here = [str(f) for f in _files(_name(kubeconfig)) if f.exists()]
        return [c["name"] for c in config.list_kube_config_contexts(os.pathsep.join(here))[0]]
    except Exception:  # a completion that fails completes nothing
        return []


def _name(kubeconfig: Path | None) -> str:
    return str(kubeconfig) if kubeconfig is not None else os.environ.get("KUBECONFIG") or "~/.kube/config"


def _files(name: str) -> list[Path]:
    return [Path(p).expanduser() for p in name.split(os.pathsep) if p]


def _current(files: list[Path]) -> str | None:
    """Of several files the first that names a context decides, as for kubectl; the client takes the last."""
    for file in files:
        found = yaml.safe_load(file.read_text(encoding="utf-8"))
        if isinstance(found, dict) and found.get("current-context"):
            return str(found["current-context"])
    return None


def _meant(context: str, names: list[str]) -> str:
    meant = nearest(context, names)
    if meant:
        return f"did you mean {', '.join(meant)}?"
    return f"there are {', '.join(sorted(names)[:8])}" if names else "it has none"


class _Heard(logging.Handler):
    """The last error that the client logged, in one line."""

    said = ""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)

    def emit(self, record: logging.LogRecord) -> None:
        self.said = _line(record.getMessage(), 200)


def _line(said: Any, most: int) -> str:
    return " ".join(str(said).split())[:most]


def _own() -> Cluster:
    """As the service account of the pod that this runs in."""
    from kubernetes import client, config
    from kubernetes.config.config_exception import ConfigException

    configuration = client.Configuration()
    try:
        config.load_incluster_config(client_configuration=configuration)
    except ConfigException as wrong:
        raise ClusterError(f"this pod's service account: {_line(wrong, 160)}") from None
    return Cluster(client.ApiClient(configuration), "this cluster", _own_namespace())


def _own_namespace() -> str:
    try:
        return Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace").read_text(encoding="utf-8").strip()
    except OSError:
        return "default"
