"""The HorizontalPodAutoscaler (Kubernetes: pkg/controller/podautoscaler), on what simulated pods say that they use."""

from quorate.contract.controller import Controller, Watch, own_key
from quorate.controllers.horizontalpodautoscaler.decide import decide
from quorate.controllers.horizontalpodautoscaler.snapshot import AUTOSCALERS, snapshot
from quorate.controllers.selecting import PodsByLabel

CONTROLLERS = (
    Controller(
        name="horizontal-pod-autoscaler", watches=(Watch(AUTOSCALERS, own_key),), snapshot=snapshot, decide=decide,
        views=(PodsByLabel,), user="system:serviceaccount:kube-system:horizontal-pod-autoscaler",
    ),
)  # fmt: skip
