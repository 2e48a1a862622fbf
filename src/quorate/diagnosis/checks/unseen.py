"""What the API does not show: latency, throughput, packets. It takes metrics."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.shown import Shown

ID = "unseen"


def look(case: Case) -> Shown:
    return Shown(
        ("nothing: the API has no such figures",),
        ("look at metrics of storage, network and application",),
        known=False,
        why="it takes metrics",
    )
