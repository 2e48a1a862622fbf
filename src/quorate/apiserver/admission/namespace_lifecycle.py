"""Nothing is made in a namespace that is not there or is going; some namespaces stay (Kubernetes: NamespaceLifecycle)."""

from quorate.apiserver.admission.refusal import refused, refused_early
from quorate.apiserver.asked import Asked
from quorate.contract.failures import Refused, not_found
from quorate.contract.plan import Obj
from quorate.contract.ports import Reader

IMMORTAL = frozenset({"default", "kube-system", "kube-public"})


def admit(asked: Asked, reader: Reader) -> Obj | None:
    """Raises Refused: 404 for a missing namespace, 403 for a new object in a terminating one."""
    if not asked.kind.namespaced:
        return asked.obj
    namespace = reader.get("namespaces", "", asked.namespace)
    if namespace is None:
        raise not_found("namespaces", "", asked.namespace)
    if asked.operation == "CREATE" and (namespace.get("status") or {}).get("phase") == "Terminating":
        raise _terminating(asked)
    return asked.obj


def _terminating(asked: Asked) -> Refused:
    name = asked.namespace
    why = f"unable to create new content in namespace {name} because it is being terminated"
    said = refused_early(asked, why)
    cause = {
        "reason": "NamespaceTerminating", "message": f"namespace {name} is being terminated", "field": "metadata.namespace",
    }  # fmt: skip
    return Refused(said.reason, said.message, {**(said.details or {}), "causes": [cause]})


def check(asked: Asked, reader: Reader) -> None:
    """Of deletions. Raises Refused (403) for a namespace that the cluster cannot do without."""
    if asked.name in IMMORTAL:
        raise refused(asked, "this namespace may not be deleted")
