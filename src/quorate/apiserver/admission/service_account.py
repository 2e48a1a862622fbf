"""A pod runs as its namespace's default account unless it says otherwise (Kubernetes: ServiceAccount).

No token is mounted: nothing in this cluster asks for one. The default account itself may be a moment late in a new
namespace, so only other accounts must exist already.
"""

from quorate.apiserver.admission.refusal import refused_early
from quorate.apiserver.asked import Asked
from quorate.contract.plan import Obj
from quorate.contract.ports import Reader

DEFAULT = "default"
MIRROR = "kubernetes.io/config.mirror"


def admit(asked: Asked, reader: Reader) -> Obj | None:
    """Raises Refused (403) for an account that is not there."""
    pod = asked.obj
    if pod is None or asked.subresource or MIRROR in (pod["metadata"].get("annotations") or ()):
        return pod
    spec = pod["spec"]
    name = spec.get("serviceAccountName") or DEFAULT
    account = reader.get("serviceaccounts", asked.namespace, name)
    if account is None and name != DEFAULT:
        why = f'error looking up service account {asked.namespace}/{name}: serviceaccount "{name}" not found'
        raise refused_early(asked, why)
    changed = {**spec, "serviceAccountName": name, "serviceAccount": name}
    if account is not None and account.get("imagePullSecrets") and not spec.get("imagePullSecrets"):
        changed["imagePullSecrets"] = account["imagePullSecrets"]
    return {**pod, "spec": changed}
