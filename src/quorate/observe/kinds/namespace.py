"""Namespaces."""

from quorate.contract.plan import Obj
from quorate.observe.family import Kind, Labels, conditions, created, phases


def _identity(obj: Obj) -> Labels:
    return (("namespace", obj["metadata"]["name"]),)


KIND = Kind(
    "namespaces",
    _identity,
    (
        created("namespace"),
        phases("kube_namespace_status_phase", "kubernetes namespace status phase.", "Active", "Terminating"),
        conditions("kube_namespace_status_condition", "The condition of a namespace."),
    ),
)
