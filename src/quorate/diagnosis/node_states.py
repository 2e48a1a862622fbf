"""What nodes say of themselves, looked at once for all workloads of a cluster."""

from dataclasses import dataclass

from quorate.diagnosis.evidence import Evidence
from quorate.objects.pod import condition


@dataclass(frozen=True, slots=True)
class NodeStates:
    """Names of nodes. silent: not ready, or nobody knows; heard: they say that they are ready; cordoned: closed to new pods."""

    silent: frozenset[str]
    heard: frozenset[str]
    cordoned: frozenset[str]


def node_states(evidence: Evidence) -> NodeStates:
    kept: NodeStates | None = evidence.kept.get("node-states")
    if kept is None:
        nodes = evidence.list("nodes")
        ready = [(n["metadata"]["name"], found) for n in nodes if (found := condition(n, "Ready")) is not None]
        kept = evidence.kept["node-states"] = NodeStates(
            silent=frozenset(name for name, found in ready if found.get("status") != "True"),
            heard=frozenset(name for name, found in ready if found.get("status") == "True"),
            cordoned=frozenset(n["metadata"]["name"] for n in nodes if n["spec"].get("unschedulable")),
        )
    return kept
