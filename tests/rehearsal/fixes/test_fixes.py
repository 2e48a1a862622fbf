"""What each fix sees, what it changes, and what it leaves alone."""

import copy

import pytest

from quorate.rehearsal.fixes import combined, proposers
from quorate.rehearsal.fixes.budget import allows
from quorate.rehearsal.given import Given
from quorate.rehearsal.verdict import Outcome


def given_of(etcd):
    return tuple(Given(f"a.yaml:{i + 1}", o) for i, o in enumerate(etcd.docs()))


def proposed(etcd, id: str):
    given = given_of(etcd)
    at = next(i for i, g in enumerate(given) if g.obj["kind"] == "StatefulSet")
    before = copy.deepcopy([g.obj for g in given])
    fix = dict(proposers())[id].propose(given, at)
    assert [g.obj for g in given] == before, "manifests are not changed in place"
    if fix is not None:
        assert fix.id == id and dict(proposers())[id].propose(fix.apply(given), at) is None, "once mended it is well"
    return fix


def test_fixes_are_found_by_name_in_the_order_of_their_rank() -> None:
    ids = [id for id, _ in proposers()]
    assert ids == ["budget", "spread", "zones", "readiness", "replicas", "parallel", "storage", "publish"]


@pytest.mark.parametrize("id", [id for id, _ in proposers()])
def test_the_good_one_needs_none(etcd, id: str) -> None:
    assert proposed(etcd, id) is None


def one(etcd) -> None:
    etcd.spec["replicas"] = 1


SPOILT = {
    "budget": lambda e: e.without_budget(), "spread": lambda e: e.without_spread(), "readiness": lambda e: e.without_probe(),
    "zones": lambda e: e.pod.update(nodeSelector={"topology.kubernetes.io/zone": "a"}), "replicas": one,
    "parallel": lambda e: e.spec.pop("podManagementPolicy"), "storage": lambda e: e.without_claims(),
    "publish": lambda e: e.service["spec"].pop("publishNotReadyAddresses"),
}  # fmt: skip


@pytest.mark.parametrize("id", [id for id, _ in proposers()])
def test_each_sees_its_fault(etcd, id: str) -> None:
    SPOILT[id](etcd)
    fix = proposed(etcd, id)
    assert fix is not None and fix.title and fix.why and fix.changes
    for change in fix.changes:
        assert change.shown["kind"] and change.shown["metadata"]["name"]
        assert set(change.shown["metadata"]) <= {"name", "namespace"}


# -- budgets


@pytest.mark.parametrize(
    ("spec", "replicas", "allowed"),
    [
        ({"maxUnavailable": 1}, 3, 1), ({"maxUnavailable": 5}, 3, 3), ({"maxUnavailable": 0}, 3, 0), ({"minAvailable": 2}, 3, 1),
        ({"minAvailable": "50%"}, 3, 1), ({"minAvailable": "100%"}, 3, 0), ({"maxUnavailable": "34%"}, 3, 2),
        ({"maxUnavailable": "33%"}, 3, 1), ({"minAvailable": 4}, 3, -1), ({}, 3, 3),
    ],
)  # fmt: skip
def test_how_many_may_go(spec, replicas: int, allowed: int) -> None:
    assert allows(spec, replicas) == allowed


@pytest.mark.parametrize(
    ("spec", "title"),
    [
        ({"maxUnavailable": 1}, None), ({"minAvailable": 2}, None), ({"minAvailable": "51%"}, None),
        ({"maxUnavailable": 0}, "Let PodDisruptionBudget etcd give up one member at a time"),
        ({"minAvailable": 3}, "Let PodDisruptionBudget etcd give up one member at a time"),
        ({"maxUnavailable": 2}, "Tighten PodDisruptionBudget etcd to one member at a time"),
        ({"minAvailable": 1}, "Tighten PodDisruptionBudget etcd to one member at a time"),
    ],
)  # fmt: skip
def test_a_budget_is_mended_only_if_it_is_wrong(etcd, spec, title) -> None:
    etcd.budget["spec"] = {**spec, "unhealthyPodEvictionPolicy": "AlwaysAllow", "selector": etcd.spec["selector"]}
    fix = proposed(etcd, "budget")
    assert (fix.title if fix else None) == title
    if fix:
        after = {"maxUnavailable": 1, "unhealthyPodEvictionPolicy": "AlwaysAllow", "selector": etcd.spec["selector"]}
        assert fix.changes[0].after["spec"] == after


def test_a_new_budget_is_where_its_set_is(etcd) -> None:
    for doc in etcd.without_budget().docs():
        doc["metadata"]["namespace"] = "prod"
    fix = proposed(etcd, "budget")
    assert fix is not None and fix.changes[0].at is None
    assert fix.changes[0].shown["metadata"] == {"name": "etcd", "namespace": "prod"}


