"""Each filter, against kube-scheduler's words. A verdict of () means that the node will do."""

from typing import Any

import pytest

ANTI = "requiredDuringSchedulingIgnoredDuringExecution"
HOST, ZONE = "kubernetes.io/hostname", "topology.kubernetes.io/zone"
NONE: tuple[str, ...] = ()


def affinity(kind: str, key: str = HOST, **term: Any) -> dict[str, Any]:
    wanted = {"topologyKey": key, "labelSelector": {"matchLabels": {"app": "db"}}, **term}
    return {"affinity": {kind: {ANTI: [wanted]}}}


def spread(skew: int = 1, key: str = ZONE, **more: Any) -> dict[str, Any]:
    constraint = {
        "maxSkew": skew, "topologyKey": key, "whenUnsatisfiable": "DoNotSchedule",
        "labelSelector": {"matchLabels": {"app": "db"}}, **more,
    }  # fmt: skip
    return {"topologySpreadConstraints": [constraint]}


def uses(*claims: str) -> list[dict[str, Any]]:
    return [{"name": c, "persistentVolumeClaim": {"claimName": c}} for c in claims]


def test_a_cordoned_node(stage: Any) -> None:
    stage.node("n", unschedulable=True)
    stage.pod()
    assert stage.verdicts() == {"n": ("node(s) were unschedulable",)}
    stage.pod(tolerations=[{"key": "node.kubernetes.io/unschedulable", "operator": "Exists"}])
    assert stage.verdicts() == {"n": NONE}


TAINT = {"key": "k", "value": "v", "effect": "NoSchedule"}


@pytest.mark.parametrize(
    ("taint", "toleration", "fits"),
    [
        (TAINT, None, False),
        (TAINT, {"operator": "Exists"}, True),
        (TAINT, {"key": "k", "operator": "Exists"}, True),
        (TAINT, {"key": "k", "value": "v"}, True),
        (TAINT, {"key": "k", "operator": "Equal", "value": "other"}, False),
        (TAINT, {"key": "other", "operator": "Exists"}, False),
        (TAINT, {"key": "k", "operator": "Exists", "effect": "NoExecute"}, False),
        (TAINT, {"key": "k", "operator": "Exists", "effect": "NoSchedule"}, True),
        ({**TAINT, "effect": "NoExecute"}, None, False),
        ({**TAINT, "effect": "PreferNoSchedule"}, None, True),
    ],
)
def test_taints(stage: Any, taint: dict[str, str], toleration: dict[str, str] | None, fits: bool) -> None:
    stage.node("n", taints=[taint])
    stage.pod(**({"tolerations": [toleration]} if toleration else {}))
    assert stage.verdicts() == {"n": NONE if fits else ("node(s) had untolerated taint(s)",)}


def node_affinity(*terms: dict[str, Any]) -> dict[str, Any]:
    return {"affinity": {"nodeAffinity": {ANTI: {"nodeSelectorTerms": list(terms)}}}}


def needs(key: str, operator: str, *values: str) -> dict[str, Any]:
    return {"matchExpressions": [{"key": key, "operator": operator, **({"values": list(values)} if values else {})}]}


@pytest.mark.parametrize(
    ("spec", "fits"),
    [
        ({"nodeSelector": {"rack": "r1"}}, True),
        ({"nodeSelector": {"rack": "r2"}}, False),
        (node_affinity(needs("rack", "In", "r1", "r2")), True),
        (node_affinity(needs("rack", "NotIn", "r1")), False),
        (node_affinity(needs("gpu", "DoesNotExist")), True),
        (node_affinity(needs("gpu", "Exists"), needs("rack", "Exists")), True),
        (node_affinity(needs("size", "Gt", "3")), True),
        (node_affinity(needs("size", "Lt", "3")), False),
        (node_affinity({}), False),
        ({"nodeSelector": {"rack": "r2"}, **node_affinity(needs("rack", "Exists"))}, False),
    ],
)
def test_node_selector_and_affinity(stage: Any, spec: dict[str, Any], fits: bool) -> None:
    stage.node("n", {"rack": "r1", "size": "4"})
    stage.pod(**spec)
    assert stage.verdicts() == {"n": NONE if fits else ("node(s) didn't match Pod's node affinity/selector",)}


