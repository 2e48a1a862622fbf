"""Why a node, or the whole cluster, is not for a pod."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """Against one node. `helpless`: taking pods away from it would not help (UnschedulableAndUnresolvable)."""

    reasons: tuple[str, ...]
    helpless: bool = False


@dataclass(frozen=True, slots=True)
class Rejected:
    """Against all nodes at once, found before any was looked at (a PreFilter's answer)."""

    reason: str