def test_two_budgets_are_for_people_to_sort_out(etcd) -> None:
    etcd.more.append({**etcd.budget, "metadata": {"name": "b"}, "spec": {"maxUnavailable": 0, "selector": {}}})
    assert proposed(etcd, "budget") is None


# -- placement


def test_only_what_is_missing_is_added(etcd) -> None:
    del etcd.pod["affinity"]
    fix = proposed(etcd, "spread")
    assert fix is not None and set(fix.changes[0].shown["spec"]["template"]["spec"]) == {"affinity"}
    assert fix.why == "nothing that the scheduler must obey keeps two members from sharing a node"


@pytest.mark.parametrize("soft", ["ScheduleAnyway", "DoNotSchedule"])
def test_soft_rules_do_not_count(etcd, soft: str) -> None:
    etcd.pod["topologySpreadConstraints"][0]["whenUnsatisfiable"] = soft
    fix = proposed(etcd, "spread")
    assert (fix is None) == (soft == "DoNotSchedule")
    if fix:
        (constraint,) = fix.changes[0].shown["spec"]["template"]["spec"]["topologySpreadConstraints"]
        assert constraint["whenUnsatisfiable"] == "DoNotSchedule", "in the place of the soft one"


def test_preferred_anti_affinity_is_kept_beside_the_required(etcd) -> None:
    preferred = [{"weight": 1, "podAffinityTerm": {"topologyKey": "kubernetes.io/hostname", "labelSelector": {}}}]
    etcd.pod["affinity"] = {"podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": preferred}}
    fix = proposed(etcd, "spread")
    anti = fix.changes[0].shown["spec"]["template"]["spec"]["affinity"]["podAntiAffinity"]
    assert anti["preferredDuringSchedulingIgnoredDuringExecution"] == preferred
    assert len(anti["requiredDuringSchedulingIgnoredDuringExecution"]) == 1


def test_one_a_zone_is_one_a_node(etcd) -> None:
    term = {"topologyKey": "topology.kubernetes.io/zone", "labelSelector": etcd.spec["selector"]}
    etcd.without_spread().pod["affinity"] = {
        "podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}
    }
    assert proposed(etcd, "spread") is None


def test_members_are_told_apart_by_the_selector_not_by_labels_that_change(etcd) -> None:
    etcd.without_spread().spec["template"]["metadata"]["labels"]["app.kubernetes.io/version"] = "3.6"
    fix = proposed(etcd, "spread")
    assert "version" not in str(fix.changes[0].shown)


def zone_terms(*zones: list[str]):
    key = "topology.kubernetes.io/zone"
    terms = [{"matchExpressions": [{"key": key, "operator": "In", "values": z}]} for z in zones]
    return {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}


@pytest.mark.parametrize(
    ("node_affinity", "pinned"),
    [
        (zone_terms(["a"]), True), (zone_terms(["a"], ["a"]), True), (zone_terms(["a", "b"]), False),
        (zone_terms(["a"], ["b"]), False), ({}, False),
    ],
)  # fmt: skip
def test_one_zone_by_affinity(etcd, node_affinity, pinned: bool) -> None:
    etcd.pod["affinity"]["nodeAffinity"] = node_affinity
    fix = proposed(etcd, "zones")
    assert (fix is not None) == pinned
    if fix is not None:
        affinity = fix.changes[0].after["spec"]["template"]["spec"]["affinity"]
        assert "nodeAffinity" not in affinity and "podAntiAffinity" in affinity


def test_the_rest_of_a_node_selector_is_kept(etcd) -> None:
    etcd.pod["nodeSelector"] = {"topology.kubernetes.io/zone": "a", "disk": "nvme"}
    assert proposed(etcd, "zones").changes[0].after["spec"]["template"]["spec"]["nodeSelector"] == {"disk": "nvme"}


# -- the others


@pytest.mark.parametrize(
    ("image", "ports", "asks"),
    [
        ("registry.k8s.io/etcd:3.6", [{"name": "metrics", "containerPort": 2381}], {"path": "/readyz", "port": "metrics"}),
        ("quay.io/coreos/etcd:v3.5", [], {"path": "/readyz", "port": 2379}),
        ("docker.io/library/zookeeper:3.9", [], ["sh", "-c", "echo srvr | nc -w 2 127.0.0.1 2181 | grep -q Mode"]),
        ("mine:1", [{"containerPort": 7}], {"port": 7}), ("mine:1", [{"name": "x", "containerPort": 7}], {"port": "x"}),
        ("mine:1", [], ["/a/command/that/asks/the/server/whether/it/serves"]),
    ],
)  # fmt: skip
def test_the_probe_asks_the_server_s_own_question(etcd, image: str, ports, asks) -> None:
    etcd.without_probe().container.update(image=image, ports=ports)
    probe = proposed(etcd, "readiness").changes[0].shown["spec"]["template"]["spec"]["containers"][0]["readinessProbe"]
    question = probe.get("httpGet") or probe.get("tcpSocket") or probe["exec"]["command"]
    assert question == asks


