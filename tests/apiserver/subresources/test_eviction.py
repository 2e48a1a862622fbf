"""Who may be evicted, who pays for it, and what is answered otherwise."""

from typing import Any

import pytest

from quorate.apiserver.subresources.eviction import busy, check_name, evict
from quorate.contract.failures import Refused
from quorate.kernel.clock import SECOND

Obj = dict[str, Any]
NOW = 1_767_225_600 * SECOND
TEXT = "2026-01-01T00:00:00Z"
TOO_MANY = "Cannot evict pod as it would violate the pod's disruption budget."


def pod(phase: str = "Running", ready: bool = True, conditions: tuple[Obj, ...] = (), **meta: Any) -> Obj:
    found = [{"type": "Ready", "status": "True" if ready else "False", "lastTransitionTime": "x"}, *conditions]
    return {
        "metadata": {"name": "web-0", "namespace": "n", "uid": "u", "labels": {"app": "web"}, **meta},
        "spec": {}, "status": {"phase": phase, "conditions": found},
    }  # fmt: skip


def budget(name: str = "web", selector: Obj | None = None, policy: str | None = None, **status: Any) -> Obj:
    spec: Obj = {"selector": {"matchLabels": {"app": "web"}} if selector is None else selector}
    if policy:
        spec["unhealthyPodEvictionPolicy"] = policy
    full = {
        "observedGeneration": 1,
        "disruptionsAllowed": 1,
        "currentHealthy": 3,
        "desiredHealthy": 2,
        "expectedPods": 3,
    }
    return {"metadata": {"name": name, "namespace": "n", "generation": 1}, "spec": spec, "status": {**full, **status}}


def body(**options: Any) -> Obj:
    out: Obj = {"metadata": {"name": "web-0"}}
    return {**out, "deleteOptions": options} if options else out


