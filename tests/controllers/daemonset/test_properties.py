"""Whatever happens during an update: never fewer available than promised, never more pods on a node than the surge."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quorate.controllers.daemonset import rolling
from quorate.kernel.clock import MINUTE, SECOND
from quorate.objects.pod import is_ready, is_terminating

NODES = 4
MOVES = st.one_of(
    st.tuples(st.just("image"), st.integers(1, 4)),
    st.tuples(st.just("go"), st.integers(1, 12)),
    st.tuples(st.just("stir"), st.integers(0, NODES - 1)),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    surge=st.sampled_from([0, 0, 0, 1, 2, "50%"]), unavailable=st.sampled_from([1, 2, "25%", "60%"]),
    min_ready=st.sampled_from([0, 3]), moves=st.lists(MOVES, max_size=8),
)  # fmt: skip
def test_promises_hold_and_updates_end(play: Any, surge: Any, unavailable: Any, min_ready: int, moves: Any) -> None:
    on = play(nodes=NODES)
    said = {"maxSurge": surge, "maxUnavailable": 0 if surge else unavailable}
    annotations = {"sim.quorate.dev/ready-after": "2s", "sim.quorate.dev/stop-after": "1s"}
    on.apply(annotations=annotations, updateStrategy={"rollingUpdate": said}, minReadySeconds=min_ready)
    on.go(10 * SECOND)
    most = rolling.max_unavailable(on.it, NODES)
    for what, n in [("image", 9), ("go", 4), *moves]:
        match what:
            case "image":
                on.edit(image=f"app:{n}")
            case "go":
                for _ in range(n):
                    on.go(SECOND // 2)
                    _promises(on, most, rolling.max_surge(on.it, NODES))
            case "stir":
                # A label that is none of the template's business wakes everybody and changes nothing.
                on.node(f"node-{n}", metadata={"labels": {"stirred": "yes"}})
    on.go(2 * MINUTE)
    wanted = on.it["spec"]["template"]["spec"]["containers"][0]["image"]
    assert on.where() == {f"node-{n}": wanted for n in range(NODES)}
    status = on.status
    assert status["numberAvailable"] == status["updatedNumberScheduled"] == NODES
    assert on.it["status"]["observedGeneration"] == on.it["metadata"]["generation"]


def _promises(on: Any, most: int, surge: int) -> None:
    staying = [pod for pod in on.pods() if not is_terminating(pod)]
    nodes = [pod["spec"].get("nodeName") for pod in staying]
    assert max((nodes.count(node) for node in nodes), default=0) <= (2 if surge else 1)
    assert len({pod["spec"].get("nodeName") for pod in staying if is_ready(pod)}) >= NODES - most
    assert len(staying) <= NODES + surge
