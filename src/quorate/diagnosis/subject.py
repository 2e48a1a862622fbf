"""What is asked about, by itself: its generation, its revisions, how it updates its pods."""

from functools import cached_property
from typing import Any

from quorate.diagnosis.evidence import Evidence
from quorate.diagnosis.podstate import PodState
from quorate.diagnosis.workload import Revision, hash_label, made_from, pods_of, revisions_of
from quorate.objects.pod import condition

Obj = dict[str, Any]


class Subject:
    """`obj` is a workload, a lone pod or a lone claim."""

    def __init__(self, evidence: Evidence, obj: Obj) -> None:
        self.evidence, self.obj, self.now = evidence, obj, evidence.now
        self.kind: str = obj["kind"]
        self.name: str = obj["metadata"]["name"]
        self.namespace: str = obj["metadata"].get("namespace", "")
        self.spec: Obj = obj["spec"]
        self.status: Obj = obj.get("status") or {}

    @property
    def label(self) -> str:
        return f"{self.kind}/{self.name}"

    @property
    def resource(self) -> str:
        """As one types it: "statefulset/web"."""
        return f"{self.kind.lower()}/{self.name}"

    # Generation and revisions

    @cached_property
    def generation(self) -> int:
        return int(self.obj["metadata"].get("generation") or 0)

    @cached_property
    def observed(self) -> int:
        return int(self.status.get("observedGeneration") or 0)

    @property
    def has_generation(self) -> bool:
        return self.kind in ("StatefulSet", "Deployment", "DaemonSet", "ReplicaSet")

    @property
    def unobserved(self) -> bool:
        """Its controller has not processed the newest spec."""
        return self.has_generation and self.generation != self.observed

    @cached_property
    def revisions(self) -> list[Revision]:
        return revisions_of(self.evidence, self.obj)

    @cached_property
    def update_hash(self) -> str:
        """What pods of the newest template carry in their revision label; "" when it is not known yet."""
        if self.kind == "StatefulSet":
            return "" if self.unobserved else str(self.status.get("updateRevision") or "")
        if self.kind == "Deployment":
            found = self.new_replica_set
            return found.hash if found is not None else self._newest_hash
        if self.kind == "DaemonSet" and self.revisions and not self.unobserved:
            return self.revisions[-1].hash
        return ""

    @cached_property
    def _newest_hash(self) -> str:
        """By the pods alone, where the ReplicaSets were not read: that of a pod made from the template as it is now."""
        if self.revisions or self.unobserved:
            return ""
        template = self.spec.get("template") or {}
        same = [p for p in pods_of(self.evidence, self.obj) if made_from(p, template)]
        return str((same[0]["metadata"].get("labels") or {}).get("pod-template-hash") or "") if same else ""

    @cached_property
    def new_replica_set(self) -> Revision | None:
        """A Deployment's ReplicaSet of its newest template."""
        if self.kind != "Deployment":
            return None
        template = _plain(self.spec.get("template") or {})
        same = [r for r in self.revisions if _plain(r.obj["spec"].get("template") or {}) == template]
        if same:
            return same[0]
        # A paused Deployment makes no ReplicaSet of a changed template, and observes it all the same.
        if self.unobserved or self.spec.get("paused") or not self.revisions:
            return None
        return self.revisions[-1]

    def hash_of(self, pod: PodState) -> str:
        return str((pod.pod["metadata"].get("labels") or {}).get(hash_label(self.kind)) or "")

    def updated(self, pod: PodState) -> bool:
        return bool(self.update_hash) and self.hash_of(pod) == self.update_hash

    @cached_property
    def condition_failed(self) -> Obj | None:
        """A Job's word that it has given up."""
        found = condition(self.obj, "Failed") if self.kind == "Job" else None
        return found if found is not None and found.get("status") == "True" else None

    @cached_property
    def strategy(self) -> str:
        found = self.spec.get("updateStrategy") or self.spec.get("strategy") or {}
        return str(found.get("type") or "RollingUpdate")

    @cached_property
    def partition(self) -> int:
        rolling = (self.spec.get("updateStrategy") or {}).get("rollingUpdate") or {}
        return int(rolling.get("partition") or 0)

    def held_back(self, pod: PodState) -> bool:
        """Whether the partition keeps the pod from being updated: it counts replicas, from the first ordinal on."""
        if self.kind != "StatefulSet" or self.strategy != "RollingUpdate":
            return False
        return pod.ordinal - self.start < self.partition

    @property
    def ordered(self) -> bool:
        return self.kind == "StatefulSet" and self.spec.get("podManagementPolicy", "OrderedReady") == "OrderedReady"

    @cached_property
    def start(self) -> int:
        return int((self.spec.get("ordinals") or {}).get("start") or 0)


def _plain(template: Obj) -> Obj:
    """A template without the label that the Deployment controller adds."""
    meta = template.get("metadata") or {}
    labels = {k: v for k, v in (meta.get("labels") or {}).items() if k != "pod-template-hash"}
    annotations = meta.get("annotations") or {}
    return {"labels": labels, "annotations": annotations, "spec": template.get("spec")}
