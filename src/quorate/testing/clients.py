"""Clients of the popular libraries, for a kubeconfig. Each library is imported when it is asked for."""

import warnings
from pathlib import Path
from typing import Any


class ClientMissing(ImportError):
    """The library is not installed here; the message says how to install it."""


def close_kubernetes(client: Any) -> None:
    client.close()
    client.rest_client.pool_manager.clear()


def _missing(library: str) -> ClientMissing:
    return ClientMissing(f"cluster.{library}() needs the library {library!r}: pip install {library}")


def kubernetes(kubeconfig: Path) -> Any:
    try:
        from kubernetes import config
    except ImportError:
        raise _missing("kubernetes") from None
    return config.new_client_from_config(config_file=str(kubeconfig))


def kr8s(kubeconfig: Path) -> Any:
    try:
        import kr8s as library
    except ImportError:
        raise _missing("kr8s") from None
    with warnings.catch_warnings():
        # It warns of every Kubernetes that is newer than itself.
        warnings.filterwarnings("ignore", message="Kubernetes version .* is not supported", category=UserWarning)
        return library.api(kubeconfig=str(kubeconfig))


def lightkube(kubeconfig: Path, arguments: dict[str, Any]) -> Any:
    try:
        import lightkube as library
    except ImportError:
        raise _missing("lightkube") from None
    return library.Client(config=library.KubeConfig.from_file(str(kubeconfig)), **arguments)
