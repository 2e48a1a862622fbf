"""The Job controller (Kubernetes: pkg/controller/job)."""

from quorate.contract.controller import Backoff, Controller
from quorate.controllers.job import loose
from quorate.controllers.job.decide import decide
from quorate.controllers.job.snapshot import INDEXES, snapshot
from quorate.controllers.job.watches import WATCHES, JobSelectors
from quorate.kernel.clock import MINUTE, SECOND

CONTROLLERS = (
    Controller(
        name="job-controller",
        watches=WATCHES,
        snapshot=snapshot,
        decide=decide,
        indexes=INDEXES,
        views=(JobSelectors,),
        backoff=Backoff(SECOND, MINUTE),
        user="system:serviceaccount:kube-system:job-controller",
    ),
    loose.CONTROLLER,
)
