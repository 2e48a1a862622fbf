"""What a pod is told that found no node: "0/3 nodes are available: ..." (Kubernetes: framework, FitError)."""

from collections import Counter
from collections.abc import Iterable

from quorate.scheduler.cycle import Diagnosis
from quorate.scheduler.verdict import Verdict

LONGEST_NOTE = 1024
"""An event's note is cut there; the condition's message is not."""
NOTHING_TO_FREE = "no new claims to deallocate"
"""DynamicResources' answer to every pod without resource claims: it is asked before preemption."""
NOT_ASKED = "not found"
"""Its answer when a filter rejected the pod before DynamicResources had looked at it; preemption is not asked then."""


def fit_error(diagnosis: Diagnosis, after: str) -> str:
    """`after` is what the plugins that come after the filters (deallocation, preemption) say."""
    about = diagnosis.rejected if diagnosis.rejected else histogram(diagnosis.verdicts.values())
    text = f"0/{diagnosis.nodes} nodes are available:"
    if about:
        text += f" {about}."
    return f"{text} {after}" if after else text


def histogram(verdicts: Iterable[Verdict]) -> str:
    """ "1 Insufficient cpu, 2 node(s) were unschedulable": sorted as text, counts first, as Kubernetes does."""
    counted = Counter(reason for verdict in verdicts for reason in verdict.reasons)
    return ", ".join(sorted(f"{count} {reason}" for reason, count in counted.items()))


def note(text: str) -> str:
    """The text as an event can hold it."""
    if len(text.encode()) <= LONGEST_NOTE:
        return text
    return text.encode()[: LONGEST_NOTE - 4].decode(errors="ignore") + " ..."