def named(*names: str) -> dict[str, Any]:
    return {"matchFields": [{"key": "metadata.name", "operator": "In", "values": list(names)}]}


def test_a_pod_that_names_its_node_is_tried_nowhere_else(stage: Any) -> None:
    stage.nodes(3)
    stage.pod(**node_affinity(named("node-1")))
    other = ("node(s) didn't satisfy plugin(s) [NodeAffinity]",)
    assert stage.verdicts() == {"node-0": other, "node-1": NONE, "node-2": other}
    stage.pod(**node_affinity({"matchFields": named("node-1")["matchFields"] + named("node-2")["matchFields"]}))
    assert stage.verdicts() == {"*": ("pod affinity terms conflict",)}
    stage.pod(**node_affinity(named("nowhere"), needs("x", "DoesNotExist")))
    assert stage.verdicts() == dict.fromkeys(("node-0", "node-1", "node-2"), NONE)


def port(number: int, protocol: str = "TCP", address: str = "") -> list[dict[str, Any]]:
    own = {
        "hostPort": number,
        "containerPort": number,
        "protocol": protocol,
        **({"hostIP": address} if address else {}),
    }
    return [{"name": "c", "image": "i", "ports": [own]}]


@pytest.mark.parametrize(
    ("there", "wanted", "fits"),
    [
        (port(80), port(80), False),
        (port(80), port(81), True),
        (port(80), port(80, "UDP"), True),
        (port(80, address="10.0.0.1"), port(80, address="10.0.0.2"), True),
        (port(80, address="10.0.0.1"), port(80), False),
        (port(80), port(80, address="10.0.0.1"), False),
    ],
)
def test_host_ports(stage: Any, there: Any, wanted: Any, fits: bool) -> None:
    stage.node("n")
    stage.pod("there", node="n", containers=there)
    stage.pod(containers=wanted)
    why = ("node(s) didn't have free ports for the requested pod ports",)
    assert stage.verdicts() == {"n": NONE if fits else why}
    stage.remove("pods", "ns", "there")
    assert stage.verdicts() == {"n": NONE}


@pytest.mark.parametrize(
    ("requests", "why"),
    [
        ({"cpu": "3"}, NONE),
        ({"cpu": "3001m"}, ("Insufficient cpu",)),
        ({"cpu": "4", "memory": "17Gi"}, ("Insufficient cpu", "Insufficient memory")),
        ({"ephemeral-storage": "101Gi"}, ("Insufficient ephemeral-storage",)),
        ({"example.com/gpu": "2"}, NONE),
        ({"example.com/gpu": "3"}, ("Insufficient example.com/gpu",)),
        ({"hugepages-2Mi": "2Mi"}, ("Insufficient hugepages-2Mi",)),
        ({}, NONE),
    ],
)
def test_resources(stage: Any, requests: dict[str, str], why: tuple[str, ...]) -> None:
    stage.node("n", size={"example.com/gpu": "2"})
    stage.pod("there", node="n", requests={"cpu": "1"})
    stage.pod(requests=requests)
    assert stage.verdicts() == {"n": why}


def container(cpu: str, **more: Any) -> dict[str, Any]:
    return {"name": "c", "image": "i", "resources": {"requests": {"cpu": cpu}}, **more}


@pytest.mark.parametrize(
    ("spec", "millis"),
    [
        ({"containers": [container("1"), container("500m")]}, 1500),
        ({"containers": [container("1")], "initContainers": [container("3"), container("2")]}, 3000),
        ({"containers": [container("1")], "initContainers": [container("1", restartPolicy="Always")]}, 2000),
        (
            {
                "containers": [container("1")],
                "initContainers": [container("1", restartPolicy="Always"), container("2")],
            },
            3000,
        ),
        ({"containers": [container("1")], "overhead": {"cpu": "250m"}}, 1250),
        ({"containers": [container("1")], "resources": {"requests": {"cpu": "2"}}}, 2000),
    ],
)
def test_what_a_pod_asks(stage: Any, spec: dict[str, Any], millis: int) -> None:
    stage.pod(**spec)
    assert stage.info("app").cpu == millis


