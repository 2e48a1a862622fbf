"""What a Service must keep to (Kubernetes: pkg/apis/core/validation, ValidateService and ValidateServiceUpdate)."""

from quorate.apiserver.defaults.service import INSIDE, externally_accessible
from quorate.apiserver.validation import service_addresses, service_ports
from quorate.apiserver.validation.endpointslice import special_errors
from quorate.apiserver.validation.errors import (
    FieldError,
    each_invalid,
    forbidden,
    invalid,
    not_supported,
    required,
)  # fmt: skip
from quorate.apiserver.validation.meta import labels
from quorate.apiserver.validation.networkpolicy import BLOCK, network
from quorate.apiserver.validation.service_addresses import is_headless
from quorate.apiserver.validation.texts import ip_errors, port_errors
from quorate.contract.plan import Obj
from quorate.objects.names import dns1123_subdomain_errors, qualified_name_errors

RESOURCE = "services"
TYPES = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
AFFINITIES = ("ClientIP", "None")
TRAFFIC = ("Cluster", "Local")
DISTRIBUTIONS = ("PreferClose", "PreferSameNode", "PreferSameZone")
MOST_AFFINITY_SECONDS = 86400
KUBELET = 10250
_SOURCES_NOTED = "service.beta.kubernetes.io/load-balancer-source-ranges"
_LB_ONLY = "may only be used when `type` is 'LoadBalancer'"


def needs_health_check(spec: Obj) -> bool:
    """Whether the load balancer must ask each node if it has an endpoint."""
    return spec.get("type") == "LoadBalancer" and spec.get("externalTrafficPolicy") == "Local"


def validate(obj: Obj) -> list[FieldError]:
    spec: Obj = obj.get("spec") or {}
    kind = spec.get("type") or ""
    ports: list[Obj] = spec.get("ports") or []
    errors: list[FieldError] = []
    if not ports and not is_headless(spec) and kind != "ExternalName":
        errors.append(required("spec.ports"))
    errors += _of_type(spec, kind)
    errors += service_ports.each(ports)
    errors += labels("spec.selector", spec.get("selector"))
    errors += _affinity(spec)
    errors += service_addresses.related(spec)
    for i, ip in enumerate(spec.get("externalIPs") or ()):
        errors += each_invalid(f"spec.externalIPs[{i}]", ip, ip_errors(ip) or special_errors(ip))
    if not kind:
        errors.append(required("spec.type"))
    elif kind not in TYPES:
        errors.append(not_supported("spec.type", kind, TYPES))
    errors += service_ports.together(spec)
    errors += _sources(obj, spec, kind) + _load_balancer(spec, kind)
    errors += _traffic(spec, kind)
    return errors


def _of_type(spec: Obj, kind: str) -> list[FieldError]:
    if kind in ("LoadBalancer", "NodePort"):
        errors = _kubelet_port(spec) if kind == "LoadBalancer" else []
        if is_headless(spec):
            errors.append(invalid("spec.clusterIPs[0]", "None", f"may not be set to 'None' for {kind} services"))
        return errors
    if kind != "ExternalName":
        return []
    why = "may not be set for ExternalName services"
    errors = [forbidden(f"spec.{f}", why) for f in ("clusterIPs", "ipFamilies", "ipFamilyPolicy") if spec.get(f)]
    name = (spec.get("externalName") or "").removesuffix(".")
    if not name:
        return [*errors, required("spec.externalName")]
    return [*errors, *each_invalid("spec.externalName", name, dns1123_subdomain_errors(name))]


def _kubelet_port(spec: Obj) -> list[FieldError]:
    why = f"may not expose port {KUBELET} externally since it is used by kubelet"
    ports = enumerate(spec.get("ports") or ())
    return [invalid(f"spec.ports[{i}]", KUBELET, why) for i, port in ports if port.get("port") == KUBELET]


def _affinity(spec: Obj) -> list[FieldError]:
    affinity, at = spec.get("sessionAffinity") or "", "spec.sessionAffinityConfig"
    if not affinity:
        return [required("spec.sessionAffinity")]
    if affinity not in AFFINITIES:
        return [not_supported("spec.sessionAffinity", affinity, AFFINITIES)]
    config = spec.get("sessionAffinityConfig")
    if affinity == "None":
        return [forbidden(at, "must not be set when session affinity is None")] if config is not None else []
    seconds = ((config or {}).get("clientIP") or {}).get("timeoutSeconds")
    if seconds is None:
        return [required(at, "when session affinity type is ClientIP")]
    if 0 < seconds <= MOST_AFFINITY_SECONDS:
        return []
    why = f"must be greater than 0 and less than {MOST_AFFINITY_SECONDS}"
    return [invalid(f"{at}.clientIP.timeoutSeconds", seconds, why)]


