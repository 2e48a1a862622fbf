"""What a request amounts to, as rules and refusals speak of it: verb, resource, name, namespace; or verb and path.

It is read from the path alone, before anyone asks whether such a resource is served, so that who may not know is not told.
(Kubernetes: apiserver/pkg/endpoints/request/requestinfo.go, handlers/responsewriters/errors.go.)
"""

from dataclasses import dataclass

from quorate.apiserver.http import HttpRequest
from quorate.contract.failures import Refused

_VERBS = {"POST": "create", "GET": "get", "HEAD": "get", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
_SANE = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


@dataclass(frozen=True, slots=True)
class Attributes:
    """`resource` is "" for a request of a path that is no resource."""

    verb: str
    path: str = ""
    group: str = ""
    version: str = ""
    resource: str = ""
    subresource: str = ""
    name: str = ""
    namespace: str = ""

    @property
    def combined(self) -> str:
        """As rules name it: "pods", "pods/log"."""
        return f"{self.resource}/{self.subresource}" if self.subresource else self.resource


def attributes_of(request: HttpRequest) -> Attributes:
    path = request.path
    other = Attributes(request.method.lower(), path)
    root, *parts = [part for part in path.split("/") if part] or [""]
    if root not in ("api", "apis") or len(parts) < 2:
        return other
    group = ""
    if root == "apis":
        if len(parts) < 3:
            return other
        group, *parts = parts
    version, *parts = parts
    verb = _VERBS.get(request.method, "")
    if parts[0] in ("watch", "proxy"):
        if len(parts) < 2:
            return other
        verb, *parts = parts
    namespace = ""
    if parts[0] == "namespaces" and len(parts) > 1:
        namespace = parts[1]
        if len(parts) > 2 and parts[2] not in ("status", "finalize"):
            parts = parts[2:]
    resource, name, subresource, *_ = [*parts, "", "", ""]
    if verb == "proxy":
        subresource = ""
    query = request.query
    if not name and verb == "get":
        verb = "watch" if query.get("watch", "false").lower() not in ("false", "0") else "list"
    elif not name and verb == "delete":
        verb = "deletecollection"
    if not name and verb in ("list", "watch", "deletecollection"):
        name = _selected_name(query.get("fieldSelector", ""))
    return Attributes(verb, path, group, version, resource, subresource, name, namespace)


def _selected_name(selector: str) -> str:
    """Of a list of the one object that has this name."""
    for term in selector.split(","):
        field, found, value = term.partition("=")
        if found and field == "metadata.name" and not value.startswith("!"):
            return value.removeprefix("=")
    return ""


def forbidden(user: str, asked: Attributes, reason: str) -> Refused:
    """The refusal (403) of what this user asked for."""
    if not asked.resource:
        what = f'User "{user}" cannot {asked.verb} path "{asked.path}"'
    else:
        where = f'in the namespace "{asked.namespace}"' if asked.namespace else "at the cluster scope"
        what = f'User "{user}" cannot {asked.verb} resource "{asked.combined}" in API group "{asked.group}" {where}'
    what = what.translate(_SANE)
    return refusal(asked.group, asked.resource, asked.name, f"{what}: {reason}" if reason else what)


def refusal(group: str, resource: str, name: str, why: str) -> Refused:
    """A 403 in apimachinery's words (NewForbidden)."""
    details = {k: v for k, v in (("name", name), ("group", group), ("kind", resource)) if v}
    if not resource:
        return Refused("Forbidden", f"forbidden: {why}", details)
    full = f"{resource}.{group}" if group else resource
    subject = f'{full} "{name}"' if name else full
    return Refused("Forbidden", f"{subject} is forbidden: {why}", details)
