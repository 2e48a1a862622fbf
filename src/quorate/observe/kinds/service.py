"""Services."""

from collections.abc import Iterable

from quorate.contract.plan import Obj
from quorate.observe.family import Family, Kind, Sample, at, created, info, named, text

PORT = (
    ("port_name", "name"), ("port_protocol", "protocol"), ("port_number", "port"), ("port_target", "targetPort"),
    ("port_app_protocol", "appProtocol"), ("port_node_number", "nodePort"),
)  # fmt: skip


def _external(obj: Obj) -> Iterable[Sample]:
    return [((("external_ip", ip),), 1) for ip in at(obj, "spec.externalIPs") or ()]


def _ingress(obj: Obj) -> Iterable[Sample]:
    for found in at(obj, "status.loadBalancer.ingress") or ():
        yield (("ip", text(found, "ip")), ("hostname", text(found, "hostname"))), 1


def _ports(obj: Obj) -> Iterable[Sample]:
    for port in at(obj, "spec.ports") or ():
        yield tuple((label, text(port, field)) for label, field in PORT), 1


P = "kube_service_"
KIND = Kind(
    "services",
    named("service", uid=True),
    (
        info(P + "info", "Information about service.", cluster_ip="spec.clusterIP", external_name="spec.externalName",
             load_balancer_ip="spec.loadBalancerIP", external_traffic_policy="spec.externalTrafficPolicy"),
        created("service"),
        info(P + "spec_type", "Type about service.", type="spec.type"),
        Family(P + "spec_external_ip", "Service external ips. One series for each ip", _external),
        Family(P + "status_load_balancer_ingress", "Service load balancer ingress status", _ingress),
        Family(P + "ports", "The ports that a service exposes.", _ports),
    ),
)  # fmt: skip
