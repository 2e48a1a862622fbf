"""Defaults of a Pod itself, beside those of any pod spec (Kubernetes: SetDefaults_Pod).

They are kept out of templates so that a new default does not change every workload's template, and roll its pods.
"""

from quorate.apiserver.defaults.pod_resources import default_pod_resources
from quorate.apiserver.defaults.pod_spec import default_pod_spec, without_init_annotations
from quorate.apiserver.defaults.sharing import every
from quorate.contract.plan import Obj

RESOURCE = "pods"


def default(obj: Obj) -> Obj:
    meta, spec = obj["metadata"], obj.get("spec") or {}
    new_meta = without_init_annotations(meta)
    new_spec = default_pod_spec(spec)
    new_spec = every(new_spec, "containers", _requests_from_limits)
    if "initContainers" in new_spec:
        new_spec = every(new_spec, "initContainers", _requests_from_limits)
    if "resources" in new_spec:
        new_spec = default_pod_resources(new_spec)
    if new_spec.get("enableServiceLinks") is None:
        new_spec = {**new_spec, "enableServiceLinks": True}
    if new_spec.get("hostNetwork"):
        new_spec = every(every(new_spec, "containers", _host_ports), "initContainers", _host_ports)
    if new_spec["terminationGracePeriodSeconds"] < 0:
        new_spec = {**new_spec, "terminationGracePeriodSeconds": 1}
    if new_meta is meta and new_spec is obj.get("spec"):
        return obj
    return {**obj, "metadata": new_meta, "spec": new_spec}


def default_status(obj: Obj) -> Obj:
    """Of a Pod whose status was written: its address stands in two fields, of which the older one leads."""
    status = obj.get("status") or {}
    address, addresses = status.get("podIP"), status.get("podIPs")
    if address and (not addresses or addresses[0].get("ip") != address):
        return {**obj, "status": {**status, "podIPs": [{"ip": address}]}}
    if addresses and not address:
        return {**obj, "status": {**status, "podIP": addresses[0].get("ip", "")}}
    return obj


def _requests_from_limits(container: Obj) -> Obj:
    resources = container["resources"]
    limits = resources.get("limits")
    if not limits:
        return container
    requests = resources.get("requests") or {}
    missing = {name: amount for name, amount in limits.items() if name not in requests}
    if not missing:
        return container
    return {**container, "resources": {**resources, "requests": {**requests, **missing}}}


def _host_ports(container: Obj) -> Obj:
    return every(container, "ports", _host_port)


def _host_port(port: Obj) -> Obj:
    return port if port.get("hostPort") else {**port, "hostPort": port.get("containerPort", 0)}
