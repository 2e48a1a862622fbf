"""The lines of a container."""

from typing import Any

import pytest

from quorate.contract.failures import Refused
from quorate.nodes.simulated.logs import lines


def logged(cluster: Any, **query: str) -> list[str]:
    return list(lines(cluster.pod(), "main", query, cluster.pump.now()))


def test_a_running_container_says_that_it_is_up(cluster: Any) -> None:
    cluster.run_pod()
    cluster.run(65)
    assert logged(cluster) == ["INFO  starting docker.io/library/app:1", "INFO  up for 30s", "INFO  up for 60s"]
    assert logged(cluster, tailLines="1") == ["INFO  up for 60s"]
    assert logged(cluster, sinceSeconds="40") == ["INFO  up for 30s", "INFO  up for 60s"]
    assert logged(cluster, tailLines="1", timestamps="true") == ["2026-01-01T00:01:00.000000000Z INFO  up for 60s"]
    assert logged(cluster, sinceTime="2026-01-01T00:00:45Z") == ["INFO  up for 60s"]


def test_a_crashed_run_is_the_previous_one(cluster: Any) -> None:
    cluster.run_pod(annotations={"crash-after": "40s", "exit-code": "3"})
    cluster.run(45)
    crashed = ["INFO  starting docker.io/library/app:1", "INFO  up for 30s", "FATAL cannot go on, exiting with code 3"]
    assert logged(cluster, previous="true") == crashed
    assert logged(cluster) == ["INFO  starting docker.io/library/app:1 (restart 1)"]


@pytest.mark.parametrize(
    ("annotations", "query", "message"),
    [
        ({"start-after": "1m"}, {}, 'container "main" in pod "web-0" is waiting to start: ContainerCreating'),
        ({"fault": "ErrImagePull"}, {}, 'container "main" in pod "web-0" is waiting to start: image can\'t be pulled'),
        ({}, {"previous": "true"}, 'previous terminated container "main" in pod "web-0" not found'),
        ({}, {"sinceTime": "yesterday"}, "sinceTime: 'yesterday' is no time"),
    ],
)
def test_refusals(cluster: Any, annotations: Any, query: dict[str, str], message: str) -> None:
    cluster.run_pod(annotations=annotations)
    with pytest.raises(Refused) as refused:
        logged(cluster, **query)
    assert (refused.value.code, refused.value.message) == (400, message)


def test_the_tail_of_a_long_life_is_not_slow(cluster: Any) -> None:
    cluster.run_pod()
    cluster.run(30 * 24 * 3600)
    assert logged(cluster, sinceSeconds="60")[-1] == "INFO  up for 2592000s"
