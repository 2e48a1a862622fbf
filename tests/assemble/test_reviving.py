"""A world that is frozen and revived goes on."""

from quorate.apiserver.client import LocalClient
from quorate.assemble.reviving import freeze, revive
from quorate.assemble.shape import Shape
from quorate.assemble.world import World, world
from quorate.edge.snapshot import pack, unpack
from quorate.kernel.clock import HOUR, MINUTE

SHAPE = Shape(nodes=2, keep=1000, managed_fields=True)
TEMPLATE = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "main", "image": "nginx"}]}}


def web(client: LocalClient) -> None:
    client.create("statefulsets.apps", {
        "apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "web", "namespace": "default"},
        "spec": {
            "replicas": 2, "serviceName": "web", "selector": {"matchLabels": {"app": "web"}}, "template": TEMPLATE,
            "volumeClaimTemplates": [{
                "metadata": {"name": "data"},
                "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
            }],
        },
    })  # fmt: skip


def objects(made: World) -> dict:
    return {
        (r, o["metadata"].get("namespace"), o["metadata"]["name"]): o
        for r in made.reader.resources()
        for o in made.reader.list(r)
    }


def test_it_goes_on_where_it_was() -> None:
    first = world(3, SHAPE)
    web(first.client())
    first.run_for(10 * MINUTE)
    kept = unpack(pack(freeze(first)), "it")

    second = revive(kept, Shape(nodes=7, keep=1000, managed_fields=True))
    assert second.now - first.now < MINUTE
    before, after = objects(first), objects(second)
    assert before.keys() <= after.keys()
    assert {k for k in after if k[0] == "nodes"} == {("nodes", None, "node-0"), ("nodes", None, "node-1")}
    for key in before:
        if key[0] in ("pods", "persistentvolumes", "statefulsets.apps", "services", "secrets", "namespaces"):
            assert after[key] == before[key], key

    # It lives: nobody counts as lost, nothing is replaced, and a scaling is carried out.
    second.run_for(HOUR)
    assert all(
        c["status"] == "True"
        for o in second.reader.list("nodes")
        for c in o["status"]["conditions"]
        if c["type"] == "Ready"
    )
    assert [p["metadata"]["uid"] for p in second.reader.list("pods")] == [
        p["metadata"]["uid"] for p in first.reader.list("pods")
    ]
    second.client().patch("statefulsets.apps", "default", "web", {"spec": {"replicas": 3}})
    second.run_for(MINUTE)
    made = second.get("pods", "default", "web-2")
    assert made is not None and made["status"]["phase"] == "Running"
    assert made["metadata"]["uid"] not in {o["metadata"]["uid"] for o in before.values()}
    assert second.store.revision > first.store.revision


def test_the_same_snapshot_goes_on_the_same_way_each_time() -> None:
    first = world(3, SHAPE)
    kept = freeze(first)
    lives = []
    for _ in range(2):
        made = revive(kept, SHAPE)
        web(made.client())
        made.run_for(MINUTE)
        lives.append(objects(made))
    assert lives[0] == lives[1]
    again = revive(freeze(revive(kept, SHAPE)), SHAPE)
    web(again.client())
    assert again.get("statefulsets.apps", "default", "web")["metadata"]["uid"] not in {
        o["metadata"]["uid"] for o in lives[0].values()
    }


def test_freezing_leaves_the_world_as_it_is() -> None:
    first = world(3, SHAPE)
    one = freeze(first)
    web(first.client())
    first.run_for(MINUTE)
    assert freeze(first).revision > one.revision
    assert not any(resource == "statefulsets.apps" for resource, _ in one.objects)