def test_the_container_with_the_data_is_the_one_to_ask(etcd) -> None:
    etcd.without_probe().pod["containers"].insert(
        0, {"name": "proxy", "image": "envoy:1", "ports": [{"containerPort": 80}]}
    )
    fix = proposed(etcd, "readiness")
    assert fix.title == "Give container etcd a readiness probe"
    containers = fix.changes[0].after["spec"]["template"]["spec"]["containers"]
    assert ["readinessProbe" in c for c in containers] == [False, True]


@pytest.mark.parametrize("image", ["docker.io/library/cassandra:5", "scylladb/scylla:6"])
def test_rings_are_never_started_in_parallel(etcd, image: str) -> None:
    etcd.spec["podManagementPolicy"] = "OrderedReady"
    assert proposed(etcd, "parallel") is not None
    etcd.container["image"] = image
    assert proposed(etcd, "parallel") is None


def test_claims_take_the_place_of_the_directories_that_go_with_the_pod(etcd) -> None:
    etcd.without_claims().pod["volumes"].append({"name": "tmp", "emptyDir": {}})
    after = proposed(etcd, "storage").changes[0].after["spec"]
    assert [t["metadata"]["name"] for t in after["volumeClaimTemplates"]] == ["data"]
    assert after["template"]["spec"]["volumes"] == [{"name": "tmp", "emptyDir": {}}], "nothing is mounted there"


def test_claims_are_kept_on_scale_down(etcd) -> None:
    etcd.spec["persistentVolumeClaimRetentionPolicy"] = {"whenScaled": "Delete", "whenDeleted": "Delete"}
    after = proposed(etcd, "storage").changes[0].after["spec"]
    assert after["persistentVolumeClaimRetentionPolicy"] == {"whenScaled": "Retain", "whenDeleted": "Delete"}


# -- several


def test_several_become_one_object_each(etcd) -> None:
    etcd.without_spread().without_budget().without_probe()
    given = given_of(etcd)
    fix = combined(given, 1, {"budget", "spread", "readiness"})
    assert fix is not None and fix.ids == {"budget", "spread", "readiness"}
    new, changed = fix.changes
    assert new.at is None and new.after["kind"] == "PodDisruptionBudget"
    assert changed.at == 1
    assert set(changed.shown["spec"]["template"]["spec"]) == {"affinity", "topologySpreadConstraints", "containers"}
    mended = fix.apply(given)
    assert len(mended) == 3 and all(m.propose(mended, 1) is None for _, m in proposers())
    assert combined(given, 1, {"zones"}) is None
    assert combined(given, 1, {"zones", "spread"}).id == "spread"


def test_fixes_are_for_sets_that_came_out_ill(etcd) -> None:
    from quorate.rehearsal.fixes import candidates

    def came_out(verdict):
        return [Outcome("etcd", "x", verdict, 1, 0, 0, 0, 0, "")]

    given = given_of(etcd.without_spread())
    assert [f.id for f in candidates(given, came_out("fail"))] == ["spread"]
    assert candidates(given, came_out("pass")) == candidates(given, came_out("skipped")) == []


def test_what_only_helps_together_is_one_fix_with_the_fewest_parts(etcd, rehearse) -> None:
    etcd.without_spread()
    etcd.pod["nodeSelector"] = {"topology.kubernetes.io/zone": "zone-a"}
    etcd.spec["podManagementPolicy"] = "OrderedReady"
    etcd.without_budget()
    report = rehearse(etcd, "zone-loss", "node-drain", prove=True)
    (proven,) = report.cure.fixes
    assert proven.fix.ids == {"budget", "spread", "zones"} and report.cure.left == ()
    assert [p.title for p in proven.fix.parts][-1] == "Let etcd use every zone"


def test_independent_faults_are_independent_fixes(etcd, rehearse) -> None:
    etcd.without_probe()
    etcd.pod["nodeSelector"] = {"topology.kubernetes.io/zone": "zone-a"}
    report = rehearse(etcd, "zone-loss", "rolling-update", "bad-update", prove=True)
    assert [p.fix.id for p in report.cure.fixes] == ["readiness", "zones"], "the one that cures more comes first"
    assert report.cure.left == ()