def _sources(obj: Obj, spec: Obj, kind: str) -> list[FieldError]:
    """Where clients of the load balancer may be, as a field or else as an annotation."""
    given = spec.get("loadBalancerSourceRanges")
    noted = (obj["metadata"].get("annotations") or {}).get(_SOURCES_NOTED)
    if given:
        at = "spec.LoadBalancerSourceRanges"
        rows = [(f"{at}[{i}]", text) for i, text in enumerate(given)]
    elif noted is not None:
        at = f"metadata.annotations[{_SOURCES_NOTED}]"
        rows = [(at, text) for text in noted.split(",")] if noted.strip() else []
    else:
        return []
    errors = [] if kind == "LoadBalancer" else [forbidden(at, _LB_ONLY)]
    return errors + [invalid(field, text.strip(), BLOCK) for field, text in rows if network(text.strip()) is None]


def _load_balancer(spec: Obj, kind: str) -> list[FieldError]:
    errors: list[FieldError] = []
    balanced = kind == "LoadBalancer"
    if spec.get("allocateLoadBalancerNodePorts") is not None and not balanced:
        errors.append(forbidden("spec.allocateLoadBalancerNodePorts", _LB_ONLY))
    name = spec.get("loadBalancerClass")
    if name is not None:
        if balanced:
            errors += each_invalid("spec.loadBalancerClass", name, qualified_name_errors(name))
        else:
            errors.append(forbidden("spec.loadBalancerClass", _LB_ONLY))
    return errors


def _traffic(spec: Obj, kind: str) -> list[FieldError]:
    errors: list[FieldError] = []
    at, policy = "spec.externalTrafficPolicy", spec.get("externalTrafficPolicy") or ""
    if not externally_accessible(spec):
        if policy:
            errors.append(invalid(at, policy, "may only be set for externally-accessible services"))
    elif not policy:
        errors.append(required(at))
    elif policy not in TRAFFIC:
        errors.append(not_supported(at, policy, TRAFFIC))
    at, port = "spec.healthCheckNodePort", spec.get("healthCheckNodePort") or 0
    if not needs_health_check(spec):
        if port:
            why = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"
            errors.append(invalid(at, port, why))
    elif not port:
        errors.append(required(at))
    else:
        errors += each_invalid(at, port, port_errors(port))
    inside = spec.get("internalTrafficPolicy")
    if inside is None and kind in INSIDE:
        errors.append(required("spec.internalTrafficPolicy"))
    elif inside is not None and inside not in TRAFFIC:
        errors.append(not_supported("spec.internalTrafficPolicy", inside, TRAFFIC))
    spread = spec.get("trafficDistribution")
    if spread is not None and spread not in DISTRIBUTIONS:
        errors.append(not_supported("spec.trafficDistribution", spread, DISTRIBUTIONS))
    return errors


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    is_now, was = new.get("spec") or {}, old.get("spec") or {}
    errors = service_addresses.kept(is_now, was)
    if is_now.get("type") == was.get("type") == "LoadBalancer":
        name = is_now.get("loadBalancerClass")
        if name != was.get("loadBalancerClass"):
            errors.append(invalid("spec.loadBalancerClass", name, "may not change once set"))
    checked = needs_health_check(is_now) and needs_health_check(was)
    if checked and is_now.get("healthCheckNodePort") != was.get("healthCheckNodePort"):
        errors.append(forbidden("spec.healthCheckNodePort", "field is immutable"))
    return errors + validate(new)


def validate_status_update(new: Obj, old: Obj) -> list[FieldError]:
    ingress = ((new.get("status") or {}).get("loadBalancer") or {}).get("ingress")
    if ingress and (new.get("spec") or {}).get("type") != "LoadBalancer":
        why = "may only be used when `spec.type` is 'LoadBalancer'"
        return [forbidden("status.loadBalancer.ingress", why)]
    return []
