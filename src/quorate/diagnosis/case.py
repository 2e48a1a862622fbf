"""One workload under question, and what follows from its evidence. Causes read it; nothing here judges."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from quorate.diagnosis.crash_loop import loop_began
from quorate.diagnosis.managed import Written, spec_writes
from quorate.diagnosis.node_states import node_states
from quorate.diagnosis.podstate import PodState, Stage, ended_early, state_of
from quorate.diagnosis.refusals import Refusal, refusals_of
from quorate.diagnosis.subject import Subject
from quorate.diagnosis.told import Told, instant
from quorate.diagnosis.workload import pods_of, wanted
from quorate.kernel.clock import MINUTE, SECOND, Duration, Instant
from quorate.objects.claims import class_name, waits_for_consumer
from quorate.objects.pod import claim_names
from quorate.objects.selectors import of_labels, selector

Obj = dict[str, Any]


LAPSE: Duration = 20 * SECOND
"""A pod that was ready and is not may have missed a probe or two."""
LASTING = ("StatefulSet", "Deployment", "DaemonSet", "ReplicaSet", "ReplicationController")
"""Their pods should run on: one that has ended well has ended too early."""


class Case(Subject):
    """What is asked about, with its pods and claims, and what others did to them."""

    @cached_property
    def pods(self) -> list[PodState]:
        silent = self.silent_nodes
        found = [state_of(p, self.now, silent, self.heard_nodes) for p in pods_of(self.evidence, self.obj)]
        if self.kind in LASTING:
            found = [ended_early(p) if p.stage == "succeeded" else p for p in found]
        for i, pod in enumerate(found):
            if pod.stage in ("crashing", "init"):
                began = loop_began(pod, self.events_of(pod.pod, "BackOff"))
                found[i] = pod if began is None else replace(pod, since=began)
        return sorted(found, key=lambda s: (s.ordinal, s.name)) if self.kind == "StatefulSet" else found

    @cached_property
    def silent_nodes(self) -> frozenset[str]:
        """Nodes whose kubelet has stopped reporting, or that are gone although pods are bound to them."""
        out = set(node_states(self.evidence).silent)
        if self.evidence.knows("nodes") and self.evidence.list("nodes"):
            for pod in pods_of(self.evidence, self.obj):
                name = pod["spec"].get("nodeName")
                if name and self.evidence.get("nodes", "", name) is None:
                    out.add(name)
        return frozenset(out)

    @cached_property
    def heard_nodes(self) -> frozenset[str]:
        """Nodes that say that they are ready."""
        return node_states(self.evidence).heard

    def at(self, *stages: Stage) -> list[PodState]:
        return [p for p in self.pods if p.stage in stages]

    @cached_property
    def outdated(self) -> list[PodState]:
        """Pods of another template than the newest."""
        if not self.update_hash:
            return []
        return [
            p for p in self.pods if self.hash_of(p) and not self.updated(p) and p.stage not in ("terminating", "failed")
        ]

    @cached_property
    def wanted(self) -> int:
        return wanted(self.obj)

    @cached_property
    def pods_read(self) -> bool:
        """Whether a pod that is not here does not exist."""
        return bool(self.pods) or self.evidence.knows("pods", self.namespace)

    @cached_property
    def ready(self) -> int:
        """By the pods; where they were not read, by what the controller counted."""
        if not self.pods_read:
            return int(self.status.get("readyReplicas") or self.status.get("numberReady") or 0)
        return len(self.at("ready"))

    @cached_property
    def stuck(self) -> list[PodState]:
        """Pods that are not where they should be."""
        return [p for p in self.pods if not p.fine]

    def history(self, pod: PodState) -> bool:
        """Whether a pod that has failed has been replaced by one that is well: what it died of is over."""
        if pod.stage != "failed" or self.kind == "Pod":
            return False
        if self.kind == "Job":
            going_on = self.at("ready", "succeeded") and len(self.at("failed")) < 2
            return self.condition_failed is None and (bool(going_on) or bool(self.status.get("completionTime")))
        return self.ready >= self.wanted and not self.short

    @cached_property
    def missing(self) -> list[str]:
        """Names of a StatefulSet's pods that should be there and are not, lowest ordinal first."""
        if self.kind != "StatefulSet" or not self.pods_read:
            return []
        there = {p.name for p in self.pods}
        names = (f"{self.name}-{self.start + i}" for i in range(self.wanted))
        return [n for n in names if n not in there]

    @cached_property
    def short(self) -> int:
        """How many pods its controller should have made and has not."""
        if not self.pods_read:
            # A count of zero is left out of a Deployment's status.
            none = 0 if self.observed and not self.unobserved else self.wanted
            return max(
                0, self.wanted - int(self.status.get("replicas") or self.status.get("currentNumberScheduled") or none)
            )
        if self.kind == "StatefulSet":
            return len(self.missing)
        living = [p for p in self.pods if p.stage not in ("terminating", "failed", "succeeded")]
        if self.kind == "Deployment":
            out = 0
            for revision in self.revisions:
                mine = sum(1 for p in living if self.hash_of(p) == revision.hash)
                out += max(0, int(revision.obj["spec"].get("replicas") or 0) - mine)
            return out if self.revisions else max(0, self.wanted - len(living))
        if self.kind in ("ReplicaSet", "DaemonSet", "ReplicationController"):
            return max(0, self.wanted - len(living))
        if self.kind == "Job":
            return max(0, self.wanted - len(self.pods)) if not self.status.get("completionTime") else 0
        return 0

    @cached_property
    def blocker(self) -> PodState | None:
        """The pod for which an ordered StatefulSet waits before it makes the next one."""
        if not self.ordered:
            return None
        return next((p for p in self.pods if not p.fine and p.ordinal < self.start + self.wanted), None)

    @property
    def creation_waits(self) -> bool:
        """Whether the missing pods are not made because an earlier one is not ready: nobody refused them."""
        if not self.ordered or not self.missing:
            return False
        first = int(self.missing[0].rpartition("-")[2])
        if self.blocker is not None and self.blocker.ordinal < first:
            return True
        return any(p.ordinal < first and self.becomes_available(p) for p in self.pods)

    @cached_property
    def min_ready(self) -> Duration:
        """How long a pod has to be ready before it counts as available."""
        return int(self.spec.get("minReadySeconds") or 0) * SECOND

    def becomes_available(self, pod: PodState) -> bool:
        """Whether a pod is ready, but not yet for as long as minReadySeconds wants."""
        return pod.stage == "ready" and pod.since is not None and self.now - pod.since < self.min_ready

    @cached_property
    def usual_start(self) -> Duration | None:
        """How long its pods usually take from creation to ready: the median of those that are."""
        took = []
        for pod in self.at("ready"):
            created = instant(pod.pod["metadata"].get("creationTimestamp"))
            if created is not None and pod.since is not None and pod.restarts == 0:
                took.append(max(0, pod.since - created))
        return sorted(took)[len(took) // 2] if took else None

    def patience(self, pod: PodState) -> Duration:
        """How long this pod may be on its way before that says anything."""
        if pod.was_ready:
            return LAPSE
        probes = 0
        for container in pod.pod["spec"].get("containers") or ():
            startup, ready = container.get("startupProbe"), container.get("readinessProbe")
            probes = max(probes, _budget(startup) + (int((ready or {}).get("initialDelaySeconds") or 0)) * SECOND)
        usual = self.usual_start
        least = MINUTE if usual is None else max(30 * SECOND, 3 * usual)
        return max(least, probes)

    # Claims

    @cached_property
    def claims(self) -> list[Obj]:
        """The claims that its pods mount or that its templates ask for, by name."""
        if self.kind == "PersistentVolumeClaim":
            return [self.obj]
        names = {n for p in self.pods for n in claim_names(p.pod)}
        for template in self.spec.get("volumeClaimTemplates") or ():
            for i in range(self.wanted):
                names.add(f"{template['metadata']['name']}-{self.name}-{self.start + i}")
        found = (self.evidence.get("persistentvolumeclaims", self.namespace, n) for n in sorted(names))
        return [c for c in found if c is not None]

    @cached_property
    def pending_claims(self) -> list[Obj]:
        return [c for c in self.claims if (c.get("status") or {}).get("phase", "Pending") == "Pending"]

    @cached_property
    def idle_claim(self) -> bool:
        """A claim asked about by itself that is bound only when a pod uses it, and none does: it may wait for ever."""
        if self.kind != "PersistentVolumeClaim" or self.pods:
            return False
        name = class_name(self.obj)
        found = self.evidence.get("storageclasses.storage.k8s.io", "", name) if name else None
        return waits_for_consumer(found) or bool(self.events_of(self.obj, "WaitForFirstConsumer"))

    def users_of(self, claim: Obj) -> list[PodState]:
        return [p for p in self.pods if claim["metadata"]["name"] in claim_names(p.pod)]

    # What others said and did

    @cached_property
    def events(self) -> list[Told]:
        """About the workload itself and what it makes its pods through, oldest first."""
        found = self.evidence.events_of(self.obj)
        for revision in self.revisions if self.kind == "Deployment" else ():
            found += self.evidence.events_of(revision.obj)
        return sorted(found, key=lambda t: t.last)

    def events_of(self, obj: Obj, *reasons: str) -> list[Told]:
        return self.evidence.events_of(obj, *reasons)

    @cached_property
    def refusals(self) -> list[Refusal]:
        """Why pods, claims or revisions could not be created, as far as that still matters; the latest first."""
        return refusals_of(self)

    @cached_property
    def writes(self) -> list[Written]:
        """Who wrote the spec, and when, latest first: from managedFields."""
        return spec_writes(self.obj)

    @cached_property
    def spec_changed(self) -> Instant | None:
        return self.writes[0].at if self.writes else None

    # Around it

    @cached_property
    def template(self) -> Obj:
        """The pod that it makes: its template, or the pod itself."""
        if self.kind == "Pod":
            return self.obj
        return self.spec.get("template") or {}

    @cached_property
    def pod_labels(self) -> dict[str, str]:
        return dict((self.template.get("metadata") or {}).get("labels") or {})

    @cached_property
    def services(self) -> list[Obj]:
        """Services that pick its pods."""
        found = self.evidence.list("services", self.namespace)
        return [s for s in found if of_labels(s["spec"].get("selector")).matches(self.pod_labels)]

    @cached_property
    def budgets(self) -> list[Obj]:
        """PodDisruptionBudgets that pick its pods."""
        found = self.evidence.list("poddisruptionbudgets.policy", self.namespace)
        return [b for b in found if selector(b["spec"].get("selector")).matches(self.pod_labels)]

    @property
    def quorum(self) -> int | None:
        """A majority of the replicas, for a StatefulSet of at least two."""
        return self.wanted // 2 + 1 if self.kind == "StatefulSet" and self.wanted > 1 else None


def _budget(probe: Obj | None) -> Duration:
    if not probe:
        return 0
    tries = int(probe.get("failureThreshold") or 3) * int(probe.get("periodSeconds") or 10)
    return (int(probe.get("initialDelaySeconds") or 0) + tries) * SECOND


def names(pods: Sequence[PodState], most: int = 3) -> str:
    """ "web-0, web-1 and 3 more"."""
    shown = [p.name for p in pods[:most]]
    more = len(pods) - len(shown)
    if more:
        return f"{', '.join(shown)} and {more} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)


PLURAL = {"is": "are", "was": "were", "has": "have", "does": "do", "crashes": "crash"}


def verb(pods: Sequence[PodState], one: str) -> str:
    """The verb for so many: "waits" of one, "wait" of several."""
    return one if len(pods) == 1 else PLURAL.get(one, one.removesuffix("s"))
