"""What manifests take for granted is made up, and said."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quorate.rehearsal.assume import assume
from quorate.rehearsal.given import Given


def pods(spec, kind="StatefulSet", **more):
    return {
        "kind": kind,
        "apiVersion": "apps/v1",
        "metadata": {"name": "a", **more},
        "spec": {"template": {"spec": spec}},
    }


def of(*objects):
    return assume(tuple(Given(f"a.yaml:{i + 1}", o) for i, o in enumerate(objects)))


def affinity(*expressions):
    return {"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {
        "nodeSelectorTerms": [{"matchExpressions": list(expressions)}]}}}}  # fmt: skip


@pytest.mark.parametrize(
    ("spec", "zones", "hosts", "labels"),
    [
        ({}, (), (), {}),
        ({"nodeSelector": {"disk": "nvme"}}, (), (), {"disk": ("nvme",)}),
        ({"nodeSelector": {"topology.kubernetes.io/zone": "eu-1a"}}, ("eu-1a",), (), {}),
        ({"nodeSelector": {"topology.kubernetes.io/region": "eu"}}, (), (), {"topology.kubernetes.io/region": ("eu",)}),
        ({"nodeSelector": {"kubernetes.io/hostname": "metal-1"}}, (), ("metal-1",), {}),
        (affinity({"key": "disk", "operator": "In", "values": ["ssd", "nvme"]}), (), (), {"disk": ("ssd",)}),
        (affinity({"key": "db", "operator": "Exists"}), (), (), {"db": ("true",)}),
        (affinity({"key": "gpu", "operator": "DoesNotExist"}), (), (), {}),
        (affinity({"key": "gpu", "operator": "NotIn", "values": ["a"]}), (), (), {}),
        (affinity({"key": "topology.kubernetes.io/zone", "operator": "In", "values": ["a", "b"]}), ("a", "b"), (), {}),
    ],
)  # fmt: skip
def test_what_pods_ask_of_nodes(spec, zones, hosts, labels) -> None:
    got = of(pods(spec))
    assert (got.zones, got.hosts, got.labels) == (zones, hosts, labels)


def test_sets_that_want_different_nodes_both_get_them(etcd, rehearse) -> None:
    other = etcd.__class__()
    etcd.pod["nodeSelector"] = {"disk": "nvme"}
    other.pod["nodeSelector"] = {"disk": "hdd"}
    for doc in other.docs():
        doc["metadata"]["name"] = "other"
    labels = {"app": "other"}
    other.spec["selector"], other.spec["template"]["metadata"]["labels"] = {"matchLabels": labels}, labels
    report = rehearse([*etcd.docs(), other.set], "pod-delete")
    assert {o.verdict for o in report.outcomes} == {"pass"}
    assert report.warnings[:2] == (
        "a.yaml:3: nodes are taken to have the label disk=nvme", "a.yaml:4: nodes are taken to have the label disk=hdd",
    )  # fmt: skip


@pytest.mark.parametrize(
    "selector",
    [
        {"kubernetes.io/arch": "arm64"}, {"topology.kubernetes.io/region": "eu"}, {"kubernetes.io/hostname": "metal-7"},
        {"topology.kubernetes.io/zone": "eu-1a"}, {"a/b": "c", "d": "e"},
    ],
)  # fmt: skip
def test_nodes_are_what_is_asked_for(etcd, rehearse, selector) -> None:
    etcd.without_spread()
    etcd.pod["nodeSelector"] = selector
    assert rehearse(etcd, "pod-delete").outcomes[0].verdict == "pass"


@pytest.mark.parametrize(
    ("obj", "kind", "name", "says"),
    [
        (pods({"serviceAccountName": "db"}), "ServiceAccount", "db", "taken to be there"),
        (pods({"priorityClassName": "high"}), "PriorityClass", "high", "taken to be there"),
        (pods({"volumes": [{"name": "c", "configMap": {"name": "conf"}}]}), "ConfigMap", "conf", "taken to be there"),
        (pods({"volumes": [{"name": "c", "secret": {"secretName": "tls"}}]}), "Secret", "tls", "taken to be there"),
        (pods({"volumes": [{"name": "c", "projected": {"sources": [{"secret": {"name": "p"}}]}}]}), "Secret", "p",
         "taken to be there"),
        (pods({"volumes": [{"name": "c", "persistentVolumeClaim": {"claimName": "shared"}}]}), "PersistentVolumeClaim",
         "shared", "taken to be a volume that every zone can mount"),
        (pods({"containers": [{"envFrom": [{"secretRef": {"name": "env"}}]}]}), "Secret", "env", "taken to be there"),
        (pods({"containers": [{"env": [{"name": "A", "valueFrom": {"configMapKeyRef": {"name": "m", "key": "k"}}}]}]}),
         "ConfigMap", "m", "taken to be there"),
        ({"kind": "PersistentVolumeClaim", "metadata": {"name": "x"}, "spec": {"storageClassName": "fast"}},
         "StorageClass", "fast", "taken to make volumes of one zone, on first use"),
    ],
)  # fmt: skip
def test_what_is_only_referred_to(obj, kind: str, name: str, says: str) -> None:
    got = of(obj)
    (added, _) = got.given
    assert (added.obj["kind"], added.obj["metadata"]["name"]) == (kind, name)
    assert got.warnings == [f"a.yaml:1: {kind} {name} is not in these manifests: {says}"]
    assert of(added.obj, obj).warnings == [], "what is there need not be assumed"


@pytest.mark.parametrize(
    "spec",
    [
        {"serviceAccountName": "default"}, {"priorityClassName": "system-node-critical"},
        {"volumes": [{"name": "c", "configMap": {"name": "conf", "optional": True}}]},
        {"volumes": [{"name": "c", "emptyDir": {}}]},
    ],
)  # fmt: skip
def test_what_need_not_be_assumed(spec) -> None:
    assert len(of(pods(spec)).given) == 1


def test_keys_that_several_ask_for_are_all_there() -> None:
    def asks(key):
        return pods({"containers": [{"env": [{"valueFrom": {"secretKeyRef": {"name": "s", "key": key}}}]}]})

    got = of(asks("user"), asks("password"))
    assert got.given[0].obj["stringData"] == {"user": "assumed", "password": "assumed"}
    assert len(got.warnings) == 1


def test_a_storage_class_is_served_by_the_driver_that_is_here() -> None:
    term = {"matchLabelExpressions": [{"key": "topology.gke.io/zone", "values": ["b", "c"]}]}
    obj = {
        "kind": "StorageClass",
        "metadata": {"name": "x"},
        "provisioner": "pd.csi.storage.gke.io",
        "allowedTopologies": [term],
    }
    got = of(obj)
    made = got.given[0].obj
    assert made["provisioner"] == "csi.sim.quorate.dev" and got.zones == ("b", "c")
    assert made["allowedTopologies"][0]["matchLabelExpressions"][0]["key"] == "topology.kubernetes.io/zone"
    assert obj["provisioner"] == "pd.csi.storage.gke.io", "the manifest itself is not changed"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([
        "spec", "template", "volumes", "containers", "env", "valueFrom", "secret", "name", "nodeSelector", "affinity",
        "nodeAffinity", "volumeClaimTemplates", "allowedTopologies", "initContainers", "projected", "metadata",
    ]), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["StatefulSet", "Pod", "StorageClass", "PersistentVolume", "PersistentVolumeClaim"]), JSON, JSON)
def test_odd_manifests_are_left_to_the_server(kind: str, spec, topologies) -> None:
    obj = {"apiVersion": "v1", "kind": kind, "metadata": {"name": "a"}, "spec": spec, "allowedTopologies": topologies}
    assert of(obj).given[-1].obj["spec"] is spec
