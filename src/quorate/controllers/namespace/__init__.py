"""The end of namespaces (Kubernetes: pkg/controller/namespace)."""

from quorate.contract.controller import Controller, Watch, own_key
from quorate.controllers.namespace.decide import decide
from quorate.controllers.namespace.snapshot import snapshot

CONTROLLERS = (
    Controller(
        name="namespace-controller",
        watches=(Watch("namespaces", own_key),),
        snapshot=snapshot,
        decide=decide,
    ),
)
