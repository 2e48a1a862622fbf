"""What a Service is given by the cluster: its addresses and families, its node ports.

(Kubernetes: pkg/registry/core/service/storage/alloc.go, and the ipallocator and portallocator packages.)
"""

from collections.abc import Callable
from ipaddress import AddressValueError, IPv4Address, IPv4Network
from typing import TypeVar

from quorate.apiserver import families
from quorate.apiserver.service_changes import drop_useless, fill_from, needs_address, needs_node_ports, normalize
from quorate.apiserver.taken import Taken, node_ports
from quorate.apiserver.validation.errors import FieldError, invalid, refusal
from quorate.apiserver.validation.service import needs_health_check
from quorate.apiserver.validation.service_addresses import is_headless
from quorate.apiserver.views import view_of
from quorate.contract.failures import Refused
from quorate.contract.plan import Obj
from quorate.contract.ports import Reader
from quorate.kernel.chance import Chance
from quorate.objects.kinds import by_resource

T = TypeVar("T")

SERVICES = IPv4Network("10.96.0.0/12")
"""Where cluster addresses come from."""
FIRST_SERVICE = str(SERVICES[1])
"""The address of the Service default/kubernetes."""
STATIC_ADDRESSES = 256
"""How many addresses at the start are left to those who choose their own, as long as others are free."""
NODE_PORTS = range(30000, 32768)
STATIC_NODE_PORTS = 86
_RANGE = f"the valid range. The range of valid IPs is {SERVICES}"
_PORT_RANGE = f"The range of valid ports is {NODE_PORTS[0]}-{NODE_PORTS[-1]}"
_TAKEN = "provided {} is already allocated"


def allocate(obj: Obj, reader: Reader, chance: Chance) -> Obj:
    """The Service, new or changed, with what it needs from the cluster. Raises Refused: 422, or 500 when none is left.

    What its committed state holds is kept, whether or not the request repeats it.
    """
    meta = obj["metadata"]
    old = reader.get("services", meta["namespace"], meta["name"])
    if old is not None and old["metadata"]["uid"] != meta["uid"]:
        old = None
    was: Obj | None = (old.get("spec") or {}) if old is not None else None
    given = obj.get("spec") or {}
    if was is not None and was == given:
        return obj
    spec = dict(given)
    if was is not None:
        fill_from(spec, was)
    normalize(spec, was)
    _refuse(meta["name"], families.settle(spec, was))
    taken = view_of(reader, Taken)
    if needs_address(spec) and not is_headless(spec) and (was is None or not needs_address(was)):
        _address(spec, meta, taken, chance)
    if needs_node_ports(spec):
        _node_ports(spec, was, meta, taken, chance)
    if needs_health_check(spec) and (was is None or not needs_health_check(was)):
        _health_check(spec, meta, taken, chance)
    if was is not None:
        drop_useless(spec, was)
    return {**obj, "spec": spec}


def _refuse(name: str, errors: list[FieldError]) -> None:
    if errors:
        kind = by_resource("services")
        assert kind is not None
        raise refusal(kind, name, errors)


def _address(spec: Obj, meta: Obj, taken: Taken, chance: Chance) -> None:
    ips = spec.get("clusterIPs") or []
    ip = ips[0] if ips else ""
    if ip:
        why = _not_free(ip, meta["uid"], taken)
        if why:
            _refuse(meta["name"], [invalid("spec.clusterIPs", ips, f"failed to allocate IP {ip}: {why}")])
    elif (meta["namespace"], meta["name"]) == ("default", "kubernetes"):
        ip = FIRST_SERVICE
    else:
        size = SERVICES.num_addresses - 2
        found = _free(chance, "service-address", size, STATIC_ADDRESSES, _text_of, taken.addresses)
        if found is None:
            raise Refused("InternalError", "Internal error occurred: failed to allocate a serviceIP: range is full")
        ip = found
    spec["clusterIP"], spec["clusterIPs"] = ip, [ip]


def _text_of(offset: int) -> str:
    return str(SERVICES[offset + 1])


def _not_free(ip: str, uid: str, taken: Taken) -> str:
    try:
        address = IPv4Address(ip)
    except AddressValueError:
        return f"the provided IP ({ip}) is not in {_RANGE}"
    if address not in SERVICES or address in (SERVICES[0], SERVICES[-1]):
        return f"the provided IP ({ip}) is not in {_RANGE}"
    return _TAKEN.format("IP") if taken.addresses.get(ip, uid) != uid else ""


def _free(chance: Chance, stream: str, size: int, static: int, of: Callable[[int], T], held: dict[T, str]) -> T | None:
    """One that nobody holds, by chance; from the static part at the start only when the rest is used up."""
    draw = chance.stream(stream)
    for first, last in ((static, size), (0, static)):
        start, span = draw.randrange(first, last), last - first
        for i in range(span):
            found = of(first + (start - first + i) % span)
            if found not in held:
                return found
    return None


def _node_ports(spec: Obj, was: Obj | None, meta: Obj, taken: Taken, chance: Chance) -> None:
    """Ports of one number share a node port, whatever their protocol."""
    wanted = spec.get("type") == "NodePort" or spec.get("allocateLoadBalancerNodePorts") is not False
    asked: list[Obj] = spec.get("ports") or []
    had = set(node_ports(was)) if was is not None else set()
    given: dict[int, int] = {}
    if was is None:
        given = {p.get("port", 0): p["nodePort"] for p in reversed(asked) if p.get("nodePort")}
    ours = dict(taken.ports)
    ports: list[Obj] = []
    for i, port in enumerate(asked):
        number = port.get("nodePort") or 0
        if number:
            why = "" if number in had else _port_not_free(number, meta["uid"], taken)
            if why:
                _refuse(meta["name"], [invalid(f"spec.ports[{i}].nodePort", number, why)])
        elif wanted:
            number = given.get(port.get("port", 0)) or _free_port(chance, ours)
            if was is None:
                given[port.get("port", 0)] = number
            port = {**port, "nodePort": number}
        if number:
            ours[number] = meta["uid"]
        ports.append(port)
    if asked:
        spec["ports"] = ports


def _free_port(chance: Chance, held: dict[int, str]) -> int:
    found = _free(chance, "node-port", len(NODE_PORTS), STATIC_NODE_PORTS, NODE_PORTS.__getitem__, held)
    if found is None:
        raise Refused("InternalError", "Internal error occurred: failed to allocate a nodePort: range is full")
    return found


def _port_not_free(number: int, uid: str, taken: Taken) -> str:
    if number not in NODE_PORTS:
        return f"provided port is not in the valid range. {_PORT_RANGE}"
    return _TAKEN.format("port") if taken.ports.get(number, uid) != uid else ""


def _health_check(spec: Obj, meta: Obj, taken: Taken, chance: Chance) -> None:
    number = spec.get("healthCheckNodePort") or 0
    if number:
        why = _port_not_free(number, meta["uid"], taken)
        if why:
            failed = f"failed to allocate requested HealthCheck NodePort {number}: {why}"
            raise Refused("InternalError", f"Internal error occurred: {failed}")
        return
    held = dict(taken.ports)
    held.update((port, meta["uid"]) for port in node_ports(spec))
    spec["healthCheckNodePort"] = _free_port(chance, held)
