"""How services and endpoints are found: by name, and by address."""

from collections.abc import Iterable

from quorate.contract.controller import Index
from quorate.contract.plan import Obj

SERVICES = "services"
SLICES = "endpointslices.discovery.k8s.io"
SERVICE_NAME = "kubernetes.io/service-name"


def cluster_addresses(service: Obj) -> Iterable[str]:
    spec = service.get("spec") or {}
    if spec.get("type") == "ExternalName":
        return ()
    return [ip for ip in spec.get("clusterIPs") or [spec.get("clusterIP")] if ip and ip != "None"]


def service_of(found: Obj) -> Iterable[str]:
    """namespace/name of the Service that a slice belongs to."""
    meta = found["metadata"]
    name = (meta.get("labels") or {}).get(SERVICE_NAME)
    return (f"{meta['namespace']}/{name}",) if name else ()


def endpoint_addresses(found: Obj) -> Iterable[str]:
    return {address for endpoint in found.get("endpoints") or () for address in endpoint.get("addresses") or ()}


BY_CLUSTER_ADDRESS = Index(SERVICES, "dns-address", cluster_addresses)
BY_SERVICE = Index(SLICES, "dns-service", service_of)
BY_ENDPOINT_ADDRESS = Index(SLICES, "dns-address", endpoint_addresses)
INDEXES = (BY_CLUSTER_ADDRESS, BY_SERVICE, BY_ENDPOINT_ADDRESS)
