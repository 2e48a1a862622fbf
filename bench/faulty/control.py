"""The control plane does not do its work, or cannot."""

from bench.faulty.case import Case
from bench.faulty.play import NAMESPACE, Play
from quorate.kernel.clock import MINUTE, SECOND


def lease_lost(play: Play) -> str:
    name = play.statefulset()
    play.fault("lease-lost", component="kube-controller-manager")
    play.run(MINUTE)
    play.image("statefulsets.apps", name, "registry.example.com/app:2.0")
    play.run(5 * MINUTE)
    return f"statefulset/{name}"


def leads(play: Play) -> str:
    name = play.statefulset()
    play.run(5 * MINUTE)
    play.image("statefulsets.apps", name, "registry.example.com/app:2.0")
    play.run(5 * MINUTE)
    return f"statefulset/{name}"


def stopped(play: Play) -> str:
    name = play.statefulset()
    other = play.deployment()
    play.fault("controller-stopped", controller="statefulset-controller")
    play.image("statefulsets.apps", name, "registry.example.com/app:2.0")
    play.run(30 * SECOND)
    play.image("deployments.apps", other, "registry.example.com/app:2.0")
    play.run(5 * MINUTE)
    return f"statefulset/{name}"


def replicaset_refused(play: Play) -> str:
    name = play.deployment()
    play.fault(
        "write-denied", resource="replicasets.apps", namespace=NAMESPACE, names=f"{name}-*", message="not on a Friday"
    )
    play.image("deployments.apps", name, "registry.example.com/app:2.0")
    play.run(5 * MINUTE)
    return f"deployment/{name}"


def revision_quota(play: Play) -> str:
    name = play.statefulset()
    count = len(play.client.list("controllerrevisions.apps", NAMESPACE))
    play.create(
        "resourcequotas",
        "v1",
        "ResourceQuota",
        play.name("revisions"),
        {"hard": {"count/controllerrevisions.apps": str(count)}},
    )
    play.run(2 * SECOND)
    play.image("statefulsets.apps", name, "registry.example.com/app:2.0")
    play.run(5 * MINUTE)
    return f"statefulset/{name}"


def just_written(play: Play) -> str:
    name = play.deployment()
    play.image("deployments.apps", name, "registry.example.com/app:2.0")
    play.run(2 * MINUTE)
    return f"deployment/{name}"


def fought(play: Play) -> str:
    name = play.statefulset()
    play.run(20 * MINUTE)
    play.fault("spec-fought", name=name, namespace=NAMESPACE, every="5s")
    play.run(5 * MINUTE)
    return f"statefulset/{name}"


def released_thrice(play: Play) -> str:
    name = play.statefulset()
    for version in ("2.0", "2.1", "2.2"):
        play.run(30 * MINUTE)
        play.image("statefulsets.apps", name, f"registry.example.com/app:{version}")
    play.run(3 * MINUTE)
    return f"statefulset/{name}"


def owner(play: Play) -> str:
    name = play.deployment()
    play.run(20 * MINUTE)
    play.change(
        "deployments.apps", name, lambda o: o["spec"].update(revisionHistoryLimit=5), manager="argocd-controller"
    )
    play.run(10 * MINUTE)
    play.change("deployments.apps", name, lambda o: o["spec"].update(replicas=5), manager="kubectl-edit")
    play.change("deployments.apps", name, lambda o: o["spec"].update(minReadySeconds=1))
    play.run(20 * SECOND)
    play.change("deployments.apps", name, lambda o: o["spec"].update(replicas=3), manager="argocd-controller")
    play.run(MINUTE)
    return f"deployment/{name}"


def owned_quietly(play: Play) -> str:
    name = play.deployment()
    play.run(20 * MINUTE)
    play.change("deployments.apps", name, lambda o: o["spec"].update(replicas=4), manager="argocd-controller")
    play.run(2 * MINUTE)
    return f"deployment/{name}"


CASES = (
    Case("controller-down", lease_lost, leads, reach="wide", leases=True),
    Case("controller-backlogged", stopped, just_written, reach="wide", leases=True),
    Case("writes-rejected", replicaset_refused, just_written, leases=True),
    Case("writes-rejected", revision_quota, leads, reach="wide", leases=True),
    Case("spec-rewritten", fought, released_thrice, also=("owner-fights",), managed=True),
    Case("owner-fights", owner, owned_quietly, also=("spec-rewritten",), managed=True),
)
