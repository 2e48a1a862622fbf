"""When each alert fires and when not: series of metrics, and whether the alert is on at a time.

A case is (alert, what it shows, minutes, series, labels of the alerts that fire then). Every series has the job label that the
rules select by. A value is constant; (a, b) is a then b from halfway on; "..." is promtool's own notation, by the minute.
"""

from typing import Any

HOURS = 60
Series = tuple[str, dict[str, str], Any]
Case = tuple[str, str, int, list[Series], list[dict[str, str]]]

DB = {"namespace": "ns", "statefulset": "db"}
WEB = {"namespace": "ns", "deployment": "web"}
POD = {"namespace": "ns", "pod": "db-0"}
BOX = {**POD, "container": "main"}
CLAIM = {"namespace": "ns", "persistentvolumeclaim": "data-db-0"}
BUDGET = {"namespace": "ns", "poddisruptionbudget": "db"}
JOB = {"job": "kube-state-metrics"}
NOW = 20 * 60
"""promtool's clock, in seconds, after the twenty minutes that a case about time lasts."""


def sts(metric: str, value: Any, **more: str) -> Series:
    return f"kube_statefulset_{metric}", {**DB, **more}, value


def dep(metric: str, value: Any, **more: str) -> Series:
    return f"kube_deployment_{metric}", {**WEB, **more}, value


def member(ordinal: int, revision: str, ready: int | None = 1) -> list[Series]:
    pod = {"namespace": "ns", "pod": f"db-{ordinal}"}
    made = [("quorate_statefulset_pod_ordinal", {**pod, "statefulset": "db", "revision": revision}, ordinal)]
    return made if ready is None else [*made, ("kube_pod_status_ready", {**pod, "condition": "true"}, ready)]


def revisions(current: str, update: str) -> list[Series]:
    return [sts("status_current_revision", 1, revision=current), sts("status_update_revision", 1, revision=update)]


def about(strategy: str = "RollingUpdate", management: str = "OrderedReady", service: str = "db") -> Series:
    labels = {"pod_management_policy": management, "update_strategy": strategy, "service_name": service}
    return "quorate_statefulset_info", {**DB, **labels}, 1


def partition(ordinal: int) -> Series:
    return "quorate_statefulset_partition", DB, ordinal


def budget(**values: int) -> list[Series]:
    return [(f"kube_poddisruptionbudget_status_{name}", BUDGET, value) for name, value in values.items()]


def claim(phase: str, storage_class: str = "slow") -> list[Series]:
    info = {**CLAIM, "storageclass": storage_class, "volumename": ""}
    return [
        ("kube_persistentvolumeclaim_status_phase", {**CLAIM, "phase": phase}, 1),
        ("kube_persistentvolumeclaim_info", info, 1),
        ("kube_storageclass_info", {"storageclass": "late", "volume_binding_mode": "WaitForFirstConsumer"}, 1),
    ]


MOUNTED = ("kube_pod_spec_volumes_persistentvolumeclaims_info", {**POD, "volume": "data", **CLAIM}, 1)
OBSERVED = [sts("status_observed_generation", 4), sts("metadata_generation", 4)]
LEASE = {"lease": "kube-controller-manager"}
ROLLBACK = [about(), partition(0), *revisions("db-1", "db-3")]
BLOCKER = {**DB, "pod": "db-1", "revision": "db-2"}

