"""What becomes of an etcd that is changed in one way or another: verdicts, and why."""

import pytest

from quorate.kernel.clock import MINUTE, SECOND
from quorate.rehearsal.drill import drills

PLANNED = ("node-drain", "rolling-update", "bad-update", "scale-down-up", "pod-delete")


def verdicts(report):
    return {o.drill: o.verdict for o in report.outcomes}


def why(report, drill=None):
    return next(o.why for o in report.outcomes if drill in (None, o.drill))


def test_the_good_one_passes_everything(etcd, rehearse) -> None:
    report = rehearse(etcd)
    assert set(verdicts(report).values()) == {"pass"}
    assert list(verdicts(report)) == [d.name for d in drills()]
    assert all(0.9 < o.availability <= 1 and o.longest_outage < 5 * SECOND for o in report.outcomes)
    assert why(report, "node-drain") == "the budget held evictions back until it was safe"
    crash = next(o for o in report.outcomes if o.drill == "node-crash")
    assert crash.recovery is not None and 15 * MINUTE < crash.recovery < 17 * MINUTE
    assert crash.at_risk > 15 * MINUTE, "one member was away all that time"


def test_who_was_away_is_named(etcd, rehearse) -> None:
    report = rehearse(etcd.without_spread().without_budget(), "node-drain", "zone-loss")
    assert why(report, "node-drain").startswith("no quorum for 16")
    assert "etcd-0, etcd-1 and etcd-2 away at once (evicted); 2 of 3 must serve" in why(report, "node-drain")
    assert "etcd-0, etcd-1 and etcd-2 away at once (node-0 lost power)" in why(report, "zone-loss")


def test_a_zone_is_named_when_its_nodes_are_several(etcd, rehearse) -> None:
    etcd.pod["nodeSelector"] = {"topology.kubernetes.io/zone": "eu-1b"}
    report = rehearse(etcd, "zone-loss")
    assert "etcd-0, etcd-1 and etcd-2 away at once (eu-1b lost power)" in why(report)


def test_two_nodes_are_drained_even_if_leader_and_follower_share_one(etcd, rehearse) -> None:
    """Two members fit a node: the follower to drain is the one elsewhere."""
    etcd.without_spread().without_budget()
    etcd.container["resources"] = {"requests": {"cpu": "3"}}
    report = rehearse(etcd, "node-drain")
    assert "etcd-0, etcd-1 and etcd-2 away at once" in why(report)


def test_a_tight_budget_stops_a_drain_and_hurts_nobody(etcd, rehearse) -> None:
    etcd.budget["spec"] = {"minAvailable": "100%", "selector": etcd.budget["spec"]["selector"]}
    (outcome,) = rehearse(etcd, "node-drain").outcomes
    assert outcome.verdict == "fail" and outcome.availability == 1 and outcome.recovery == 0
    assert outcome.why.startswith("the drain still waits for etcd-")
    assert "cannot be evicted: The disruption budget etcd needs 3 healthy pods and has 3 currently" in outcome.why


def test_two_budgets_over_a_pod_stop_a_drain(etcd, rehearse) -> None:
    etcd.more.append({**etcd.budget, "metadata": {"name": "again"}})
    (outcome,) = rehearse(etcd, "node-drain").outcomes
    assert outcome.verdict == "fail"
    assert (
        "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support" in outcome.why
    )


def test_without_a_probe_the_next_member_is_stopped_too_early(etcd, rehearse) -> None:
    report = rehearse(etcd.without_probe(), "rolling-update", "bad-update", "pod-delete")
    assert verdicts(report) == {"rolling-update": "fail", "bad-update": "fail", "pod-delete": "pass"}
    assert "(replaced by the update)" in why(report, "rolling-update")
    assert "away at once (updated to a revision that never serves)" in why(report, "bad-update")


def test_the_naive_revert_is_stuck_under_ordered_ready(etcd, rehearse) -> None:
    etcd.spec["podManagementPolicy"] = "OrderedReady"
    report = rehearse(etcd, "bad-update", prove=True)
    assert verdicts(report) == {"bad-update": "degraded"}
    assert why(report) == "the revert alone stayed stuck: etcd-2 had to be deleted by hand"
    assert [p.fix.id for p in report.cure.fixes] == ["parallel"]
    assert not report.failed


# -- workloads to which a drill does not apply, or not as it stands


def test_one_member_cannot_be_scaled_away(etcd, rehearse) -> None:
    etcd.spec["replicas"] = 1
    (outcome,) = rehearse(etcd, "scale-down-up").outcomes
    assert (outcome.verdict, outcome.facts) == ("skipped", ())
    assert outcome.why == "there is one member only: without it nothing is left to serve"


