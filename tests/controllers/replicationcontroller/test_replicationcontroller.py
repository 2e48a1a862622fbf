from typing import Any

from quorate.contract.plan import Create
from quorate.controllers.replicationcontroller import CONTROLLERS
from quorate.kernel.clock import EPOCH
from quorate.objects.collection import Collection


def look(replicas: int, labels: dict[str, str]) -> Any:
    """The plan for a ReplicationController beside one orphan of these labels."""
    (controller,) = CONTROLLERS
    cache = Collection()
    for index in controller.indexes:
        cache.add_index(index.resource, index.name, index.values)
    meta = {"name": "web", "namespace": "default", "uid": "web-uid", "generation": 1}
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": []}}
    spec = {"replicas": replicas, "selector": {"app": "web"}, "template": template}
    found = {"apiVersion": "v1", "kind": "ReplicationController", "metadata": meta, "spec": spec}
    cache.apply("replicationcontrollers", None, found, 1)
    pod = {"metadata": {"name": "o", "namespace": "default", "uid": "o", "labels": labels}, "spec": {}, "status": {}}
    cache.apply("pods", None, pod, 2)
    return controller.decide(controller.snapshot(cache, ("default", "web"), None), EPOCH)


def test_it_makes_pods_of_its_own_kind() -> None:
    plan = look(1, {"app": "db"})
    (create,) = plan.actions
    assert isinstance(create, Create)
    ref = create.obj["metadata"]["ownerReferences"][0]
    assert (ref["apiVersion"], ref["kind"]) == ("v1", "ReplicationController")
    assert create.obj["metadata"]["generateName"] == "web-"


def test_its_selector_is_a_plain_map_of_labels() -> None:
    (patch,) = look(1, {"app": "web", "more": "labels"}).actions
    assert patch.ref.name == "o"


def test_its_status_does_not_count_terminating_pods() -> None:
    assert "terminatingReplicas" not in look(0, {}).status.obj["status"]
