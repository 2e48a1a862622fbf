"""A readiness probe: without one a pod counts as ready as soon as it runs, and a rollout goes on over members that do not serve."""

from quorate.contract.plan import Obj
from quorate.rehearsal.fixes import Fix
from quorate.rehearsal.fixes.spread import with_pod_spec
from quorate.rehearsal.stage import Given
from quorate.rehearsal.workload import workload_of

RANK = 4


def propose(given: tuple[Given, ...], at: int) -> Fix | None:
    stateful_set = given[at].obj
    workload = workload_of(stateful_set)
    if workload.probed:
        return None
    containers = stateful_set["spec"]["template"]["spec"]["containers"]
    first = containers[0]
    probe = _probe(first)
    mended = with_pod_spec(stateful_set, {"containers": [{**first, "readinessProbe": probe}, *containers[1:]]})
    snippet = {"spec": {"template": {"spec": {"containers": [{"name": first["name"], "readinessProbe": probe}]}}}}
    return Fix(
        "readiness", RANK, workload.title, f"Give {first['name']} a readiness probe",
        "the rollout takes a pod for ready as soon as it runs, and stops the next member before this one serves",
        snippet, replaced=((at, mended),),
    )  # fmt: skip


def _probe(container: Obj) -> Obj:
    """The server's own health question where it is known, else whether its first port answers."""
    image = container.get("image", "")
    ports = container.get("ports") or ()
    if "etcd" in image:
        return {"httpGet": {"path": "/readyz", "port": 2381}, "periodSeconds": 5}
    if "postgres" in image or "patroni" in image or "spilo" in image:
        return {"exec": {"command": ["pg_isready", "-U", "postgres"]}, "periodSeconds": 5}
    if "zookeeper" in image:
        return {"exec": {"command": ["sh", "-c", 'test "$(echo ruok | nc 127.0.0.1 2181)" = imok']}, "periodSeconds": 5}
    if ports:
        return {"tcpSocket": {"port": ports[0].get("name") or ports[0]["containerPort"]}, "periodSeconds": 5}
    return {"exec": {"command": ["/bin/sh", "-c", "# ask the server whether it serves"]}, "periodSeconds": 5}
