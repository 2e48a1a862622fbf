"""Who asks for a certificate is who asked the server, whatever the request says (Kubernetes: the registry of certificates)."""

from quorate.apiserver.asked import Asked
from quorate.contract.plan import Obj
from quorate.contract.ports import Reader

RESOURCES = frozenset({"certificatesigningrequests.certificates.k8s.io"})
_OF_THE_USER = ("username", "uid", "groups", "extra")


def admit(asked: Asked, reader: Reader) -> Obj | None:
    """The spec says who it is at its creation, and never changes after."""
    obj = asked.obj
    if obj is None or asked.subresource:
        return obj
    if asked.old is not None:
        return {**obj, "spec": asked.old.get("spec") or {}}
    spec = {key: value for key, value in (obj.get("spec") or {}).items() if key not in _OF_THE_USER}
    return {**obj, "spec": {**spec, **asked.user.info()}, "status": {}}
