import pytest

from quorate.assemble.world import World
from quorate.faults.switchboard.fault import CannotInject
from quorate.kernel.clock import MINUTE

from .conftest import messages, ready, set_image, the_set, until, waiting

ERROR = (
    'rpc error: code = Unknown desc = failed to pull and unpack image "registry.example.com/db:2": failed to resolve '
    'reference "registry.example.com/db:2": unexpected status from HEAD request to '
    "https://registry.example.com/v2/db/manifests/2: 503 Service Unavailable"
)


def test_new_pulls_fail_and_back_off(db: World) -> None:
    undo = db.inject("registry-down", registry="registry.example.com")
    set_image(db, "registry.example.com/db:2")
    assert until(db, lambda: waiting(db, "db-2") == ("ErrImagePull", ERROR), MINUTE)
    assert until(db, lambda: waiting(db, "db-2")[0] != "ErrImagePull", MINUTE)
    assert waiting(db, "db-2") == (
        "ImagePullBackOff", f'Back-off pulling image "registry.example.com/db:2": ErrImagePull: {ERROR}',
    )  # fmt: skip
    assert f'Failed to pull image "registry.example.com/db:2": {ERROR}' in messages(db, "Failed")
    db.undo(undo)
    assert waiting(db, "db-2")[0] == "ImagePullBackOff", "kubelets sit out their back-off"
    assert until(db, lambda: ready(db) == 3 and the_set(db)["status"].get("updatedReplicas") == 3)


def test_what_a_node_has_it_need_not_pull(db: World) -> None:
    """A pod comes back on its node: the image is there."""
    node = (db.get("pods", "default", "db-0") or {})["spec"]["nodeName"]
    for other in {"node-0", "node-1", "node-2"} - {node}:
        db.client().patch("nodes", "", other, {"spec": {"unschedulable": True}})
    db.inject("registry-down")
    db.client().delete("pods", "default", "db-0")
    assert until(db, lambda: ready(db) == 3)


def test_other_registries_answer(db: World) -> None:
    db.inject("registry-down", registry="docker.io")
    set_image(db, "registry.example.com/db:2")
    assert until(db, lambda: the_set(db)["status"].get("updatedReplicas") == 3 and ready(db) == 3)


def test_docker_hub_is_asked_by_its_own_name(db: World) -> None:
    db.inject("registry-down", registry="docker.io")
    set_image(db, "postgres:17")
    db.run_for(MINUTE)
    assert "https://registry-1.docker.io/v2/library/postgres/manifests/17: 503" in waiting(db, "db-2")[1]


def test_always_pulling_fails_even_for_an_image_that_is_there(db: World) -> None:
    body = {"spec": {"template": {"spec": {"containers": [{"name": "main", "imagePullPolicy": "Always"}]}}}}
    db.inject("registry-down")
    db.client().patch("statefulsets.apps", "default", "db", body, "strategic")
    db.run_for(MINUTE)
    assert waiting(db, "db-2")[0] in ("ErrImagePull", "ImagePullBackOff")


def test_one_registry_at_a_time_per_node(db: World) -> None:
    db.inject("registry-down", registry="docker.io", node="node-0")
    db.inject("registry-down", registry="quay.io", node="node-1")
    with pytest.raises(CannotInject, match="node-0"):
        db.inject("registry-down", registry="quay.io", node="node-0")