def test_a_full_node(stage: Any) -> None:
    stage.node("n", size={"pods": "2", "cpu": "1"})
    stage.pod("one", node="n")
    stage.pod("two", node="n", status={"phase": "Running"})
    stage.pod(requests={"cpu": "2"})
    assert stage.verdicts() == {"n": ("Too many pods", "Insufficient cpu")}
    stage.pod("two", node="n", status={"phase": "Succeeded"})
    assert stage.verdicts() == {"n": ("Insufficient cpu",)}


def test_a_claim_for_one_pod_only(stage: Any) -> None:
    stage.nodes(2)
    stage.volume("pv")
    stage.claim("data", "pv", modes=("ReadWriteOncePod",))
    stage.pod("first", node="node-0", volumes=uses("data"))
    stage.pod(volumes=uses("data"))
    why = (
        "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode "
        "already in-use by another pod",
    )
    assert stage.verdicts() == {"node-0": why, "node-1": why}
    stage.remove("pods", "ns", "first")
    assert stage.verdicts() == {"node-0": NONE, "node-1": NONE}


def test_claims_that_stop_a_pod_everywhere(stage: Any) -> None:
    stage.nodes(2)
    stage.pod(volumes=uses("data"))
    assert stage.verdicts() == {"*": ('persistentvolumeclaim "data" not found',)}
    stage.claim("data")
    assert stage.verdicts() == {"*": ("pod has unbound immediate PersistentVolumeClaims",)}
    stage.claim("data", "pv", bound=False)
    assert stage.verdicts() == {"*": ("pod has unbound immediate PersistentVolumeClaims",)}
    stage.claim("data", deletionTimestamp="2026-01-01T00:00:00Z")
    assert stage.verdicts() == {"*": ('persistentvolumeclaim "data" is being deleted',)}
    stage.claim("data", "pv")
    assert stage.verdicts() == {"*": ('persistentvolume "pv" not found',)}
    stage.change("persistentvolumeclaims", "ns", "data", lambda c: c["status"].update(phase="Lost"))
    assert stage.verdicts() == {"*": ('persistentvolumeclaim "data" bound to non-existent persistentvolume "pv"',)}


def test_the_claim_of_a_generic_ephemeral_volume(stage: Any) -> None:
    stage.nodes(1)
    stage.pod(volumes=[{"name": "scratch", "ephemeral": {"volumeClaimTemplate": {}}}])
    waits = 'waiting for ephemeral volume controller to create the persistentvolumeclaim "app-scratch"'
    assert stage.verdicts() == {"*": (waits,)}
    stage.volume("pv")
    stage.claim("app-scratch", "pv")
    assert stage.verdicts() == {"*": ("PVC ns/app-scratch was not created for pod ns/app (pod is not owner)",)}
    owner = {"apiVersion": "v1", "kind": "Pod", "name": "app", "uid": "uid-app", "controller": True}
    stage.claim("app-scratch", "pv", ownerReferences=[owner])
    assert stage.verdicts() == {"node-0": NONE}


def test_a_bound_volume_in_one_zone(stage: Any) -> None:
    stage.nodes(3)
    stage.volume("pv", zone="zone-b")
    stage.claim("data", "pv")
    stage.pod(volumes=uses("data"))
    why = ("node(s) didn't match PersistentVolume's node affinity",)
    assert stage.verdicts() == {"node-0": why, "node-1": NONE, "node-2": why}


@pytest.mark.parametrize(
    ("labels", "fits"),
    [
        ({ZONE: "zone-a"}, (True, False)),
        ({"failure-domain.beta.kubernetes.io/zone": "zone-b"}, (False, True)),
        ({ZONE: "zone-a__zone-b"}, (True, True)),
        ({"other": "label"}, (True, True)),
    ],
)
def test_a_volume_with_zone_labels(stage: Any, labels: dict[str, str], fits: tuple[bool, bool]) -> None:
    stage.nodes(2)
    stage.node("plain")
    stage.volume("pv", labels=labels)
    stage.claim("data", "pv")
    stage.pod(volumes=uses("data"))
    why = ("node(s) had no available volume zone",)
    wanted = {f"node-{i}": NONE if fit else why for i, fit in enumerate(fits)}
    assert stage.verdicts() == {**wanted, "plain": NONE}


