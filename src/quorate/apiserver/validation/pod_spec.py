"""The spec of a pod, its own or a template's (core/validation, ValidatePodSpec)."""

from collections.abc import Sequence

from quorate.apiserver.validation import containers, meta, resources, security
from quorate.apiserver.validation.errors import (
    FieldError,
    duplicate,
    each_invalid,
    forbidden,
    invalid,
    not_supported,
    required,
)
from quorate.apiserver.validation.placement import affinity, tolerations
from quorate.apiserver.validation.pod_resources import pod_resources
from quorate.apiserver.validation.spread import spread_constraints
from quorate.apiserver.validation.texts import MOST_INT32, at_most, between, ip_errors, search_domain_errors
from quorate.apiserver.validation.volumes import volumes
from quorate.contract.plan import Obj
from quorate.objects.names import dns1123_label_errors, dns1123_subdomain_errors, qualified_name_errors

RESTART_POLICIES = ["Always", "OnFailure", "Never"]
DNS_POLICIES = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"]
_NAMED = ("serviceAccountName", "nodeName")
_LABELS = ("hostname", "subdomain")
_CLASSES = ("priorityClassName", "runtimeClassName")
_MOST_NAMESERVERS = 3
_MOST_OVERRIDE = 64
_MOST_SEARCH_PATHS = 32
_MOST_SEARCH_CHARACTERS = 2048


def pod_spec(path: str, spec: Obj, pod_name: str = "", in_pod: bool = False) -> list[FieldError]:
    """`path` is "spec" or that of a template's; `pod_name` is "" in a template."""
    errors: list[FieldError] = []
    grace = spec.get("terminationGracePeriodSeconds")
    if grace is None:
        errors.append(required(f"{path}.terminationGracePeriodSeconds"))
    sound, wrong = volumes(f"{path}.volumes", spec.get("volumes"), pod_name, in_pod)
    errors += wrong
    claims = spec.get("resourceClaims") or ()
    if claims:
        errors += _claims(f"{path}.resourceClaims", claims)
    restart = spec.get("restartPolicy", "")
    around = containers.Around(
        volumes=sound,
        claims={claim["name"] for claim in claims if claim.get("name")},
        grace=grace,
        restart_policy=restart,
        host_users=spec.get("hostUsers") is not False,
        in_pod=in_pod,
    )
    regular, init = spec.get("containers") or (), spec.get("initContainers") or ()
    errors += containers.regular(f"{path}.containers", regular, around)
    if init:
        errors += containers.init(f"{path}.initContainers", init, regular, around)
    if spec.get("ephemeralContainers"):
        found = spec["ephemeralContainers"]
        errors += containers.ephemeral(f"{path}.ephemeralContainers", found, [*regular, *init], around)
    if spec.get("resources"):
        errors += pod_resources(path, spec, around.claims)
    if spec.get("hostNetwork"):
        errors += _host_network(f"{path}.containers", regular, in_pod)
    if restart not in RESTART_POLICIES:
        errors += _one_of(f"{path}.restartPolicy", restart, RESTART_POLICIES)
    if spec.get("dnsPolicy") not in DNS_POLICIES:
        errors += _one_of(f"{path}.dnsPolicy", spec.get("dnsPolicy", ""), DNS_POLICIES)
    errors += meta.labels(f"{path}.nodeSelector", spec.get("nodeSelector"))
    errors += security.pod_context(path, spec)
    errors += affinity(f"{path}.affinity", spec.get("affinity"))
    if "dnsConfig" in spec or spec.get("dnsPolicy") == "None":
        errors += _dns_config(f"{path}.dnsConfig", spec.get("dnsConfig"), spec.get("dnsPolicy", ""))
    for i, gate in enumerate(spec.get("readinessGates") or ()):
        kind = gate.get("conditionType", "")
        errors += each_invalid(f"{path}.readinessGates[{i}].conditionType", kind, qualified_name_errors(kind))
    if "schedulingGates" in spec:
        errors += _scheduling_gates(f"{path}.schedulingGates", spec["schedulingGates"] or ())
    errors += spread_constraints(f"{path}.topologySpreadConstraints", spec.get("topologySpreadConstraints"))
    errors += security.host_users(path, spec)
    errors += _names(path, spec)
    errors += _host_aliases(f"{path}.hostAliases", spec.get("hostAliases") or ())
    if spec.get("preemptionPolicy") not in (None, "PreemptLowerPriority", "Never"):
        choices = ["PreemptLowerPriority", "Never"]
        errors += _one_of(f"{path}.preemptionPolicy", spec["preemptionPolicy"], choices)
    if spec.get("overhead"):
        errors += resources.requirements(f"{path}.overhead", {"limits": spec["overhead"]}, ())
    return errors + security.operating_system(path, spec) + security.host_process(path, spec)


def _one_of(field: str, value: str, choices: list[str]) -> list[FieldError]:
    return [not_supported(field, value, choices) if value else required(field)]


def _names(path: str, spec: Obj) -> list[FieldError]:
    """Names of other objects, and of the pod in the DNS; in Kubernetes' order."""
    errors: list[FieldError] = []
    for field in _NAMED:
        if spec.get(field):
            errors += each_invalid(f"{path}.{field}", spec[field], dns1123_subdomain_errors(spec[field]))
    deadline = spec.get("activeDeadlineSeconds")
    if deadline is not None and not 1 <= deadline <= MOST_INT32:
        errors.append(invalid(f"{path}.activeDeadlineSeconds", deadline, between(1, MOST_INT32)))
    for field in _LABELS:
        if spec.get(field):
            errors += each_invalid(f"{path}.{field}", spec[field], dns1123_label_errors(spec[field]))
    if spec.get("hostnameOverride") is not None:
        errors += _override(path, spec, spec["hostnameOverride"])
    errors += tolerations(f"{path}.tolerations", spec.get("tolerations"))
    for field in _CLASSES:
        if spec.get(field):
            errors += each_invalid(f"{path}.{field}", spec[field], dns1123_subdomain_errors(spec[field]))
    return errors