def refused(*args: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        evict(*args)
    return caught.value


def test_without_a_budget_the_pod_is_marked_and_goes() -> None:
    verdict = evict(pod(), [budget(selector={"matchLabels": {"app": "other"}})], body(gracePeriodSeconds=5), NOW)
    assert verdict.budget is None and verdict.grace_seconds == 5 and verdict.pod is not None
    assert verdict.pod["status"]["conditions"][-1] == {
        "type": "DisruptionTarget",
        "status": "True",
        "reason": "EvictionByEvictionAPI",
        "message": "Eviction API: evicting",
        "lastTransitionTime": TEXT,
        "lastProbeTime": None,
    }
    assert evict(verdict.pod, [], body(), NOW + 9 * SECOND).pod is None


def test_the_budget_pays() -> None:
    before = budget(disruptionsAllowed=2, disruptedPods={"web-2": "x"})
    verdict = evict(pod(), [before], body(), NOW)
    assert verdict.budget is not None and verdict.held_still is None
    assert verdict.budget["status"] == {
        **before["status"], "disruptionsAllowed": 1, "disruptedPods": {"web-2": "x", "web-0": TEXT},
    }  # fmt: skip
    assert before["status"]["disruptionsAllowed"] == 2


def test_the_last_disruption_turns_the_condition() -> None:
    allowed = {"type": "DisruptionAllowed", "status": "True", "reason": "SufficientPods", "lastTransitionTime": "x"}
    verdict = evict(pod(), [budget(conditions=[allowed])], body(), NOW)
    assert verdict.budget is not None
    assert verdict.budget["status"]["conditions"] == [
        {"type": "DisruptionAllowed", "status": "False", "reason": "InsufficientPods", "message": "",
         "lastTransitionTime": TEXT, "observedGeneration": 1}
    ]  # fmt: skip


CAUSES = [
    (
        budget(disruptionsAllowed=0, currentHealthy=2),
        "The disruption budget web needs 2 healthy pods and has 2 currently",
    ),
    (budget(disruptionsAllowed=0), "The disruption budget web does not allow evicting pods currently"),
    (
        budget(
            disruptionsAllowed=0,
            conditions=[{"type": "DisruptionAllowed", "status": "False", "reason": "SyncFailed", "message": "no"}],
        ),
        "The disruption budget web does not allow evicting pods currently because it failed sync: no",
    ),
]


@pytest.mark.parametrize(("held", "cause"), CAUSES)
def test_an_exhausted_budget_refuses(held: Obj, cause: str) -> None:
    error = refused(pod(), [held], body(), NOW)
    assert (error.code, error.reason, error.message) == (429, "TooManyRequests", TOO_MANY)
    assert error.details == {"causes": [{"reason": "DisruptionBudget", "message": cause}]}


def test_a_budget_that_was_not_looked_at_since_it_changed_asks_for_patience() -> None:
    error = refused(pod(), [budget(observedGeneration=0)], body(), NOW)
    cause = "The disruption budget web is still being processed by the server."
    assert error.code == 429 and error.details == {
        "causes": [{"reason": "DisruptionBudget", "message": cause}], "retryAfterSeconds": 10,
    }  # fmt: skip
    assert busy("web").details == error.details


def test_two_budgets_are_an_error() -> None:
    error = refused(pod(), [budget(), budget("all", selector={})], body(), NOW)
    assert error.status() == {
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "code": 500,
        "message": "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.",
    }  # fmt: skip


def test_broken_budgets_forbid() -> None:
    error = refused(pod(), [budget(disruptionsAllowed=-1)], body(), NOW)
    assert error.message == 'poddisruptionbudget.policy "web" is forbidden: pdb disruptions allowed is negative'
    many = {f"p{i}": "x" for i in range(2001)}
    assert refused(pod(), [budget(disruptedPods=many)], body(), NOW).code == 403


@pytest.mark.parametrize("idle", [pod("Pending"), pod("Failed"), pod("Succeeded"), pod(deletionTimestamp="x")])
def test_a_pod_that_does_no_work_asks_nobody(idle: Obj) -> None:
    verdict = evict(idle, [budget(disruptionsAllowed=0), budget("two")], body(), NOW)
    assert verdict.budget is None


UNREADY = [
    ("the rest is healthy", budget(currentHealthy=2, disruptionsAllowed=0), True),
    ("the rest is not", budget(currentHealthy=1, disruptionsAllowed=0), False),
    ("nothing is desired", budget(currentHealthy=0, desiredHealthy=0, disruptionsAllowed=0), False),
    ("always", budget(currentHealthy=1, disruptionsAllowed=0, policy="AlwaysAllow"), True),
    ("only if healthy", budget(currentHealthy=1, disruptionsAllowed=0, policy="IfHealthyBudget"), False),
]


@pytest.mark.parametrize(("held", "goes"), [u[1:] for u in UNREADY], ids=[u[0] for u in UNREADY])
def test_an_unready_pod_costs_nothing_if_it_may_go(held: Obj, goes: bool) -> None:
    if goes:
        verdict = evict(pod(ready=False), [held], body(), NOW)
        assert verdict.budget is None and verdict.held_still == "web"
    else:
        assert refused(pod(ready=False), [held], body(), NOW).code == 429


def test_an_always_allowing_budget_still_guards_ready_pods() -> None:
    held = budget(currentHealthy=1, disruptionsAllowed=0, policy="AlwaysAllow")
    assert refused(pod(), [held], body(), NOW).code == 429


@pytest.mark.parametrize(("options", "parameter"), [({"dryRun": ["All"]}, False), ({}, True)])
def test_a_dry_run_is_judged_and_writes_nothing(options: Obj, parameter: bool) -> None:
    verdict = evict(pod(), [budget()], body(**options), NOW, parameter)
    assert verdict.dry_run and verdict.budget is None and verdict.pod is None
    with pytest.raises(Refused):
        evict(pod(), [budget(disruptionsAllowed=0)], body(**options), NOW, parameter)


def test_preconditions_are_passed_on() -> None:
    verdict = evict(
        pod(), [], body(preconditions={"uid": "u", "resourceVersion": "3"}, propagationPolicy="Orphan"), NOW
    )
    assert (verdict.uid, verdict.resource_version, verdict.propagation) == ("u", "3", "Orphan")


def test_the_body_must_name_the_pod() -> None:
    with pytest.raises(Refused) as caught:
        check_name("web-0", {"metadata": {"name": "web-1"}})
    assert (caught.value.code, caught.value.message) == (400, "name in URL does not match name in Eviction object")
