"""Who leads: the Leases by which one kube-controller-manager and one kube-scheduler among several do the work.

A world has one process of each, so nobody else stands for election; but a process that begins anew (a world taken up from
a directory, a fault that has ended) is not the one before, and waits until the Lease of that one has run out.

Each costs a write every two seconds, for as long as a world plays: worlds have them only when asked for.
"""

from functools import partial

from quorate.contract.controller import Backoff, Controller, Watch
from quorate.controllers.election.decide import LEASES, RENEW_EVERY, begins, decide, snapshot, taken

_PROCESSES = (("kube-controller-manager", "kube-controller-manager"), ("kube-scheduler", "default-scheduler"))
"""Each with the event source that it is when it says that it leads: the scheduler is its first profile then."""

CONTROLLERS = tuple(
    Controller(
        name=f"lease-of-{process}",  # not to be taken for a part of the process when that is named
        watches=(Watch("namespaces", partial(begins, process)), Watch(LEASES, partial(taken, process))),
        snapshot=snapshot, decide=partial(decide, source), backoff=Backoff(RENEW_EVERY, RENEW_EVERY),
        user=f"system:{process}", manager=process,
    )
    for process, source in _PROCESSES
)  # fmt: skip