def test_one_member_has_no_follower(etcd, rehearse) -> None:
    etcd.spec["replicas"] = 1
    etcd.budget["spec"] = {"maxUnavailable": 1, "selector": etcd.budget["spec"]["selector"]}
    report = rehearse(etcd, "node-drain", "pod-delete")
    assert verdicts(report) == {"node-drain": "fail", "pod-delete": "fail"}
    assert "etcd-0 away (evicted); it is the only member" in why(report, "node-drain")


def test_a_partition_that_keeps_all_members_makes_updates_say_nothing(etcd, rehearse) -> None:
    etcd.spec["updateStrategy"] = {"type": "RollingUpdate", "rollingUpdate": {"partition": 3}}
    report = rehearse(etcd, "rolling-update", "bad-update", "pod-delete")
    assert verdicts(report) == {"rolling-update": "skipped", "bad-update": "skipped", "pod-delete": "pass"}
    assert "partition 3 keeps every member at its revision" in why(report)


@pytest.mark.parametrize("start", [0, 7])
def test_a_partition_leaves_the_lowest_members_alone(etcd, rehearse, start: int) -> None:
    etcd.spec["updateStrategy"] = {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}
    etcd.spec["ordinals"] = {"start": start}
    report = rehearse(etcd, "rolling-update", "bad-update")
    assert set(verdicts(report).values()) == {"pass"}
    kept = f"partition 2 keeps etcd-{start} and etcd-{start + 1} at the old revision"
    assert kept in why(report, "rolling-update")
    # One pod is replaced, not three.
    assert next(o.recovery for o in report.outcomes if o.drill == "rolling-update") < 40 * SECOND


@pytest.mark.parametrize("probed", [True, False])
def test_on_delete_somebody_deletes_each_pod(etcd, rehearse, probed: bool) -> None:
    etcd.spec["updateStrategy"] = {"type": "OnDelete"}
    if not probed:
        etcd.without_probe()
    report = rehearse(etcd, "rolling-update", "bad-update")
    assert verdicts(report) == {"rolling-update": "pass" if probed else "fail", "bad-update": "pass"}
    if probed:
        assert "each pod was deleted by hand (OnDelete)" in why(report, "rolling-update")
    assert all(o.recovery is not None for o in report.outcomes)


# -- manifests of other shapes


def test_ordinals_may_start_anywhere(etcd, rehearse) -> None:
    etcd.spec["ordinals"] = {"start": 5}
    report = rehearse(etcd)
    assert set(verdicts(report).values()) == {"pass"}
    assert any(o.longest_outage for o in report.outcomes), "a leader was hit"
    etcd.without_spread()
    assert "etcd-5, etcd-6 and etcd-7 away at once" in why(rehearse(etcd, "node-crash"))


def test_a_set_may_be_in_any_namespace(etcd, rehearse) -> None:
    for doc in etcd.docs():
        doc["metadata"]["namespace"] = "prod"
    report = rehearse(etcd, "node-drain", "bad-update")
    assert set(verdicts(report).values()) == {"pass"}
    assert {o.workload for o in report.outcomes} == {"prod/etcd"}


def test_without_claims_a_member_must_be_sent_everything(etcd, rehearse) -> None:
    report = rehearse(etcd.without_claims(), "rolling-update", "pod-delete", "zone-loss")
    assert set(verdicts(report).values()) == {"pass"}
    deleted = next(o for o in report.outcomes if o.drill == "pod-delete")
    assert deleted.at_risk > 30 * SECOND


def test_without_claims_and_spread_a_dead_node_takes_the_data(etcd, rehearse) -> None:
    report = rehearse(etcd.without_claims().without_spread(), "node-crash", prove=True)
    (outcome,) = report.outcomes
    assert outcome.verdict == "fail" and outcome.lost_writes > 0
    assert outcome.why == f"{outcome.lost_writes} acknowledged writes went with the pods"
    assert report.cure.fixes[0].fix.id == "spread"


def test_whenscaled_delete_costs_a_resync(etcd, rehearse) -> None:
    kept = rehearse(etcd, "scale-down-up").outcomes[0]
    etcd.spec["persistentVolumeClaimRetentionPolicy"] = {"whenScaled": "Delete", "whenDeleted": "Retain"}
    gone = rehearse(etcd, "scale-down-up").outcomes[0]
    assert kept.recovery is not None and gone.recovery is not None
    assert gone.recovery > kept.recovery + 10 * SECOND


def test_sidecars_init_containers_and_min_ready_seconds(etcd, rehearse) -> None:
    etcd.pod["initContainers"] = [
        {"name": "log", "image": "log:1", "restartPolicy": "Always"}, {"name": "id", "image": "id:1"},
    ]  # fmt: skip
    etcd.pod["containers"].append({"name": "metrics", "image": "metrics:1"})
    etcd.spec["minReadySeconds"] = 20
    report = rehearse(etcd)
    assert set(verdicts(report).values()) == {"pass"}
    rolled = next(o for o in report.outcomes if o.drill == "rolling-update")
    assert rolled.recovery is not None and rolled.recovery > 100 * SECOND


