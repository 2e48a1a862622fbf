"""What `kubectl get -o yaml` shows of a running workload can be rehearsed as its manifests can."""

from quorate.assemble.world import world
from quorate.kernel.clock import MINUTE
from quorate.rehearsal.given import Given
from quorate.rehearsal.live import as_written

KINDS = (
    "services", "poddisruptionbudgets.policy", "statefulsets.apps", "pods", "persistentvolumeclaims", "endpoints",
    "controllerrevisions.apps", "endpointslices.discovery.k8s.io",
)  # fmt: skip


def dump(etcd):
    """The namespace of a world in which the manifests run."""
    made = world(1)
    client = made.client()
    for doc in etcd.docs():
        doc["metadata"]["namespace"] = "default"
        resource = made.resource_of(doc)
        client.create(resource, doc)
    made.run_for(MINUTE)
    return [o for resource in KINDS for o in client.list(resource, "default") if o["metadata"]["name"] != "kubernetes"]


def test_a_dump_comes_out_as_its_manifests_do(etcd, rehearse) -> None:
    from_manifests = rehearse(etcd, "node-drain", "pod-delete")
    live = dump(etcd.__class__())
    assert {o["kind"] for o in live} >= {"Pod", "PersistentVolumeClaim", "ControllerRevision"}
    report = rehearse(live, "node-drain", "pod-delete")
    assert [(o.drill, o.verdict, o.why) for o in report.outcomes] == [
        (o.drill, o.verdict, o.why) for o in from_manifests.outcomes
    ]  # fmt: skip
    (left_out,) = report.warnings
    assert left_out.startswith("what controllers have made is left out, as they make it anew: 1 ControllerRevision, ")
    assert "3 PersistentVolumeClaim, 3 Pod" in left_out


def test_manifests_stay_what_they_are(etcd) -> None:
    given = [Given("a", d) for d in etcd.docs()]
    kept, said = as_written(given)
    assert said == [] and all(a is b for a, b in zip(kept, given, strict=True))


def test_addresses_and_bindings_are_made_anew() -> None:
    meta = {"name": "a", "uid": "u", "resourceVersion": "7", "labels": {"a": "b"}, "managedFields": []}
    live = [
        {"kind": "Service", "metadata": meta, "spec": {"clusterIP": "172.30.0.1", "clusterIPs": ["172.30.0.1"], "ports": []}},
        {"kind": "Service", "metadata": meta, "spec": {"clusterIP": "None", "clusterIPs": ["None"]}, "status": {}},
        {"kind": "PersistentVolumeClaim", "spec": {"volumeName": "pv", "accessModes": []},
         "metadata": {**meta, "annotations": {"pv.kubernetes.io/bind-completed": "yes", "mine": "kept"}}},
    ]  # fmt: skip
    kept, _ = as_written([Given("a", o) for o in live])
    assert [g.obj["spec"] for g in kept] == [
        {"ports": []}, {"clusterIP": "None", "clusterIPs": ["None"]}, {"accessModes": []},
    ]  # fmt: skip
    assert [g.obj["metadata"] for g in kept] == [
        {"name": "a", "labels": {"a": "b"}}, {"name": "a", "labels": {"a": "b"}},
        {"name": "a", "labels": {"a": "b"}, "annotations": {"mine": "kept"}},
    ]  # fmt: skip
    assert all("status" not in g.obj for g in kept)
