"""The status of ValidatingAdmissionPolicies. (Kubernetes: pkg/controller/validatingadmissionpolicystatus.)"""

from quorate.contract.controller import Controller, Watch
from quorate.controllers.admissionpolicies.decide import decide
from quorate.controllers.admissionpolicies.snapshot import POLICIES, itself, snapshot

NAME = "validatingadmissionpolicy-status"

CONTROLLERS = (
    Controller(
        name=NAME, watches=(Watch(POLICIES, itself),), snapshot=snapshot, decide=decide,
        user=f"system:serviceaccount:kube-system:{NAME}-controller", manager=NAME,
    ),
)  # fmt: skip
