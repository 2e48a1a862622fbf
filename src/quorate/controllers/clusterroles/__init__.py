"""ClusterRoles that gather the rules of others. (Kubernetes: pkg/controller/clusterroleaggregation.)"""

from quorate.contract.controller import Controller, Watch
from quorate.controllers.clusterroles.decide import decide
from quorate.controllers.clusterroles.snapshot import ROLES, gatherers, snapshot

CONTROLLERS = (
    Controller(
        name="clusterrole-aggregation-controller",
        watches=(Watch(ROLES, gatherers),),
        snapshot=snapshot,
        decide=decide,
        user="system:serviceaccount:kube-system:clusterrole-aggregation-controller",
        manager="clusterrole-aggregation-controller",
    ),
)
