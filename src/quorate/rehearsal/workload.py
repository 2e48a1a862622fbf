"""The workloads of some manifests: which sets there are, how many members make a quorum, who watches their readiness."""

from dataclasses import dataclass

from quorate.contract.plan import Obj
from quorate.objects.selectors import matches

QUORUM = "quorate.dev/quorum"
"""Annotation on a StatefulSet: how many members must serve; a majority of the replicas when absent."""


class BadQuorum(ValueError):
    """The quorum asked for is no number of members."""


@dataclass(frozen=True, slots=True)
class Workload:
    """A StatefulSet that is rehearsed. `probed`: its pods say by a readiness probe whether they serve."""

    namespace: str
    name: str
    replicas: int
    quorum: int
    probed: bool
    claims: tuple[str, ...]

    @property
    def title(self) -> str:
        return self.name if self.namespace == "default" else f"{self.namespace}/{self.name}"


def workload_of(obj: Obj, quorum: int | None = None) -> Workload:
    """The workload that a StatefulSet describes. Raises BadQuorum."""
    meta, spec = obj["metadata"], obj["spec"]
    replicas = spec.get("replicas", 1)
    given = (meta.get("annotations") or {}).get(QUORUM)
    wanted = quorum
    if wanted is None and given is not None:
        try:
            wanted = int(given)
        except ValueError:
            raise BadQuorum(f'StatefulSet {meta["name"]}: annotation {QUORUM} is "{given}", not a number') from None
    if wanted is None:
        wanted = replicas // 2 + 1
    if not 1 <= wanted <= max(1, replicas):
        raise BadQuorum(f"StatefulSet {meta['name']}: a quorum of {wanted} is not possible with {replicas} replicas")
    template = spec["template"]["spec"]
    return Workload(
        meta.get("namespace") or "default", meta["name"], replicas, wanted,
        any("readinessProbe" in c for c in template.get("containers") or ()),
        tuple(t["metadata"]["name"] for t in spec.get("volumeClaimTemplates") or ()),
    )  # fmt: skip


def budgets_over(objects: list[Obj], stateful_set: Obj) -> list[Obj]:
    """The PodDisruptionBudgets whose selector matches the set's pods."""
    namespace = stateful_set["metadata"].get("namespace") or "default"
    labels = stateful_set["spec"]["template"]["metadata"].get("labels") or {}
    return [
        o for o in objects
        if o["kind"] == "PodDisruptionBudget" and (o["metadata"].get("namespace") or "default") == namespace
        and matches(o["spec"].get("selector"), labels)
    ]  # fmt: skip
