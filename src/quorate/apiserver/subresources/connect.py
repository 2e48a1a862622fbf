"""What would need a process to talk to: exec, attach, port-forward, proxy. Simulated nodes run none, and say so."""

from quorate.apiserver.handle import ApiServer
from quorate.apiserver.route import Route
from quorate.contract.failures import Refused, bad_request, not_found


def refused(server: ApiServer, found: Route) -> Refused:
    """404 for what does not exist, else the reason why it cannot be done here."""
    kind = found.kind
    obj = server.store.get(kind.resource, found.namespace or "", found.name.split(":")[0])
    if obj is None:
        return not_found(kind.plural, kind.group, found.name)
    if kind.resource == "pods" and not obj["spec"].get("nodeName"):
        return bad_request(f"pod {found.name} does not have a host assigned")
    return bad_request(
        f"{found.subresource} is not possible here: the nodes of this cluster are simulated, and no process runs in "
        f"{kind.singular} {found.name}"
    )