NO_VOLUME = ("node(s) didn't find available persistent volumes to bind",)


def test_volumes_for_the_first_consumer(stage: Any) -> None:
    stage.nodes(3)
    stage.storage_class("late", "WaitForFirstConsumer")
    stage.storage_class("local", "WaitForFirstConsumer", "kubernetes.io/no-provisioner")
    stage.claim("data", storage_class="late")
    stage.pod(volumes=uses("data"))
    assert set(stage.verdicts().values()) == {NONE}
    stage.claim("data", storage_class="late", annotations={"volume.kubernetes.io/selected-node": "node-2"})
    assert stage.verdicts() == {"node-0": NO_VOLUME, "node-1": NO_VOLUME, "node-2": NONE}
    stage.claim("data", storage_class="local")
    assert set(stage.verdicts().values()) == {NO_VOLUME}
    stage.volume("here", zone="zone-b", storage_class="local")
    assert stage.verdicts() == {"node-0": NO_VOLUME, "node-1": NONE, "node-2": NO_VOLUME}


@pytest.mark.parametrize(
    "spoilt",
    [
        {"size": "100Mi"},
        {"phase": "Released"},
        {"storage_class": "other"},
        {"volumeMode": "Block"},
        {"accessModes": ["ReadOnlyMany"]},
        {"claimRef": {"namespace": "ns", "name": "data", "uid": "another"}},
        {"claimRef": {"namespace": "ns", "name": "other"}},
    ],
)
def test_a_volume_that_does_not_match(stage: Any, spoilt: dict[str, Any]) -> None:
    stage.nodes(1)
    stage.storage_class("local", "WaitForFirstConsumer", "kubernetes.io/no-provisioner")
    stage.claim("data", storage_class="local")
    stage.volume("pv", **{"storage_class": "local", **spoilt})
    stage.pod(volumes=uses("data"))
    assert stage.verdicts() == {"node-0": NO_VOLUME}


def test_allowed_topologies(stage: Any) -> None:
    stage.nodes(3)
    allowed = [{"matchLabelExpressions": [{"key": ZONE, "values": ["zone-a", "zone-c"]}]}]
    stage.storage_class("late", "WaitForFirstConsumer", allowedTopologies=allowed)
    stage.claim("data", storage_class="late")
    stage.pod(volumes=uses("data"))
    assert stage.verdicts() == {"node-0": NONE, "node-1": NO_VOLUME, "node-2": NONE}


def test_how_many_volumes_a_node_can_hold(stage: Any) -> None:
    stage.nodes(2)
    driver = {"name": "csi.sim.quorate.dev", "nodeID": "n", "allocatable": {"count": 1}}
    stage.put("csinodes.storage.k8s.io", {"metadata": {"name": "node-0"}, "spec": {"drivers": [driver]}})
    for name in ("one", "two"):
        stage.volume(f"pv-{name}")
        stage.claim(name, f"pv-{name}")
    stage.pod("there", node="node-0", volumes=uses("one"))
    stage.pod(volumes=uses("two"))
    assert stage.verdicts() == {"node-0": ("node(s) exceed max volume count",), "node-1": NONE}
    stage.pod(volumes=uses("one"))
    assert stage.verdicts() == {"node-0": NONE, "node-1": NONE}


SPREAD = ("node(s) didn't match pod topology spread constraints",)


def test_spread_over_zones(stage: Any) -> None:
    stage.nodes(3)
    stage.pod("one", {"app": "db"}, node="node-0")
    stage.pod("other", {"app": "web"}, node="node-1")
    stage.pod("elsewhere", {"app": "db"}, node="node-2", namespace="other")
    stage.pod(labels={"app": "db"}, **spread())
    assert stage.verdicts() == {"node-0": SPREAD, "node-1": NONE, "node-2": NONE}
    stage.pod(labels={"app": "db"}, **spread(2))
    assert stage.verdicts()["node-0"] == NONE
    # A pod on its way out does not count.
    stage.pod("one", {"app": "db"}, node="node-0", meta={"deletionTimestamp": "2026-01-01T00:00:00Z"})
    stage.pod(labels={"app": "db"}, **spread())
    assert set(stage.verdicts().values()) == {NONE}


