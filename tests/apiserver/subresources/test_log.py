from collections.abc import Iterator
from typing import Any

import pytest

from quorate.apiserver.http import HttpAnswer, HttpRequest
from quorate.apiserver.subresources.log import LOOK_EVERY
from quorate.kernel.clock import SECOND
from quorate.objects.times import parse_time

from ..conftest import Door  # noqa: TID252 - one door for all tests of the API server

PODS = "/api/v1/namespaces/default/pods"
BORN = "2026-01-01T00:00:00Z"


def lines(pod: dict[str, Any], container: str, query: dict[str, str], now: int) -> Iterator[str]:
    """One line a second; what was asked for stands in the first."""
    yield f"{container} {sorted(query.items())}" if query else container
    yield from (f"second {i}" for i in range(1, (now - parse_time(BORN)) // SECOND + 1))


@pytest.fixture
def logged(door: Door) -> Door:
    door.front.logs = lines
    spec = {
        "nodeName": "n",
        "containers": [{"name": "c", "image": "i"}],
        "initContainers": [{"name": "first", "image": "i"}],
    }
    door.post(PODS, {"metadata": {"name": "p"}, "spec": spec})
    running(door)
    return door


def running(door: Door, **state: Any) -> None:
    status = {"name": "c", "ready": True, "restartCount": 0, "image": "i", "imageID": "x"}
    state = state or {"running": {"startedAt": BORN}}
    door.patch(f"{PODS}/p/status", {"status": {"containerStatuses": [{**status, "state": state}]}})


def read(door: Door, **query: str) -> str:
    made = door.raw("GET", f"{PODS}/p/log", query=query)
    assert (made.code, made.content_type) == (200, "text/plain")
    return made.body.decode()


def test_the_only_container_need_not_be_named(logged: Door) -> None:
    assert read(logged) == "c\n"
    assert read(logged, container="first") == "first\n"
    assert read(logged, limitBytes="1") == "c"
    assert read(logged, tailLines="2", timestamps="true", previous="1") == (
        "c [('previous', 'true'), ('tailLines', '2'), ('timestamps', 'true')]\n"
    )


@pytest.mark.parametrize(
    ("query", "code", "message"),
    [
        ({"container": "x"}, 400, "container x is not valid for pod p"),
        (
            {"tailLines": "-1"},
            422,
            'PodLogOptions "p" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0',
        ),
        (
            {"limitBytes": "0"},
            422,
            'PodLogOptions "p" is invalid: limitBytes: Invalid value: 0: must be greater than 0',
        ),
        ({"sinceSeconds": "0"}, 422, "must be greater than 0"),
        (
            {"sinceSeconds": "5", "sinceTime": BORN},
            422,
            "at most one of `sinceTime` or `sinceSeconds` may be specified",
        ),
        ({"tailLines": "x"}, 400, 'strconv.ParseInt: parsing "x": invalid syntax'),
    ],
)
def test_logs_that_are_refused(logged: Door, query: dict[str, str], code: int, message: str) -> None:
    found, _, told = logged.refused("GET", f"{PODS}/p/log", query=query)
    assert found == code
    assert message in told


def test_of_several_containers_one_must_be_named(logged: Door) -> None:
    spec = {"nodeName": "n", "containers": [{"name": n, "image": "i"} for n in "ab"]}
    logged.post(PODS, {"metadata": {"name": "two"}, "spec": spec})
    assert logged.refused("GET", f"{PODS}/two/log")[2] == (
        "a container name must be specified for pod two, choose one of: [a b]"
    )


class Follower:
    def __init__(self, door: Door, **query: str) -> None:
        self.got: list[bytes] = []
        request: Any = door.front.handle(HttpRequest("GET", f"{PODS}/p/log", {"follow": "true", **query}, {}))
        assert not isinstance(request, HttpAnswer), request
        assert request.content_type == "text/plain"
        self.following = request.open(door.server.store, self.got.append)

    def text(self) -> str:
        return b"".join(self.got).decode()


def pass_time(door: Door, seconds: int) -> None:
    door.server.pump.run(door.server.pump.now() + seconds * SECOND)


def test_a_follower_gets_each_line_as_its_time_comes(logged: Door) -> None:
    follower = Follower(logged)
    assert follower.text() == "c\n"
    pass_time(logged, 2 * LOOK_EVERY // SECOND)
    assert follower.text() == "c\n" + "".join(f"second {i}\n" for i in range(1, 5))
    follower.following.close()
    pass_time(logged, 10)
    assert follower.text().endswith("second 4\n")
    assert logged.server.pump.next_due() is None


def test_it_ends_when_the_container_does(logged: Door) -> None:
    follower = Follower(logged)
    pass_time(logged, 1)
    running(logged, terminated={"startedAt": BORN, "finishedAt": BORN, "exitCode": 0})
    assert follower.text() == "c\nsecond 1\n"
    assert not follower.following.following


def test_it_ends_with_the_pod_and_with_its_bytes(logged: Door) -> None:
    follower, short = Follower(logged), Follower(logged, limitBytes="4")
    pass_time(logged, 2)
    assert (short.text(), short.following.following) == ("c\nse", False)
    logged.ask("DELETE", f"{PODS}/p", {"gracePeriodSeconds": 0})
    assert not follower.following.following


def test_what_has_ended_is_not_waited_for(logged: Door) -> None:
    running(logged, terminated={"startedAt": BORN, "finishedAt": BORN, "exitCode": 0})
    follower = Follower(logged)
    assert (follower.text(), follower.following.following) == ("c\n", False)
    follower.following.close()
