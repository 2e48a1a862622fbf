"""For people who test operators and clients: a Kubernetes control plane in the test's own process.

    def test_my_operator(cluster):
        cluster.apply("deploy/")
        cluster.wait_for("deployment/my-operator", "rollout")
        cluster.advance("10m")

The pytest plugin gives the fixtures `cluster`, `cluster_factory` and `world` (quorate.testing.plugin); `Cluster` can be used
without pytest.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from quorate.testing.applying import apply
    from quorate.testing.clients import ClientMissing
    from quorate.testing.cluster import Cluster, KubectlFailed
    from quorate.testing.conditions import NotYet

_IN = {
    "Cluster": "cluster",
    "KubectlFailed": "cluster",
    "ClientMissing": "clients",
    "NotYet": "conditions",
    "apply": "applying",
}


def __getattr__(name: str) -> Any:
    """Loaded at their first use: every run of pytest imports this package, few of its tests need a cluster."""
    from importlib import import_module

    if name not in _IN:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_IN[name]}"), name)


__all__ = ["ClientMissing", "Cluster", "KubectlFailed", "NotYet", "apply"]