def test_spread_needs_the_label(stage: Any) -> None:
    stage.nodes(2)
    stage.node("plain")
    stage.pod(labels={"app": "db"}, **spread())
    missing = "node(s) didn't match pod topology spread constraints (missing required label)"
    assert stage.verdicts() == {"node-0": NONE, "node-1": NONE, "plain": (missing,)}


@pytest.mark.parametrize(("domains", "fits"), [(2, True), (3, True), (4, False)])
def test_spread_with_fewer_domains_than_wanted(stage: Any, domains: int, fits: bool) -> None:
    stage.nodes(3)
    for i in range(3):
        stage.pod(f"there-{i}", {"app": "db"}, node=f"node-{i}")
    stage.pod(labels={"app": "db"}, **spread(minDomains=domains))
    assert set(stage.verdicts().values()) == {NONE if fits else SPREAD}


def test_which_nodes_count_for_the_spread(stage: Any) -> None:
    stage.nodes(2)
    stage.node("node-2", {ZONE: "zone-c"}, taints=[{"key": "k", "effect": "NoSchedule"}])
    for name in ("node-0", "node-1"):
        stage.pod(f"on-{name}", {"app": "db"}, node=name)
    # By default the tainted node counts as an empty domain, so that the others are too full.
    stage.pod(labels={"app": "db"}, **spread())
    assert stage.verdicts()["node-0"] == SPREAD
    stage.pod(labels={"app": "db"}, **spread(nodeTaintsPolicy="Honor"))
    assert stage.verdicts()["node-0"] == NONE
    # A node selector leaves nodes out, unless it is to be ignored.
    only = {"nodeSelector": {ZONE: "zone-a"}}
    stage.pod(labels={"app": "db"}, **only, **spread())
    assert stage.verdicts()["node-0"] == NONE
    stage.pod(labels={"app": "db"}, **only, **spread(nodeAffinityPolicy="Ignore"))
    assert stage.verdicts()["node-0"] == SPREAD


def test_spread_per_revision(stage: Any) -> None:
    stage.nodes(2)
    stage.pod("old", {"app": "db", "rev": "1"}, node="node-0")
    stage.pod(labels={"app": "db", "rev": "2"}, **spread(matchLabelKeys=["rev"]))
    assert set(stage.verdicts().values()) == {NONE}
    stage.pod(labels={"app": "db", "rev": "1"}, **spread(matchLabelKeys=["rev"]))
    assert stage.verdicts() == {"node-0": SPREAD, "node-1": NONE}


AFFINITY = ("node(s) didn't match pod affinity rules",)
OWN_ANTI = ("node(s) didn't match pod anti-affinity rules",)
THEIR_ANTI = ("node(s) didn't satisfy existing pods anti-affinity rules",)


def test_anti_affinity(stage: Any) -> None:
    stage.nodes(4, zones=2)
    stage.pod("there", {"app": "db"}, node="node-0")
    stage.pod(**affinity("podAntiAffinity"))
    assert stage.verdicts() == {"node-0": OWN_ANTI, "node-1": NONE, "node-2": NONE, "node-3": NONE}
    stage.pod(**affinity("podAntiAffinity", ZONE))
    assert stage.verdicts() == {"node-0": OWN_ANTI, "node-1": NONE, "node-2": OWN_ANTI, "node-3": NONE}


def test_anti_affinity_of_those_already_there(stage: Any) -> None:
    stage.nodes(2)
    stage.pod("there", {"app": "web"}, node="node-0", **affinity("podAntiAffinity"))
    stage.pod(labels={"app": "db"})
    assert stage.verdicts() == {"node-0": THEIR_ANTI, "node-1": NONE}
    stage.pod(labels={"app": "other"})
    assert stage.verdicts() == {"node-0": NONE, "node-1": NONE}


def test_both_sides_say_no_and_the_pods_own_rule_is_told(stage: Any) -> None:
    stage.nodes(1)
    stage.pod("there", {"app": "db"}, node="node-0", **affinity("podAntiAffinity"))
    stage.pod(labels={"app": "db"}, **affinity("podAntiAffinity"))
    assert stage.verdicts() == {"node-0": OWN_ANTI}


