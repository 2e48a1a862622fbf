"""The kubeconfig that `quorate up` leaves for kubectl: mode 0600, since it holds the token."""

import base64
import os
from pathlib import Path
from typing import Any

import yaml


class KubeconfigError(Exception):
    """The file cannot be written or read; the message names it and says why."""


def kubeconfig(
    server: str, token: str, authority: bytes | None, client: tuple[bytes, bytes] | None = None
) -> dict[str, Any]:
    """The context "quorate" goes in by token; "quorate-certificate" by a client's (certificate, key). All in PEM."""
    cluster: dict[str, Any] = {"server": server}
    if authority is not None:
        cluster["certificate-authority-data"] = _base64(authority)
    made: dict[str, Any] = {
        "apiVersion": "v1", "kind": "Config", "preferences": {}, "current-context": "quorate",
        "clusters": [{"name": "quorate", "cluster": cluster}],
        "users": [{"name": "quorate-admin", "user": {"token": token}}],
        "contexts": [{"name": "quorate", "context": {"cluster": "quorate", "user": "quorate-admin"}}],
    }  # fmt: skip
    if client is not None:
        name = "quorate-certificate"
        shown = {"client-certificate-data": _base64(client[0]), "client-key-data": _base64(client[1])}
        made["users"].append({"name": name, "user": shown})
        made["contexts"].append({"name": name, "context": {"cluster": "quorate", "user": name}})
    return made


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def write_kubeconfig(path: Path, content: dict[str, Any]) -> None:
    """Replace the file in one step, so that a reader never sees half of it. Raises KubeconfigError."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as out:
            yaml.safe_dump(content, out, sort_keys=False)
        os.replace(beside, path)
    except OSError as wrong:
        beside.unlink(missing_ok=True) if beside.parent.is_dir() else None
        raise KubeconfigError(f"cannot write the kubeconfig {path}: {wrong.strerror or wrong}") from None


def read_endpoint(path: Path) -> tuple[str, str, bytes | None]:
    """(server, token, certificate) of a kubeconfig written above. Raises KubeconfigError."""
    try:
        content = yaml.safe_load(path.read_text())
        cluster = content["clusters"][0]["cluster"]
        token = content["users"][0]["user"].get("token", "")
        authority = cluster.get("certificate-authority-data")
        return cluster["server"], token, base64.b64decode(authority) if authority else None
    except OSError as wrong:
        raise KubeconfigError(f"cannot read the kubeconfig {path}: {wrong.strerror or wrong}") from None
    except (yaml.YAMLError, KeyError, IndexError, TypeError, AttributeError, ValueError):
        raise KubeconfigError(f"{path} is no kubeconfig that quorate up wrote") from None
