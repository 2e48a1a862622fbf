"""Troubles that alerts are for, each in a namespace of its own, all in one world: what is there, what happens to it, which
alerts it is to raise, and what their diagnosis is to say first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from quorate.testing.cluster import Cluster

Obj = dict[str, Any]
Do = Callable[[Cluster, str], object]

STS, DEPLOY = "statefulsets.apps", "deployments.apps"
LOST = "node-5"
"""The node that will be lost: only who is to be lost with it goes there."""


@dataclass(frozen=True)
class Trouble:
    """`first` makes what is there, `then` and `later` happen minutes after. `causes`: one of them is to be named first.

    `remedy`: what a machine may do about it; "" for what a person has to.
    """

    name: str
    alerts: tuple[str, ...]
    causes: tuple[str, ...]
    first: Do
    then: Do | None = None
    later: Do | None = None
    remedy: str = ""


def sim(**annotations: str) -> dict[str, str]:
    return {f"sim.quorate.dev/{name.replace('_', '-')}": value for name, value in annotations.items()}


def template(*, pod: Obj | None = None, container: Obj | None = None, **annotations: str) -> Obj:
    main = {"name": "main", "image": "registry.example.com/app:1.0", **(container or {})}
    return {
        "metadata": {"labels": {"app": "db"}, "annotations": sim(**annotations)},
        "spec": {"containers": [main], **(pod or {})},
    }


def stateful(cluster: Cluster, space: str, template: Obj, service: bool = True, **spec: Any) -> None:
    body = {
        "replicas": 3, "serviceName": "db", "selector": {"matchLabels": {"app": "db"}}, "template": template, **spec,
    }  # fmt: skip
    meta = {"name": "db", "namespace": space}
    made: list[Obj] = [{"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": meta, "spec": body}]
    if service:
        headless = {"clusterIP": "None", "selector": {"app": "db"}, "ports": [{"port": 5432}]}
        made.insert(0, {"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": headless})
    cluster.apply(made)


def deployment(cluster: Cluster, space: str, template: Obj, **spec: Any) -> None:
    body = {"replicas": 3, "selector": {"matchLabels": {"app": "db"}}, "template": template, **spec}
    meta = {"name": "web", "namespace": space}
    cluster.apply({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta, "spec": body})


def healthy(cluster: Cluster, space: str) -> None:
    stateful(cluster, space, template())


def healthy_with_ingress(cluster: Cluster, space: str) -> None:
    healthy(cluster, space)
    backend = {"service": {"name": "db", "port": {"number": 5432}}}
    rule = {"host": "db.example.com", "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}
    meta = {"name": "db", "namespace": space}
    cluster.apply(
        {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": meta, "spec": {"rules": [rule]}}
    )


def healthy_deployment(cluster: Cluster, space: str) -> None:
    deployment(cluster, space, template())


def patched(resource: str, body: Obj) -> Do:
    name = "db" if resource == STS else "web"
    return lambda cluster, space: cluster.world.client().patch(resource, space, name, body)


def retemplated(resource: str, **annotations: str | None) -> Do:
    given = {f"sim.quorate.dev/{k.replace('_', '-')}": v for k, v in annotations.items()}
    return patched(resource, {"spec": {"template": {"metadata": {"annotations": given}}}})


def reimaged(resource: str, image: str = "registry.example.com/app:2.0", **spec: Any) -> Do:
    container = {"name": "main", "image": image}
    return patched(resource, {"spec": {"template": {"spec": {"containers": [container]}}, **spec}})


def quota(cluster: Cluster, space: str, what: str, most: int) -> None:
    meta, spec = {"name": "few", "namespace": space}, {"hard": {what: str(most)}}
    cluster.apply({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": meta, "spec": spec})


def short_of_quota(cluster: Cluster, space: str) -> None:
    quota(cluster, space, "pods", 2)
    stateful(cluster, space, template())


def deployment_short_of_quota(cluster: Cluster, space: str) -> None:
    quota(cluster, space, "pods", 2)
    deployment(cluster, space, template())


def no_more_revisions(cluster: Cluster, space: str) -> None:
    quota(cluster, space, "count/controllerrevisions.apps", 1)
    cluster.advance("5s")
    reimaged(STS)(cluster, space)


def replica_sets_refused(cluster: Cluster, space: str) -> None:
    cluster.faults.inject("write-denied", resource="replicasets.apps", namespace=space)
    reimaged(DEPLOY)(cluster, space)


def too_large(cluster: Cluster, space: str) -> None:
    stateful(cluster, space, template(container={"resources": {"requests": {"cpu": "64"}}}))


def config_missing(cluster: Cluster, space: str) -> None:
    env = [{"name": "A", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "a"}}}]
    stateful(cluster, space, template(container={"env": env}))


def class_missing(cluster: Cluster, space: str) -> None:
    claim = {
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": "fast",
        "resources": {"requests": {"storage": "1Gi"}},
    }
    stateful(cluster, space, template(), volumeClaimTemplates=[{"metadata": {"name": "data"}, "spec": claim}])


def with_claims(cluster: Cluster, space: str) -> None:
    claim = {
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": "standard",
        "resources": {"requests": {"storage": "1Gi"}},
    }
    stateful(cluster, space, template(), volumeClaimTemplates=[{"metadata": {"name": "data"}, "spec": claim}])


def on_a_node_of_its_own(cluster: Cluster, space: str) -> None:
    pod = {"nodeSelector": {"kubernetes.io/hostname": LOST}, "tolerations": [{"key": "own", "operator": "Exists"}]}
    stateful(cluster, space, template(pod=pod), replicas=1)


def budget(cluster: Cluster, space: str) -> None:
    stateful(cluster, space, template())
    meta = {"name": "db", "namespace": space}
    spec = {"minAvailable": 3, "selector": {"matchLabels": {"app": "db"}}}
    cluster.apply({"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": meta, "spec": spec})


def hand_made_volume(cluster: Cluster, space: str) -> None:
    """Nothing knows how to delete what a provisioner did not make."""
    volume = {
        "capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"], "persistentVolumeReclaimPolicy": "Delete",
        "storageClassName": "by-hand", "nfs": {"server": "nfs.example.com", "path": "/db"},
    }  # fmt: skip
    claim = {
        "accessModes": ["ReadWriteOnce"], "storageClassName": "by-hand", "volumeName": "by-hand",
        "resources": {"requests": {"storage": "1Gi"}},
    }  # fmt: skip
    cluster.apply(
        [
            {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "by-hand"}, "spec": volume},
            {
                "apiVersion": "v1",
                "kind": "PersistentVolumeClaim",
                "metadata": {"name": "db", "namespace": space},
                "spec": claim,
            },
        ]
    )


def claim_deleted(cluster: Cluster, space: str) -> None:
    cluster.world.client().delete("persistentvolumeclaims", space, "db")


TROUBLES = (
    Trouble("generation", ("KubeStatefulSetGenerationMismatch",), ("writes-rejected",), healthy, no_more_revisions, remedy="quota"),
    Trouble("generation-web", ("KubeDeploymentGenerationMismatch", "KubernetesDeploymentGenerationMismatch"), ("writes-rejected",),
            healthy_deployment, replica_sets_refused),
    Trouble("quota", ("QuorateStatefulSetCreationRefused", "KubeStatefulSetReplicasMismatch"), ("quota-exceeded",), short_of_quota,
            remedy="quota"),
    Trouble("quota-web", ("QuorateDeploymentCreationRefused", "KubeDeploymentReplicasMismatch"), ("quota-exceeded",),
            deployment_short_of_quota, remedy="quota"),
    Trouble("bad-update", ("KubeStatefulSetUpdateNotRolledOut", "QuorateQuorumAtRisk"), ("image-not-found",),
            healthy, retemplated(STS, fault="ImagePullBackOff"), remedy="fix-then-delete"),
    Trouble("bad-update-web", ("KubeDeploymentRolloutStuck", "KubeContainerWaiting"), ("image-not-found", "unhealthy-surge"),
            healthy_deployment, retemplated(DEPLOY, fault="ImagePullBackOff"), remedy="undo"),
    Trouble("rollback", ("QuorateStatefulSetRolloutBlocked",), ("broken-rollback",),
            healthy, retemplated(STS, fault="NeverReady"), retemplated(STS, fault=None), remedy="delete-pod"),
    Trouble("crash", ("KubePodCrashLooping", "QuorateQuorumLost"), ("crash-out-of-memory",),
            lambda cluster, space: stateful(cluster, space, template(fault="CrashLoopBackOff", exit_code="137"))),
    Trouble("no-room", ("KubePodNotReady",), ("insufficient-cpu",), too_large),
    Trouble("config", ("KubeContainerWaiting", "QuorateQuorumLost"), ("config-map-missing",), config_missing),
    Trouble("class", ("QuorateClaimNotBound", "KubePodNotReady"), ("storage-class-missing",), class_missing),
    Trouble("lost-volume", ("QuorateClaimLost",), ("claim-lost",), with_claims,
            lambda cluster, space: cluster.faults.inject("volume-lost", claim="data-db-1", namespace=space)),
    Trouble("lost-node", ("QuorateMemberOnLostNode", "QuoratePodStuckTerminating"), ("node-lost",), on_a_node_of_its_own,
            lambda cluster, space: cluster.faults.inject("node-down", node=LOST)),
    Trouble("unhealthy", ("KubePdbNotEnoughHealthyPods",), ("not-ready", "budget-blocks"), budget,
            lambda cluster, space: cluster.world.client().patch(
                "pods", space, "db-1", {"metadata": {"annotations": sim(ready="false")}})),
    Trouble("tight-budget", ("QuorateBudgetNeverAllows",), ("budget-blocks",), budget, remedy="budget"),
    Trouble("partition", ("QuorateStatefulSetPartitionForgotten", "KubeStatefulSetUpdateNotRolledOut"), ("partition-forgotten",),
            healthy, reimaged(STS, updateStrategy={"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}),
            remedy="partition"),
    Trouble("on-delete", ("QuorateStatefulSetOnDeleteDrift",), ("on-delete-drift",),
            lambda cluster, space: stateful(cluster, space, template(), updateStrategy={"type": "OnDelete"}), reimaged(STS),
            remedy="delete-pod"),
    Trouble("paused", ("QuorateDeploymentPausedForgotten",), ("deployment-paused",),
            healthy_deployment, patched(DEPLOY, {"spec": {"paused": True}}), reimaged(DEPLOY), remedy="resume"),
    Trouble("no-service", ("QuorateHeadlessServiceMissing",), ("headless-service-missing",),
            lambda cluster, space: stateful(cluster, space, template(), service=False)),
    Trouble("volume", ("KubePersistentVolumeErrors",), (), hand_made_volume, claim_deleted),
    Trouble("well", (), (), healthy_with_ingress),
    Trouble("well-web", (), (), healthy_deployment, reimaged(DEPLOY)),
)  # fmt: skip


LASTS = timedelta(minutes=41)
"""What passes in the world meanwhile. One that began as long ago is then at the time of the machine, as clusters are."""


def play(cluster: Cluster) -> None:
    """All of them at once; half an hour later all has come that comes of them."""
    taint = {"key": "own", "effect": "NoSchedule"}
    cluster.world.client().patch("nodes", "", LOST, {"spec": {"taints": [taint]}})
    for trouble in TROUBLES:
        meta = {"name": trouble.name}
        cluster.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": meta})
        trouble.first(cluster, trouble.name)
    cluster.advance("3m")
    for step in ("then", "later"):
        for trouble in TROUBLES:
            do: Do | None = getattr(trouble, step)
            if do is not None:
                do(cluster, trouble.name)
        cluster.advance("4m")
    cluster.advance("30m")
