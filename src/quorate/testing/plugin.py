"""The pytest plugin: a cluster for a test, gone when the test is over.

    cluster            a served cluster; `@pytest.mark.cluster(nodes=5, zones=3)` says what it is made of
    cluster_factory    makes further ones: cluster_factory(nodes=1)
    world              a world without a socket, on virtual time; takes the same mark

Each has a port, a token and a folder of its own, so tests may run side by side (pytest-xdist).
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from quorate.assemble.world import World
    from quorate.testing.cluster import Cluster


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "cluster(nodes=3, zones=3, seed=0, ...): what quorate's cluster and world fixtures are made of"
    )


@pytest.fixture
def cluster_factory() -> Iterator[Callable[..., "Cluster"]]:
    """Makes clusters (arguments as of `quorate.testing.Cluster`); all are stopped at the end of the test."""
    from quorate.testing.cluster import Cluster

    with ExitStack() as stack:
        yield lambda **made_of: stack.enter_context(Cluster(**made_of))


@pytest.fixture
def cluster(request: pytest.FixtureRequest, cluster_factory: Callable[..., "Cluster"]) -> "Cluster":
    """A Kubernetes control plane with simulated nodes, served on loopback."""
    return cluster_factory(**_made_of(request))


@pytest.fixture
def world(request: pytest.FixtureRequest) -> "World":
    """A world in this thread and without a socket; its time passes only in `world.run_for` and its like."""
    from quorate.testing.cluster import headless

    return headless(**_made_of(request))


def _made_of(request: pytest.FixtureRequest) -> dict[str, Any]:
    mark = request.node.get_closest_marker("cluster")
    if mark is None:
        return {}
    if mark.args:
        raise pytest.UsageError("@pytest.mark.cluster takes named arguments: @pytest.mark.cluster(nodes=5)")
    return dict(mark.kwargs)
