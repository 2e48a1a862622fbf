"""Services, their endpoints, and what routes to them."""

from quorate.apiserver.columns.printer import (
    AGE,
    NAME,
    Cells,
    Column,
    Printer,
    age,
    labels_text,
    name,
    selector_text,
    some,
    spec,
    status,
)  # fmt: skip
from quorate.contract.plan import Obj
from quorate.kernel.clock import Instant


def _service(obj: Obj, now: Instant) -> Cells:
    has = spec(obj)
    addresses = has.get("clusterIPs") or ([has["clusterIP"]] if has.get("clusterIP") else [])
    ports = ",".join(_port(port) for port in has.get("ports") or ())
    return [
        name(obj), has.get("type", ""), addresses[0] if addresses else "<none>", _external(obj), ports or "<none>",
        age(obj, now), labels_text(has.get("selector")),
    ]  # fmt: skip


def _port(port: Obj) -> str:
    number = f"{port['port']}:{port['nodePort']}" if port.get("nodePort") else str(port["port"])
    return f"{number}/{port.get('protocol', '')}"


def _external(obj: Obj) -> str:
    has = spec(obj)
    extra = has.get("externalIPs") or []
    match has.get("type"):
        case "ClusterIP" | "NodePort":
            return ",".join(extra) or "<none>"
        case "LoadBalancer":
            return ",".join([*_balancer(obj), *extra]) or "<pending>"
        case "ExternalName":
            return str(has.get("externalName", ""))
        case _:
            return "<unknown>"


def _balancer(obj: Obj) -> list[str]:
    points = (status(obj).get("loadBalancer") or {}).get("ingress") or ()
    return sorted({p.get("ip") or p.get("hostname") for p in points} - {None, ""})


def _endpoints(obj: Obj, now: Instant) -> Cells:
    parts: list[str] = []
    for subset in obj.get("subsets") or ():
        ips = [address.get("ip", "") for address in subset.get("addresses") or ()]
        ports = subset.get("ports") or ()
        parts += [_joined(ip, port["port"]) for port in ports for ip in ips] if ports else ips
    return [name(obj), some(parts, 3, "<none>" if not obj.get("subsets") else ""), age(obj, now)]


def _joined(ip: str, port: int) -> str:
    return f"[{ip}]:{port}" if ":" in ip else f"{ip}:{port}"


def _slice(obj: Obj, now: Instant) -> Cells:
    ports = [_slice_port(port) for port in obj.get("ports") or ()]
    addresses = [address for endpoint in obj.get("endpoints") or () for address in endpoint.get("addresses") or ()]
    return [
        name(obj),
        obj.get("addressType", ""),
        some(ports, 3, "<unset>"),
        some(addresses, 3, "<unset>"),
        age(obj, now),
    ]


def _slice_port(port: Obj) -> str:
    if port.get("port") is not None:
        return str(port["port"])
    return str(port["name"]) if port.get("name") is not None else "*"


def _ingress(obj: Obj, now: Instant) -> Cells:
    rules = spec(obj).get("rules") or ()
    hosts = ",".join(rule["host"] for rule in rules[:3] if rule.get("host")) or "*"
    more = f" + {len(rules) - 3} more..." if len(rules) > 3 and hosts != "*" else ""
    ports = "80, 443" if spec(obj).get("tls") else "80"
    return [
        name(obj), spec(obj).get("ingressClassName") or "<none>", hosts + more, ",".join(_balancer(obj)), ports,
        age(obj, now),
    ]  # fmt: skip


def _ingress_class(obj: Obj, now: Instant) -> Cells:
    wants, text = spec(obj).get("parameters"), "<none>"
    if wants:
        group = f".{wants['apiGroup']}" if wants.get("apiGroup") is not None else ""
        text = f"{wants.get('kind', '')}{group}/{wants.get('name', '')}"
    return [name(obj), spec(obj).get("controller", ""), text, age(obj, now)]


def _network_policy(obj: Obj, now: Instant) -> Cells:
    return [name(obj), selector_text(spec(obj).get("podSelector") or {}), age(obj, now)]


def _service_cidr(obj: Obj, now: Instant) -> Cells:
    return [name(obj), ",".join(spec(obj).get("cidrs") or ()), age(obj, now)]


def _ip_address(obj: Obj, _: Instant) -> Cells:
    parent, text = spec(obj).get("parentRef"), "<none>"
    if parent:
        group = f".{parent['group']}" if parent.get("group") else ""
        parts = [f"{parent.get('resource', '')}{group}".lower(), parent.get("namespace"), parent.get("name", "")]
        text = "/".join(part for part in parts if part is not None and part != "")
    return [name(obj), text]


PRINTERS = {
    "services": Printer(
        (
            NAME,
            Column("Type", about="@ServiceSpec.type"),
            Column("Cluster-IP", about="@ServiceSpec.clusterIP"),
            Column("External-IP", about="@ServiceSpec.externalIPs"),
            Column("Port(s)", about="@ServiceSpec.ports"),
            AGE,
            Column("Selector", about="@ServiceSpec.selector", wide=True),
        ),
        _service,
    ),
    "endpoints": Printer((NAME, Column("Endpoints", about="@Endpoints.subsets"), AGE), _endpoints),
    "endpointslices.discovery.k8s.io": Printer(
        (
            NAME,
            Column("AddressType", about="@EndpointSlice.addressType"),
            Column("Ports", about="@EndpointSlice.ports"),
            Column("Endpoints", about="@EndpointSlice.endpoints"),
            AGE,
        ),
        _slice,
    ),
    "ingresses.networking.k8s.io": Printer(
        (
            NAME,
            Column(
                "Class", about="The name of the IngressClass resource that should be used for additional configuration"
            ),
            Column("Hosts", about="Hosts that incoming requests are matched against before the ingress rule"),
            Column("Address", about="Address is a list containing ingress points for the load-balancer"),
            Column("Ports", about="Ports of TLS configurations that open"),
            AGE,
        ),
        _ingress,
    ),
    "ingressclasses.networking.k8s.io": Printer(
        (
            NAME,
            Column("Controller", about="Controller that is responsible for handling this class"),
            Column("Parameters", about="A reference to a resource with additional parameters"),
            AGE,
        ),
        _ingress_class,
    ),
    "networkpolicies.networking.k8s.io": Printer(
        (NAME, Column("Pod-Selector", about="@NetworkPolicySpec.podSelector"), AGE), _network_policy
    ),
    "servicecidrs.networking.k8s.io": Printer(
        (NAME, Column("CIDRs", about="@ServiceCIDRSpec.cidrs"), AGE), _service_cidr
    ),
    "ipaddresses.networking.k8s.io": Printer(
        (NAME, Column("ParentRef", about="@IPAddressSpec.parentRef")), _ip_address
    ),
}
