"""The workloads of some manifests: which sets there are, how many members make a quorum, who watches their readiness."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from quorate.contract.plan import Obj
from quorate.kernel.clock import Duration
from quorate.objects.selectors import matches
from quorate.objects.times import parse_duration

QUORUM = "quorate.dev/quorum"
"""Annotation on a StatefulSet: how many members must serve; a majority of the replicas when absent."""

FAILOVER = "quorate.dev/failover"
"""Annotation on a StatefulSet: how long its members believe in a leader whose machine has lost power, e.g. "30s"."""


class BadAnnotation(ValueError):
    """What a set says of itself cannot be: a quorum that is no number of its members, a time that is none."""


@dataclass(frozen=True, slots=True)
class Workload:
    """A StatefulSet that is rehearsed.

    first      ordinal of the first member (spec.ordinals.start)
    probed     its pods say by a readiness probe whether they serve
    claims     names of its claim templates: a member's data is on all of them
    service    its governing Service, if members name each other through it; "" when they find each other otherwise
    ordered    members are created in turn, each when the one before is ready: so it gets ready without the others
    on_delete  pods get a new revision only when somebody deletes them
    partition  so many of the lowest members keep the old revision
    failover   how long its members believe in a leader that has vanished
    """

    namespace: str
    name: str
    replicas: int
    quorum: int
    probed: bool
    claims: tuple[str, ...]
    first: int = 0
    service: str = ""
    ordered: bool = False
    on_delete: bool = False
    partition: int = 0
    failover: Duration = 0

    @property
    def title(self) -> str:
        return title(self.namespace, self.name)

    def pod_name(self, ordinal: int) -> str:
        return f"{self.name}-{ordinal}"

    @property
    def ordinals(self) -> range:
        return range(self.first, self.first + self.replicas)

    @property
    def updated(self) -> tuple[int, ...]:
        """The ordinals that a new revision reaches."""
        return tuple(self.ordinals[self.partition :])


def title(namespace: str, name: str) -> str:
    return name if namespace == "default" else f"{namespace}/{name}"


def title_of(stateful_set: Obj) -> str:
    return title(namespace_of(stateful_set), stateful_set["metadata"]["name"])


def namespace_of(obj: Obj) -> str:
    """Where an object of a manifest goes when nobody says otherwise."""
    return (obj.get("metadata") or {}).get("namespace") or "default"


def workload_of(obj: Obj, quorum: int | None = None, beside: Sequence[Obj] = ()) -> Workload:
    """The workload that a StatefulSet describes; `beside` are the objects that come with it. Raises BadAnnotation."""
    meta, spec = obj["metadata"], obj["spec"]
    replicas = spec.get("replicas")
    replicas = 1 if replicas is None else replicas
    strategy = spec.get("updateStrategy") or {}
    template = spec["template"]["spec"]
    return Workload(
        namespace=namespace_of(obj), name=meta["name"], replicas=replicas, quorum=_quorum(obj, replicas, quorum),
        probed=any("readinessProbe" in c for c in template.get("containers") or ()),
        claims=tuple(t["metadata"]["name"] for t in spec.get("volumeClaimTemplates") or ()),
        first=(spec.get("ordinals") or {}).get("start") or 0,
        service=peer_service(obj, beside),
        ordered=spec.get("podManagementPolicy") != "Parallel",
        on_delete=strategy.get("type") == "OnDelete",
        partition=(strategy.get("rollingUpdate") or {}).get("partition") or 0,
        failover=_failover(meta),
    )  # fmt: skip


def _quorum(obj: Obj, replicas: int, quorum: int | None) -> int:
    name = obj["metadata"]["name"]
    given = (obj["metadata"].get("annotations") or {}).get(QUORUM)
    if quorum is None and given is not None:
        try:
            quorum = int(given)
        except ValueError:
            raise BadAnnotation(f'StatefulSet {name}: annotation {QUORUM} is "{given}", not a number') from None
    if quorum is None:
        quorum = replicas // 2 + 1
    if replicas and not 1 <= quorum <= replicas:
        some = "1 replica" if replicas == 1 else f"{replicas} replicas"
        raise BadAnnotation(f"StatefulSet {name}: a quorum of {quorum} is not possible with {some}")
    return quorum


def _failover(meta: Obj) -> Duration:
    given = (meta.get("annotations") or {}).get(FAILOVER)
    try:
        return parse_duration(given) if given is not None else 0
    except ValueError as wrong:
        raise BadAnnotation(f"StatefulSet {meta['name']}: annotation {FAILOVER}: {wrong}") from None


def peer_service(obj: Obj, beside: Sequence[Obj]) -> str:
    """The governing Service if the set's pods are told peers' names under it, e.g. "etcd-1.etcd" or "$(POD_NAME).etcd".

    Looked for in the pod template and in the ConfigMaps beside it; no such name, no dependence on its DNS.
    """
    service = obj["spec"].get("serviceName")
    if not service:
        return ""
    name = re.compile(rf"(?:{re.escape(obj['metadata']['name'])}-\d+|[)}}])\.{re.escape(service)}(?![-\w])")
    namespace = namespace_of(obj)
    texts: list[Any] = [obj["spec"]["template"].get("spec")]
    texts += [
        o.get("data") for o in beside if o.get("kind") == "ConfigMap" and namespace_of(o) == namespace
    ]  # fmt: skip
    return service if any(name.search(text) for some in texts for text in strings(some)) else ""


def strings(value: Any) -> Iterator[str]:
    """Every string in it."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)


def budgets_over(objects: Sequence[Obj], stateful_set: Obj) -> list[Obj]:
    """The PodDisruptionBudgets whose selector matches the set's pods."""
    namespace = namespace_of(stateful_set)
    labels = (stateful_set["spec"]["template"].get("metadata") or {}).get("labels") or {}
    return [
        o for o in objects
        if o["kind"] == "PodDisruptionBudget" and namespace_of(o) == namespace and matches(o["spec"].get("selector"), labels)
    ]  # fmt: skip