def test_immediate_binding(etcd, rehearse) -> None:
    etcd.spec["volumeClaimTemplates"][0]["spec"]["storageClassName"] = "standard"
    assert set(verdicts(rehearse(etcd)).values()) == {"pass"}


def test_five_members_and_several_sets(etcd, rehearse) -> None:
    other = etcd.__class__()
    etcd.spec["replicas"] = 5
    # Five members in three zones: a zone may hold two.
    for doc in other.docs():
        doc["metadata"]["name"] = "other"
    docs = [*etcd.docs(), *[d for d in other.docs() if d["kind"] == "StatefulSet"]]
    docs[-1]["spec"]["selector"] = {"matchLabels": {"app": "other"}}
    docs[-1]["spec"]["template"]["metadata"]["labels"] = {"app": "other"}
    report = rehearse(docs, "node-drain", "zone-loss")
    got = {(o.workload, o.drill): o.verdict for o in report.outcomes}
    assert got["etcd", "node-drain"] == got["etcd", "zone-loss"] == "pass"
    assert set(got) == {(w, d) for w in ("etcd", "other") for d in ("node-drain", "zone-loss")}


def test_daemon_pods_do_not_hold_up_a_drain(etcd, rehearse) -> None:
    labels = {"app": "agent"}
    etcd.more.append({
        "apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "agent"},
        "spec": {"selector": {"matchLabels": labels}, "template": {
            "metadata": {"labels": labels}, "spec": {"containers": [{"name": "a", "image": "agent:1"}]},
        }},
    })  # fmt: skip
    assert verdicts(rehearse(etcd, "node-drain")) == {"node-drain": "pass"}


# -- the quorum


def test_the_quorum_may_be_given(etcd, rehearse) -> None:
    etcd.without_budget()
    assert verdicts(rehearse(etcd, "node-drain")) == {"node-drain": "fail"}
    assert verdicts(rehearse(etcd, "node-drain", quorum=1)) == {"node-drain": "pass"}
    etcd.set["metadata"]["annotations"] = {"quorate.dev/quorum": "1"}
    report = rehearse(etcd, "node-drain")
    assert verdicts(report) == {"node-drain": "pass"} and report.workloads[0].quorum == 1
    # What is asked on the command line counts more than what the manifest says.
    assert rehearse(etcd, "node-drain", quorum=3).workloads[0].quorum == 3


def test_all_must_serve_if_the_quorum_is_all(etcd, rehearse) -> None:
    (outcome,) = rehearse(etcd, "pod-delete", quorum=3).outcomes
    assert outcome.verdict == "fail" and outcome.why.endswith("away (deleted); 3 of 3 must serve")


def test_a_leader_that_vanishes_may_be_believed_in(etcd, rehearse) -> None:
    etcd.set["metadata"]["annotations"] = {"quorate.dev/failover": "30s"}
    report = rehearse(etcd, "node-crash", "node-drain", "pod-delete", "rolling-update")
    assert verdicts(report) == {
        "node-crash": "degraded", "node-drain": "pass", "pod-delete": "pass", "rolling-update": "pass",
    }  # fmt: skip
    assert why(report, "node-crash").startswith("no leader for 31") and "lost power" in why(report, "node-crash")


# -- members that find each other through their Service


def test_members_that_all_wait_for_each_other_never_recover(etcd, rehearse) -> None:
    etcd.without_spread()
    del etcd.service["spec"]["publishNotReadyAddresses"]
    report = rehearse(etcd, "zone-loss", "rolling-update", prove=True)
    assert verdicts(report) == {"zone-loss": "fail", "rolling-update": "pass"}
    lost = report.outcomes[0]
    assert lost.recovery is None and "the members cannot find each other: Service etcd" in lost.why
    assert [(p.fix.id, p.cures[0].before, p.cures[0].after) for p in report.cure.fixes] == [
        ("spread", "never recovers", "pass"), ("publish", "never recovers", "fail"),
    ]  # fmt: skip
    assert any("publishes ready members only" in w for w in report.warnings)


def test_under_ordered_ready_members_get_ready_by_themselves(etcd, rehearse) -> None:
    """Else the set had never come up; so they find each other, and the next is created."""
    etcd.without_spread().spec["podManagementPolicy"] = "OrderedReady"
    del etcd.service["spec"]["publishNotReadyAddresses"]
    lost, drained = rehearse(etcd.without_budget(), "zone-loss", "node-drain").outcomes
    assert lost.verdict == drained.verdict == "fail"
    assert lost.recovery is not None and drained.recovery is not None


def test_they_do_without_when_they_do_not_name_each_other(etcd, rehearse) -> None:
    etcd.without_spread()
    del etcd.service["spec"]["publishNotReadyAddresses"]
    etcd.container["command"] = ["etcd", "--discovery-srv=somewhere.else"]
    report = rehearse(etcd, "zone-loss")
    assert report.outcomes[0].recovery is not None and report.warnings == ()