def _override(path: str, spec: Obj, name: str) -> list[FieldError]:
    """A host name that replaces all others (HostnameOverride, on in 1.36)."""
    at = f"{path}.hostnameOverride"
    errors = each_invalid(at, name, dns1123_subdomain_errors(name))
    if len(name) > _MOST_OVERRIDE:
        errors.append(invalid(at, name, at_most(_MOST_OVERRIDE)))
    if spec.get("setHostnameAsFQDN"):
        errors.append(forbidden(f"{path}.setHostnameAsFQDN", "may not be set when hostnameOverride is specified"))
    if spec.get("hostNetwork"):
        errors.append(forbidden(at, "may not be specified when hostNetwork is true"))
    return errors


def _claims(field: str, found: Sequence[Obj]) -> list[FieldError]:
    errors: list[FieldError] = []
    names: set[str] = set()
    for i, claim in enumerate(found):
        at, name = f"{field}[{i}]", claim.get("name")
        if not name:
            errors.append(required(f"{at}.name"))
        elif name in names:
            errors.append(duplicate(f"{at}.name", name))
        else:
            errors += each_invalid(f"{at}.name", name, dns1123_label_errors(name))
            names.add(name)
        given = [n for n in ("resourceClaimName", "resourceClaimTemplateName") if claim.get(n) is not None]
        shown = {
            "Name": name or "",
            "ResourceClaimName": claim.get("resourceClaimName"),
            "ResourceClaimTemplateName": claim.get("resourceClaimTemplateName"),
        }
        if len(given) > 1:
            why = "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified"
            errors.append(invalid(at, shown, why))
        elif not given:
            why = "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`"
            errors.append(invalid(at, shown, why))
        for n in given:
            errors += each_invalid(f"{at}.{n}", claim[n], dns1123_subdomain_errors(claim[n]))
    return errors


def _host_network(field: str, found: Sequence[Obj], in_pod: bool) -> list[FieldError]:
    """On the host's network a container port is the host's; a template may leave the latter to the pod's defaults."""
    errors: list[FieldError] = []
    for i, container in enumerate(found):
        for j, port in enumerate(container.get("ports") or ()):
            host, number = port.get("hostPort", 0), port.get("containerPort", 0)
            if host != number and (in_pod or host):
                why = "must match `containerPort` when `hostNetwork` is true"
                errors.append(invalid(f"{field}[{i}].ports[{j}].hostPort", host, why))
    return errors


def _scheduling_gates(field: str, gates: Sequence[Obj]) -> list[FieldError]:
    errors: list[FieldError] = []
    seen: set[str] = set()
    for i, gate in enumerate(gates):
        name = gate.get("name", "")
        errors += each_invalid(f"{field}[{i}]", name, qualified_name_errors(name))
        if name in seen:
            errors.append(duplicate(f"{field}[{i}]", name))
        seen.add(name)
    return errors


def _dns_config(field: str, config: Obj | None, policy: str) -> list[FieldError]:
    servers = (config or {}).get("nameservers") or []
    if policy == "None":
        if config is None:
            return [required(field, "must provide `dnsConfig` when `dnsPolicy` is None")]
        if not servers:
            why = "must provide at least one DNS nameserver when `dnsPolicy` is None"
            return [required(f"{field}.nameservers", why)]
    config = config or {}
    errors: list[FieldError] = []
    if len(servers) > _MOST_NAMESERVERS:
        why = f"must not have more than {_MOST_NAMESERVERS} nameservers"
        errors.append(invalid(f"{field}.nameservers", servers, why))
    for i, server in enumerate(servers):
        errors += each_invalid(f"{field}.nameservers[{i}]", server, ip_errors(server))
    searches = config.get("searches") or []
    if len(searches) > _MOST_SEARCH_PATHS:
        why = f"must not have more than {_MOST_SEARCH_PATHS} search paths"
        errors.append(invalid(f"{field}.searches", searches, why))
    if len(" ".join(searches)) > _MOST_SEARCH_CHARACTERS:
        why = f"must not have more than {_MOST_SEARCH_CHARACTERS} characters (including spaces) in the search list"
        errors.append(invalid(f"{field}.searches", searches, why))
    for i, search in enumerate(searches):
        if search != ".":
            name = search.removesuffix(".")
            errors += each_invalid(f"{field}.searches[{i}]", name, search_domain_errors(name))
    for i, option in enumerate(config.get("options") or ()):
        if not option.get("name"):
            errors.append(required(f"{field}.options[{i}]", "must not be empty"))
    return errors


def _host_aliases(field: str, aliases: Sequence[Obj]) -> list[FieldError]:
    errors: list[FieldError] = []
    for i, alias in enumerate(aliases):
        ip = alias.get("ip", "")
        errors += each_invalid(f"{field}[{i}].ip", ip, ip_errors(ip))
        for j, name in enumerate(alias.get("hostnames") or ()):
            errors += each_invalid(f"{field}[{i}].hostnames[{j}]", name, dns1123_subdomain_errors(name))
    return errors