def test_affinity(stage: Any) -> None:
    stage.nodes(4, zones=2)
    stage.pod(**affinity("podAffinity", ZONE))
    assert set(stage.verdicts().values()) == {AFFINITY}
    stage.pod("there", {"app": "db"}, node="node-1")
    assert stage.verdicts() == {"node-0": AFFINITY, "node-1": NONE, "node-2": AFFINITY, "node-3": NONE}


def test_the_first_of_a_group_that_wants_to_be_together(stage: Any) -> None:
    stage.nodes(1)
    stage.node("plain")
    stage.pod(labels={"app": "db"}, **affinity("podAffinity", ZONE))
    assert stage.verdicts() == {"node-0": NONE, "plain": AFFINITY}


def test_affinity_over_namespaces(stage: Any) -> None:
    stage.nodes(2)
    stage.put("namespaces", {"metadata": {"name": "other", "labels": {"team": "red"}}})
    stage.pod("there", {"app": "db"}, node="node-0", namespace="other")
    stage.pod(**affinity("podAntiAffinity"))
    assert stage.verdicts()["node-0"] == NONE
    stage.pod(**affinity("podAntiAffinity", namespaces=["other"]))
    assert stage.verdicts()["node-0"] == OWN_ANTI
    stage.pod(**affinity("podAntiAffinity", namespaceSelector={}))
    assert stage.verdicts()["node-0"] == OWN_ANTI
    stage.pod(**affinity("podAntiAffinity", namespaceSelector={"matchLabels": {"team": "red"}}))
    assert stage.verdicts()["node-0"] == OWN_ANTI
    stage.put("namespaces", {"metadata": {"name": "other", "labels": {"team": "blue"}}})
    assert stage.verdicts()["node-0"] == NONE


def test_anti_affinity_within_a_revision(stage: Any) -> None:
    stage.nodes(1)
    stage.pod("there", {"app": "db", "rev": "1"}, node="node-0")
    stage.pod(labels={"app": "db", "rev": "2"}, **affinity("podAntiAffinity", matchLabelKeys=["rev"]))
    assert stage.verdicts() == {"node-0": NONE}
    stage.pod(labels={"app": "db", "rev": "1"}, **affinity("podAntiAffinity", matchLabelKeys=["rev"]))
    assert stage.verdicts() == {"node-0": OWN_ANTI}
    stage.pod(labels={"app": "db", "rev": "1"}, **affinity("podAntiAffinity", mismatchLabelKeys=["rev"]))
    assert stage.verdicts() == {"node-0": NONE}


def test_the_first_filter_that_says_no_is_told(stage: Any) -> None:
    taint = [{"key": "k", "effect": "NoSchedule"}]
    stage.node("n", taints=taint, unschedulable=True, size={"cpu": "1"})
    ask = {"requests": {"cpu": "2"}, "nodeSelector": {"a": "b"}, **affinity("podAffinity")}
    stage.pod(**ask)
    order = []
    for change in ({"unschedulable": False}, {"taints": []}):
        order.append(stage.verdicts()["n"][0])
        stage.change("nodes", "", "n", lambda n, change=change: n["spec"].update(change))
    order.append(stage.verdicts()["n"][0])
    stage.change("nodes", "", "n", lambda n: n["metadata"]["labels"].update(a="b"))
    order.append(stage.verdicts()["n"][0])
    stage.change("nodes", "", "n", lambda n: n["status"]["allocatable"].update(cpu="2"))
    order.append(stage.verdicts()["n"][0])
    assert order == [
        "node(s) were unschedulable",
        "node(s) had untolerated taint(s)",
        "node(s) didn't match Pod's node affinity/selector",
        "Insufficient cpu",
        "node(s) didn't match pod affinity rules",
    ]


def test_labels_of_a_placed_pod_that_change_count_anew(stage: Any) -> None:
    stage.nodes(1)
    stage.pod("there", {"app": "web"}, node="node-0")
    stage.pod(**affinity("podAntiAffinity"))
    assert stage.verdicts() == {"node-0": NONE}
    stage.change("pods", "ns", "there", lambda p: p["metadata"].update(labels={"app": "db"}))
    assert stage.verdicts() == {"node-0": OWN_ANTI}
    stage.remove("pods", "ns", "there")
    assert stage.verdicts() == {"node-0": NONE}