CASES: list[Case] = [
    ("KubernetesDeploymentGenerationMismatch", "ten minutes behind", 11,
     [dep("status_observed_generation", 1), dep("metadata_generation", 2)], [{**WEB, **JOB}]),
    ("KubernetesDeploymentGenerationMismatch", "nine minutes behind", 9,
     [dep("status_observed_generation", 1), dep("metadata_generation", 2)], []),
    ("KubeDeploymentGenerationMismatch", "behind", 16,
     [dep("status_observed_generation", 1), dep("metadata_generation", 2)], [{**WEB, **JOB}]),
    ("KubeStatefulSetGenerationMismatch", "behind", 16,
     [sts("status_observed_generation", 1), sts("metadata_generation", 2)], [{**DB, **JOB}]),
    ("KubeStatefulSetGenerationMismatch", "even", 16, OBSERVED, []),
    ("KubeStatefulSetReplicasMismatch", "one never made", 26,
     [sts("replicas", 3), sts("status_replicas", 2), sts("status_replicas_ready", 2), sts("status_replicas_updated", 2)],
     [{**DB, **JOB}]),
    ("KubeStatefulSetReplicasMismatch", "an update moves on", 26,
     [sts("replicas", 3), sts("status_replicas_ready", 2), sts("status_replicas_updated", "0+1x60")], []),
    ("KubeStatefulSetUpdateNotRolledOut", "stuck", 21,
     [*revisions("db-1", "db-2"), sts("replicas", 3), sts("status_replicas_updated", 1)], [{**DB, **JOB}]),
    ("KubeStatefulSetUpdateNotRolledOut", "done", 21,
     [*revisions("db-2", "db-2"), sts("replicas", 3), sts("status_replicas_updated", 3)], []),
    ("KubeDeploymentReplicasMismatch", "two of three", 26,
     [dep("spec_replicas", 3), dep("status_replicas_available", 2), dep("status_replicas_updated", 3)], [{**WEB, **JOB}]),
    ("KubeDeploymentReplicasMismatch", "more than wanted", 26,
     [dep("spec_replicas", 3), dep("status_replicas_available", 4), dep("status_replicas_updated", 3)], []),
    ("KubeDeploymentRolloutStuck", "deadline passed", 16,
     [dep("status_condition", 1, condition="Progressing", status="false", reason="ProgressDeadlineExceeded")],
     [{**WEB, **JOB, "condition": "Progressing", "status": "false", "reason": "ProgressDeadlineExceeded"}]),
    ("KubeDeploymentRolloutStuck", "progressing", 16,
     [dep("status_condition", 0, condition="Progressing", status="false", reason="NewReplicaSetAvailable")], []),
    ("KubePodCrashLooping", "between crashes it runs for a minute", 20,
     [("kube_pod_container_status_waiting_reason", {**BOX, "reason": "CrashLoopBackOff"}, "1 1 1 _ " * 10)],
     [{**BOX, **JOB, "reason": "CrashLoopBackOff"}]),
    ("KubePodCrashLooping", "waits for its image", 20,
     [("kube_pod_container_status_waiting_reason", {**BOX, "reason": "ImagePullBackOff"}, 1)], []),
    ("KubePodNotReady", "pending", 16,
     [("kube_pod_status_phase", {**POD, "phase": "Pending"}, 1), ("kube_pod_owner", {**POD, "owner_kind": "StatefulSet"}, 1)],
     [POD]),
    ("KubePodNotReady", "pending, of a job", 16,
     [("kube_pod_status_phase", {**POD, "phase": "Pending"}, 1), ("kube_pod_owner", {**POD, "owner_kind": "Job"}, 1)], []),
    ("KubeContainerWaiting", "an hour", 61,
     [("kube_pod_container_status_waiting_reason", {**BOX, "reason": "CreateContainerConfigError"}, 1)],
     [{**BOX, **JOB, "reason": "CreateContainerConfigError"}]),
    ("KubePersistentVolumeErrors", "failed", 6,
     [("kube_persistentvolume_status_phase", {"persistentvolume": "pv", "phase": "Failed"}, 1)],
     [{"persistentvolume": "pv", "phase": "Failed", **JOB}]),
    ("KubePersistentVolumeErrors", "released", 6,
     [("kube_persistentvolume_status_phase", {"persistentvolume": "pv", "phase": "Released"}, 1)], []),
    ("KubePdbNotEnoughHealthyPods", "one lacks", 16, budget(desired_healthy=2, current_healthy=1), [{**BUDGET, **JOB}]),
    ("KubePdbNotEnoughHealthyPods", "just enough", 16, budget(desired_healthy=2, current_healthy=2), []),

    ("QuorateStatefulSetRolloutBlocked", "mended, but the bad pod stays; the lowest of two is named", 16,
     [*ROLLBACK, *member(0, "db-3"), *member(1, "db-2", 0), *member(2, "db-2", 0)], [BLOCKER]),
    ("QuorateStatefulSetRolloutBlocked", "it flashes ready between crashes", 16,
     [*ROLLBACK, *member(1, "db-2", None),
      ("kube_pod_status_ready", {"namespace": "ns", "pod": "db-1", "condition": "true"}, "0 0 1 0 " * 10)], [BLOCKER]),
    ("QuorateStatefulSetRolloutBlocked", "it never got so far as to have conditions", 16,
     [*ROLLBACK, *member(1, "db-2", None)], [BLOCKER]),
    ("QuorateStatefulSetRolloutBlocked", "the bad pod is of the newest revision: mend the template first", 16,
     [about(), partition(0), *revisions("db-1", "db-2"), *member(1, "db-2", 0)], []),
    ("QuorateStatefulSetRolloutBlocked", "below the partition", 16,
     [about(), partition(2), *revisions("db-1", "db-3"), *member(1, "db-2", 0)], []),
    ("QuorateStatefulSetRolloutBlocked", "Parallel does not wait", 16,
     [about(management="Parallel"), partition(0), *revisions("db-1", "db-3"), *member(1, "db-2", 0)], []),
    ("QuorateStatefulSetRolloutBlocked", "it is going already", 16,
     [*ROLLBACK, *member(1, "db-2", 0), ("kube_pod_deletion_timestamp", {"namespace": "ns", "pod": "db-1"}, 9)], []),
    ("QuorateStatefulSetPartitionForgotten", "a day", 26 * HOURS,
     [partition(2), *revisions("db-1", "db-2"), sts("status_replicas_updated", 1)], [DB]),
    ("QuorateStatefulSetPartitionForgotten", "a night", 12 * HOURS,
     [partition(2), *revisions("db-1", "db-2"), sts("status_replicas_updated", 1)], []),
    ("QuorateStatefulSetPartitionForgotten", "nothing to update", 26 * HOURS,
     [partition(2), *revisions("db-2", "db-2"), sts("status_replicas_updated", 3)], []),
    ("QuorateStatefulSetOnDeleteDrift", "a day", 25 * HOURS,
     [about("OnDelete"), *revisions("db-1", "db-2"), *member(0, "db-1"), *member(1, "db-2")], [DB]),
    ("QuorateStatefulSetOnDeleteDrift", "updated in turn", 25 * HOURS,
     [about(), *revisions("db-1", "db-2"), *member(0, "db-1")], []),
    ("QuorateStatefulSetCreationRefused", "two of three, both ready", 11,
     [*OBSERVED, sts("replicas", 3), sts("status_replicas", 2), sts("status_replicas_ready", 2)], [DB]),
    ("QuorateStatefulSetCreationRefused", "the second is not ready: it is waited for", 11,
     [*OBSERVED, sts("replicas", 3), sts("status_replicas", 2), sts("status_replicas_ready", 1)], []),
    ("QuorateStatefulSetCreationRefused", "the controller has not looked yet", 11,
     [sts("status_observed_generation", 1), sts("metadata_generation", 2), sts("replicas", 3), sts("status_replicas", 2),
      sts("status_replicas_ready", 2)], []),
    ("QuorateDeploymentCreationRefused", "ReplicaFailure", 6,
     [dep("status_condition", 1, condition="ReplicaFailure", status="true", reason="FailedCreate")], [WEB]),
    ("QuorateQuorumAtRisk", "two of three", 11, [sts("replicas", 3), sts("status_replicas_ready", 2)], [DB]),
    ("QuorateQuorumAtRisk", "three of five", 11, [sts("replicas", 5), sts("status_replicas_ready", 3)], [DB]),
    ("QuorateQuorumAtRisk", "four of five", 11, [sts("replicas", 5), sts("status_replicas_ready", 4)], []),
    ("QuorateQuorumAtRisk", "one of one", 11, [sts("replicas", 1), sts("status_replicas_ready", 1)], []),
    ("QuorateQuorumLost", "one of three", 4, [sts("replicas", 3), sts("status_replicas_ready", 1)], [DB]),
    ("QuorateQuorumLost", "two of three", 4, [sts("replicas", 3), sts("status_replicas_ready", 2)], []),
    ("QuorateQuorumLost", "one of two: nobody votes in pairs", 4, [sts("replicas", 2), sts("status_replicas_ready", 1)], []),
    ("QuorateMemberOnLostNode", "node gone", 6,
     [("kube_pod_info", {**POD, "node": "n1", "created_by_kind": "StatefulSet", "created_by_name": "db"}, 1),
      ("kube_node_status_condition", {"node": "n1", "condition": "Ready", "status": "true"}, 0)],
     [{**POD, "node": "n1", "statefulset": "db"}]),
    ("QuorateMemberOnLostNode", "a Deployment's pod is replaced by itself", 6,
     [("kube_pod_info", {**POD, "node": "n1", "created_by_kind": "ReplicaSet", "created_by_name": "db"}, 1),
      ("kube_node_status_condition", {"node": "n1", "condition": "Ready", "status": "true"}, 0)], []),
    ("QuoratePodStuckTerminating", "its grace ended long ago", 20,
     [("kube_pod_deletion_timestamp", POD, NOW - 700)], [POD]),
    ("QuoratePodStuckTerminating", "its grace is still running", 20, [("kube_pod_deletion_timestamp", POD, NOW + 600)], []),
    ("QuoratePodStuckTerminating", "by the world's clock", 20,
     [("kube_pod_deletion_timestamp", POD, 5000), ("quorate_world_time_seconds", {}, 6000)], [POD]),
    ("QuoratePodStuckTerminating", "not by the world's clock", 20,
     [("kube_pod_deletion_timestamp", POD, 100), ("quorate_world_time_seconds", {}, 101)], []),
    ("QuorateClaimNotBound", "no provisioner", 16, claim("Pending"), [CLAIM]),
    ("QuorateClaimNotBound", "waits for its first pod", 16, claim("Pending", "late"), []),
    ("QuorateClaimNotBound", "its first pod is there", 16, [*claim("Pending", "late"), MOUNTED], [CLAIM]),
    ("QuorateClaimNotBound", "bound", 16, claim("Bound"), []),
    ("QuorateClaimLost", "lost", 2, claim("Lost"), [CLAIM]),
    ("QuorateControllerNotRenewing", "silent for minutes", 20, [("kube_lease_renew_time", LEASE, NOW - 300)], [LEASE]),
    ("QuorateControllerNotRenewing", "renewed", 20, [("kube_lease_renew_time", LEASE, "0+60x60")], []),
    ("QuorateControllerNotRenewing", "by the world's clock", 20,
     [("kube_lease_renew_time", LEASE, 9000), ("quorate_world_time_seconds", {}, 9999)], [LEASE]),
    ("QuorateControllerNotRenewing", "an operator's lease is its own affair", 20,
     [("kube_lease_renew_time", {"lease": "my-operator"}, 0)], []),
    ("QuorateSpecRewritten", "every half minute", 25, [sts("metadata_generation", "0+2x60")], []),
    ("QuorateSpecRewritten", "scaled now and then", 25, [sts("metadata_generation", (3, 4))], []),
    ("QuorateDeploymentPausedForgotten", "a day", 25 * HOURS,
     [dep("spec_paused", 1), dep("spec_replicas", 3), dep("status_replicas_updated", 0)], [WEB]),
    ("QuorateDeploymentPausedForgotten", "paused with nothing to roll out", 25 * HOURS,
     [dep("spec_paused", 1), dep("spec_replicas", 3), dep("status_replicas_updated", 3)], []),
    ("QuorateBudgetNeverAllows", "three of three demanded", 61,
     budget(pod_disruptions_allowed=0, current_healthy=3, expected_pods=3), [BUDGET]),
    ("QuorateBudgetNeverAllows", "one is not healthy now", 61,
     budget(pod_disruptions_allowed=0, current_healthy=2, expected_pods=3), []),
    ("QuorateHeadlessServiceMissing", "missing", 11, [about()], [{**DB, "service_name": "db"}]),
    ("QuorateHeadlessServiceMissing", "there", 11, [about(), ("kube_service_info", {"namespace": "ns", "service": "db"}, 1)], []),
    ("QuorateHeadlessServiceMissing", "none named", 11, [about(service="")], []),
]  # fmt: skip
