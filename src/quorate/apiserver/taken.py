"""Which addresses and node ports are held by Services: derived from those that exist, so nothing need be released."""

from collections.abc import Iterable

from quorate.contract.plan import Obj


def node_ports(spec: Obj) -> Iterable[int]:
    """The node ports that a Service holds, that of its health check among them."""
    for port in spec.get("ports") or ():
        if port.get("nodePort"):
            yield port["nodePort"]
    if spec.get("healthCheckNodePort"):
        yield spec["healthCheckNodePort"]


class Taken:
    """The uid of the Service that holds each address and each node port (shape: `View`)."""

    resources: tuple[str, ...] = ("services",)

    def __init__(self) -> None:
        self.addresses: dict[str, str] = {}
        self.ports: dict[int, str] = {}

    def apply(self, resource: str, old: Obj | None, new: Obj | None) -> None:
        if old is not None:
            uid, spec = old["metadata"]["uid"], old.get("spec") or {}
            for ip in spec.get("clusterIPs") or ():
                if self.addresses.get(ip) == uid:
                    del self.addresses[ip]
            for port in node_ports(spec):
                if self.ports.get(port) == uid:
                    del self.ports[port]
        if new is not None:
            uid, spec = new["metadata"]["uid"], new.get("spec") or {}
            self.addresses.update((ip, uid) for ip in spec.get("clusterIPs") or () if ip != "None")
            self.ports.update((port, uid) for port in node_ports(spec))
