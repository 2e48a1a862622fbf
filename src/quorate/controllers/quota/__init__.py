"""ResourceQuotas: their status (Kubernetes: pkg/controller/resourcequota). What they refuse is refused by admission."""

from quorate.contract.controller import Controller, Watch
from quorate.controllers.quota.decide import decide
from quorate.controllers.quota.snapshot import quota_keys, snapshot
from quorate.objects.quota_usage import Usage

CONTROLLERS = (
    Controller(
        name="resourcequota-controller",
        watches=(Watch("*", quota_keys),),
        snapshot=snapshot,
        decide=decide,
        views=(Usage,),
    ),
)
