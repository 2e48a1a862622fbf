"""DaemonSets in whole worlds: placing, updating, failing, history."""

from typing import Any

from quorate.kernel.clock import MINUTE, SECOND

READY_AFTER = {"sim.quorate.dev/ready-after": "5s"}
ALL = {"node-0": "app:1", "node-1": "app:1", "node-2": "app:1"}


def test_every_node_gets_a_pod_pinned_to_it(play: Any) -> None:
    on = play()
    on.apply()
    assert on.where() == ALL
    assert on.status == {
        "currentNumberScheduled": 3, "desiredNumberScheduled": 3, "numberMisscheduled": 0, "numberReady": 3,
        "updatedNumberScheduled": 3, "numberAvailable": 3,
    }  # fmt: skip
    pod = on.on("node-1")
    required = pod["spec"]["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    assert required == {
        "nodeSelectorTerms": [{"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["node-1"]}]}]
    }
    assert pod["metadata"]["labels"]["pod-template-generation"] == "1"


def test_a_preferred_affinity_is_kept_a_required_one_gives_way_to_the_pin(play: Any) -> None:
    on = play()
    preferred = [{"weight": 1, "preference": {"matchExpressions": [{"key": "kubernetes.io/os", "operator": "Exists"}]}}]
    term = {"matchExpressions": [{"key": "topology.kubernetes.io/zone", "operator": "In", "values": ["zone-b"]}]}
    affinity = {
        "preferredDuringSchedulingIgnoredDuringExecution": preferred,
        "requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [term]},
    }
    on.apply(pod={"affinity": {"nodeAffinity": affinity}})
    assert on.where() == {"node-1": "app:1"}
    held = on.on("node-1")["spec"]["affinity"]["nodeAffinity"]
    assert held["preferredDuringSchedulingIgnoredDuringExecution"] == preferred
    terms = held["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"]
    assert [list(t) for t in terms] == [["matchFields"]]


def test_a_taint_keeps_new_pods_off_and_leaves_those_that_run(play: Any) -> None:
    on = play()
    on.apply()
    on.node("node-0", spec={"taints": [{"key": "team", "effect": "NoSchedule"}]})
    on.go()
    assert on.where() == ALL
    assert (on.status["desiredNumberScheduled"], on.status["numberMisscheduled"]) == (2, 1)
    on.client.delete("pods", "default", on.on("node-0")["metadata"]["name"])
    on.go()
    assert on.where() == {"node-1": "app:1", "node-2": "app:1"}
    assert (on.status["desiredNumberScheduled"], on.status["numberMisscheduled"]) == (2, 0)
    on.node("node-0", spec={"taints": None})
    on.go()
    assert on.where() == ALL


def test_a_rolling_update_takes_as_many_nodes_at_a_time_as_may_be_unavailable(play: Any) -> None:
    on = play(nodes=5)
    on.apply(annotations=READY_AFTER, updateStrategy={"rollingUpdate": {"maxUnavailable": "30%"}})
    on.go(6 * SECOND)
    on.edit(image="app:2")
    on.go(SECOND)
    # 30 % of five, rounded up
    assert list(on.where().values()).count("app:2") == 2
    assert on.status["numberAvailable"] == 3
    on.go(20 * SECOND)
    assert set(on.where().values()) == {"app:2"}
    assert on.status["numberAvailable"] == on.status["updatedNumberScheduled"] == 5


def test_a_broken_update_stops_at_the_first_node_and_is_replaced_at_once_when_mended(play: Any) -> None:
    on = play()
    on.apply()
    on.edit(template={"metadata": {"annotations": {"sim.quorate.dev/fault": "ImagePullBackOff"}}})
    on.go(MINUTE)
    assert on.status["numberUnavailable"] == 1
    on.edit(template={"metadata": {"annotations": {"sim.quorate.dev/fault": None}}})
    on.go(SECOND)
    assert on.status["numberAvailable"] == 3
    assert on.revisions().keys() == {2, 3}


def test_min_ready_seconds_hold_an_update_back(play: Any) -> None:
    on = play()
    on.apply(minReadySeconds=10)
    on.go(5 * SECOND)
    assert (on.status["numberReady"], on.status.get("numberAvailable")) == (3, None)
    on.go(5 * SECOND)
    assert on.status["numberAvailable"] == 3
    on.edit(image="app:2")
    on.go(9 * SECOND)
    assert list(on.where().values()).count("app:2") == 1
    on.go(MINUTE)
    assert list(on.where().values()).count("app:2") == 3


def test_a_surge_starts_the_new_pod_beside_the_old_one(play: Any) -> None:
    on = play()
    on.apply(annotations=READY_AFTER, updateStrategy={"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}})
    on.go(6 * SECOND)
    on.edit(image="app:2")
    on.go(SECOND)
    assert sorted(on.where().values()) == ["app:1", "app:1", "app:1 app:2"]
    assert on.status["numberAvailable"] == 3
    on.go(30 * SECOND)
    assert set(on.where().values()) == {"app:2"}


def test_a_surge_leaves_a_node_that_is_wanted_no_more_when_another_one_is_available(play: Any) -> None:
    on = play(nodes=2, zones=2)
    on.apply(
        annotations=READY_AFTER, pod={"nodeSelector": {"kubernetes.io/hostname": "node-0"}},
        updateStrategy={"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}},
    )  # fmt: skip
    on.go(6 * SECOND)
    on.edit(template={"spec": {"nodeSelector": {"kubernetes.io/hostname": "node-1"}}})
    on.go(SECOND)
    # Kubernetes deletes at once where the template does not fit: only a taint lets an old pod stay.
    assert on.where() == {"node-1": "app:1"}


def test_a_failed_pod_is_killed_ever_more_slowly(play: Any) -> None:
    on = play(nodes=1)
    on.apply(annotations={"sim.quorate.dev/fault": "Failed"})
    on.go(20 * SECOND)
    told = on.told("FailedDaemonPod")
    assert told[0].startswith("Found failed daemon pod default/agent-")
    assert told[0].endswith(" on node node-0, will try to kill it")
    # At once, after 1 s, after 2 s, 4 s, 8 s
    assert len(told) == 5
    assert len(on.pods()) == 1


def test_a_pod_that_succeeded_is_replaced(play: Any) -> None:
    on = play(nodes=1)
    on.apply()
    first = on.on("node-0")
    on.client.patch(
        "pods", "default", first["metadata"]["name"], {"status": {"phase": "Succeeded"}}, subresource="status"
    )
    on.go()
    assert len(on.pods()) == 1
    assert on.pods()[0]["metadata"]["uid"] != first["metadata"]["uid"]
    assert on.told("SucceededDaemonPod") == [
        f"Found succeeded daemon pod default/{first['metadata']['name']} on node node-0, will try to delete it"
    ]


def test_going_back_renumbers_the_old_revision(play: Any) -> None:
    on = play()
    on.apply()
    on.edit(image="app:2")
    on.go()
    on.edit(image="app:1")
    on.go()
    assert on.revisions() == {2: "app:2", 3: "app:1"}
    assert on.it["metadata"]["annotations"] == {"deprecated.daemonset.template.generation": "3"}
    assert on.where() == ALL


def test_the_history_is_cut_to_its_limit(play: Any) -> None:
    on = play()
    on.apply(revisionHistoryLimit=1)
    for n in (2, 3, 4):
        on.edit(image=f"app:{n}")
        on.go()
    assert on.revisions() == {3: "app:3", 4: "app:4"}


def test_revisions_of_running_pods_are_kept(play: Any) -> None:
    on = play()
    on.apply(revisionHistoryLimit=0, updateStrategy={"type": "OnDelete"})
    on.edit(image="app:2")
    on.go()
    on.edit(image="app:3")
    on.go()
    assert on.revisions() == {1: "app:1", 3: "app:3"}


def test_a_taken_revision_name_is_a_collision(play: Any) -> None:
    on = play()
    on.apply()
    name = next(iter(on.world.reader.list("controllerrevisions.apps", "default")))["metadata"]["name"]
    on.client.delete("daemonsets.apps", "default", "agent")
    on.go()
    rival = {
        "apiVersion": "apps/v1", "kind": "ControllerRevision", "metadata": {"name": name, "namespace": "default"},
        "data": {"other": 1}, "revision": 1,
    }  # fmt: skip
    on.client.create("controllerrevisions.apps", rival)
    on.apply()
    assert on.status["collisionCount"] == 1
    assert on.where() == ALL
    assert {p["metadata"]["labels"]["controller-revision-hash"] for p in on.pods()} != {name.removeprefix("agent-")}


def test_orphans_are_adopted_and_strays_let_go(play: Any) -> None:
    on = play()
    on.apply()
    uids = {pod["metadata"]["uid"] for pod in on.pods()}
    on.client.delete("daemonsets.apps", "default", "agent", propagation="Orphan")
    on.go()
    assert all(not pod["metadata"].get("ownerReferences") for pod in on.pods())
    on.apply()
    assert {pod["metadata"]["uid"] for pod in on.pods()} == uids
    assert on.status["updatedNumberScheduled"] == 3
    stray = on.on("node-2")["metadata"]["name"]
    on.client.patch("pods", "default", stray, {"metadata": {"labels": {"app": "other"}}})
    on.go()
    kept = on.world.get("pods", "default", stray)
    assert kept is not None and not kept["metadata"].get("ownerReferences")
    assert len(on.pods()) == 4


def test_a_quota_holds_up_the_rest_and_is_told(play: Any) -> None:
    on = play(nodes=4)
    quota = {
        "apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "few", "namespace": "default"},
        "spec": {"hard": {"pods": "2"}},
    }  # fmt: skip
    on.client.create("resourcequotas", quota)
    on.go()
    on.apply()
    assert len(on.pods()) == 2
    assert (on.status["currentNumberScheduled"], on.status["numberUnavailable"]) == (2, 2)
    assert all("is forbidden: exceeded quota: few" in text for text in on.told("FailedCreate"))
    # What is to be deleted is deleted meanwhile.
    on.node("node-0", spec={"taints": [{"key": "team", "effect": "NoExecute"}]})
    on.go(5 * SECOND)
    assert "node-0" not in on.where()
    on.client.delete("resourcequotas", "default", "few")
    on.go(5 * MINUTE)  # nothing wakes it but its own backoff
    assert set(on.where()) == {"node-1", "node-2", "node-3"}


def test_a_lost_node_keeps_its_pod_and_a_removed_one_does_not(play: Any) -> None:
    on = play()
    on.apply()
    on.node("node-2", metadata={"annotations": {"sim.quorate.dev/down": "true"}})
    on.go(2 * MINUTE)
    assert on.where() == ALL
    assert (on.status["desiredNumberScheduled"], on.status["numberMisscheduled"]) == (2, 1)
    on.client.delete("nodes", "", "node-2")
    on.go(3 * MINUTE)
    assert set(on.where()) == {"node-0", "node-1"}
    assert on.status["numberMisscheduled"] == 0


def test_a_new_node_gets_its_pod(play: Any) -> None:
    on = play()
    on.apply()
    held = on.world.get("nodes", "", "node-1")
    meta = {
        **held["metadata"],
        "name": "node-9",
        "labels": {**held["metadata"]["labels"], "kubernetes.io/hostname": "node-9"},
    }
    for field in ("uid", "resourceVersion", "creationTimestamp"):
        del meta[field]
    on.client.create("nodes", {**held, "metadata": meta, "spec": {}})
    on.go(5 * SECOND)
    assert on.where()["node-9"] == "app:1"
