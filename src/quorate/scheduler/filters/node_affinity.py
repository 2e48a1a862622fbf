"""NodeAffinity: spec.nodeSelector and the required node affinity.

A pod whose every term names nodes (matchFields metadata.name, as a DaemonSet's pods do) is only tried on those.
"""

from quorate.scheduler import reasons as why
from quorate.scheduler.cluster import fits_selector
from quorate.scheduler.nodeinfo import NodeInfo
from quorate.scheduler.podinfo import PodInfo, required_node_selector
from quorate.scheduler.verdict import Rejected, Verdict

NAME = why.NODE_AFFINITY


def check(pod: PodInfo, node: NodeInfo) -> Verdict | None:
    if not fits_selector(pod, node):
        return Verdict((why.OTHER_SELECTOR,), helpless=True)
    return None


def named_nodes(pod: PodInfo) -> frozenset[str] | Rejected | None:
    """The only nodes worth a look; None for all; Rejected when the terms leave none."""
    required = required_node_selector(pod.pod["spec"])
    terms = (required or {}).get("nodeSelectorTerms") or ()
    if not terms:
        return None
    names: set[str] = set()
    for term in terms:
        of_term: set[str] | None = None
        for field in term.get("matchFields") or ():
            if field.get("key") == "metadata.name" and field.get("operator") == "In":
                values = set(field.get("values") or ())
                of_term = values if of_term is None else of_term & values
        if of_term is None:
            return None
        names |= of_term
    return frozenset(names) if names else Rejected(why.NAMES_CONFLICT)
