"""Whatever happens during rollouts: never more pods than the surge allows, never fewer available than promised."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quorate.controllers.deployment import amounts
from quorate.objects.pod import is_ready, is_terminating

MOVES = st.one_of(
    st.tuples(st.just("settle"), st.just(0)),
    st.tuples(st.just("ready"), st.just(0)),
    st.tuples(st.just("gone"), st.just(0)),
    st.tuples(st.just("image"), st.integers(1, 4)),
    st.tuples(st.just("break"), st.integers(2, 4)),
)
SIZES = st.one_of(st.integers(0, 3), st.sampled_from(["0%", "25%", "50%", "100%"]))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(replicas=st.integers(1, 7), surge=SIZES, unavailable=SIZES, moves=st.lists(MOVES, max_size=25))
def test_bounds_hold_and_rollouts_end(running: Any, replicas: int, surge: Any, unavailable: Any, moves: Any) -> None:
    on = running(replicas=replicas, surge=surge, unavailable=unavailable)
    most = replicas + amounts.max_surge(on.it)
    least = replicas - amounts.max_unavailable(on.it)

    def promises() -> None:
        staying = [pod for pod in on.pods() if not is_terminating(pod)]
        assert len(staying) <= most
        assert sum(is_ready(pod) for pod in staying) >= least

    on.after = promises
    for what, n in moves:
        match what:
            case "settle":
                on.settle()
            case "ready":
                on.ready()
            case "gone":
                on.gone()
            case "image":
                on.edit(image=f"app:{n}")
            case "break":
                on.broken.symmetric_difference_update({f"app:{n}"})
    on.broken.clear()
    on.play()
    wanted = on.it["spec"]["template"]["spec"]["containers"][0]["image"]
    assert [on.image(pod) for pod in on.pods()] == [wanted] * replicas
    assert on.reason() == "NewReplicaSetAvailable"
    assert on.status["observedGeneration"] == on.it["metadata"]["generation"]
