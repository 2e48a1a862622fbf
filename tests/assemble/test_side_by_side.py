"""Controllers that one change wakes together, in a whole world."""

from quorate.assemble.world import Shape, world
from quorate.kernel.clock import SECOND


def test_a_replicaset_scaled_by_hand_acts_before_its_deployment_takes_it_back() -> None:
    made = world(seed=1, shape=Shape())
    made.run_for(1 * SECOND)
    pods = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "i:1"}]}}
    spec = {"replicas": 1, "selector": {"matchLabels": {"a": "b"}}, "template": pods}
    body = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "d", "namespace": "default"},
        "spec": spec,
    }
    made.client().create("deployments.apps", body)
    made.run_for(5 * SECOND)
    (found,) = made.reader.list("replicasets.apps", "default")
    made.client().patch("replicasets.apps", "default", found["metadata"]["name"], {"spec": {"replicas": 3}})
    made.run_for(60 * SECOND)
    reasons = [
        e["reason"] for e in made.reader.list("events", "default") if e["involvedObject"]["kind"] == "ReplicaSet"
    ]
    assert sorted(reasons) == ["SuccessfulCreate"] * 3 + ["SuccessfulDelete"] * 2
    (found,) = made.reader.list("replicasets.apps", "default")
    assert (found["spec"]["replicas"], len(list(made.reader.list("pods", "default")))) == (1, 1)
