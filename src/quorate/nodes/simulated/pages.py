"""What a simulated pod or kubelet answers to GET /metrics: the one page that they have, for Prometheus."""

from quorate.contract.failures import Refused, bad_request
from quorate.contract.plan import Obj
from quorate.contract.ports import Reader
from quorate.kernel.clock import SECOND
from quorate.nodes.simulated.annotations import PREFIX, is_down
from quorate.objects.times import parse_time

METRICS = PREFIX + "metrics"


def page(reader: Reader, obj: Obj, port: str, path: str) -> str | None:
    """The text of the page; None when no such page is served. `port` "" is the first that a container declares.

    Raises Refused, in the API server's words when nobody answers there: 400, 503.
    """
    if path != "metrics":
        return None
    if obj["kind"] == "Node":
        addresses = (obj.get("status") or {}).get("addresses") or [{"address": obj["metadata"]["name"]}]
        _reach(obj, addresses[0]["address"], port or "10250")
        return _of_kubelet(obj, reader)
    return _of_pod(obj, reader, port)


def _of_pod(pod: Obj, reader: Reader, port: str) -> str:
    name, spec, status = pod["metadata"]["name"], pod["spec"], pod.get("status") or {}
    ports = [(str(p["containerPort"]), c["name"]) for c in spec["containers"] for p in c.get("ports") or ()]
    port = port or (ports[0][0] if ports else "80")
    address = status.get("podIP")
    if not address:
        raise bad_request("address not allowed")
    node = reader.get("nodes", "", spec.get("nodeName") or "")
    _reach(node, address, port)
    listening = dict(reversed(ports)).get(port)
    running = {
        c["name"]: c["state"]["running"]
        for c in status.get("containerStatuses") or ()
        if "running" in (c.get("state") or {})
    }
    if listening not in running:
        raise _unreached(address, port, "connect: connection refused")
    started = parse_time(running[listening]["startedAt"]) / SECOND
    own = str((pod["metadata"].get("annotations") or {}).get(METRICS, ""))
    return (
        "# HELP process_start_time_seconds Start time of the process since unix epoch in seconds.\n"
        f"# TYPE process_start_time_seconds gauge\nprocess_start_time_seconds {started:.0f}\n"
        "# HELP quorate_simulated_container_info The container that this simulated process stands for.\n"
        "# TYPE quorate_simulated_container_info gauge\n"
        f'quorate_simulated_container_info{{pod="{name}",container="{listening}"}} 1\n'
        + (own.strip() + "\n" if own.strip() else "")
    )


def _of_kubelet(node: Obj, reader: Reader) -> str:
    """What rules ask of kubelets, by their names there."""
    pods = [
        p
        for p in reader.indexed("pods", "node", node["metadata"]["name"])
        if (p.get("status") or {}).get("phase") == "Running"
    ]
    states = [
        next(iter(c.get("state") or {"waiting": {}})) for p in pods for c in p["status"].get("containerStatuses") or ()
    ]
    containers = "".join(
        f'kubelet_running_containers{{container_state="{shown}"}} {states.count(state)}\n'
        for state, shown in (("waiting", "created"), ("terminated", "exited"), ("running", "running"))
        if state in states
    )
    return (
        "# HELP kubelet_node_name [STABLE] The node's name. The count is always 1.\n# TYPE kubelet_node_name gauge\n"
        f'kubelet_node_name{{node="{node["metadata"]["name"]}"}} 1\n'
        "# HELP kubelet_running_containers [ALPHA] Number of containers currently running\n"
        f"# TYPE kubelet_running_containers gauge\n{containers}"
        "# HELP kubelet_running_pods [ALPHA] Number of pods that have a running pod sandbox\n"
        f"# TYPE kubelet_running_pods gauge\nkubelet_running_pods {len(pods)}\n"
    )


def _reach(node: Obj | None, address: str, port: str) -> None:
    if node is None or is_down(node):
        raise _unreached(address, port, "i/o timeout")


def _unreached(address: str, port: str, why: str) -> Refused:
    return Refused("ServiceUnavailable", f"error trying to reach service: dial tcp {address}:{port}: {why}")
