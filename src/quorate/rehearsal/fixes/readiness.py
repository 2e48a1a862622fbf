"""A readiness probe: without one a pod counts as ready as soon as it runs, and a rollout goes on over members that do not serve."""

from quorate.contract.plan import Obj
from quorate.rehearsal.fixes import Change, Fix, fields_of, pod_change
from quorate.rehearsal.given import Given
from quorate.rehearsal.workload import workload_of

RANK = 4

MONGO = "h = db.hello(); quit(h.isWritablePrimary || h.secondary ? 0 : 1)"
ASK: tuple[tuple[str, Obj], ...] = (
    ("zookeeper", {"exec": {"command": ["sh", "-c", "echo srvr | nc -w 2 127.0.0.1 2181 | grep -q Mode"]}}),
    ("postgres", {"exec": {"command": ["pg_isready", "-U", "postgres"]}}),
    ("patroni", {"httpGet": {"path": "/readiness", "port": 8008}}),
    ("spilo", {"httpGet": {"path": "/readiness", "port": 8008}}),
    ("cassandra", {"tcpSocket": {"port": 9042}}),
    ("kafka", {"tcpSocket": {"port": 9092}}),
    ("mysql", {"exec": {"command": ["mysqladmin", "ping", "-h", "127.0.0.1"]}}),
    ("mongo", {"exec": {"command": ["mongosh", "--quiet", "--eval", MONGO]}}),
    ("rabbitmq", {"exec": {"command": ["rabbitmq-diagnostics", "-q", "check_running"]}}),
    ("elasticsearch", {"httpGet": {"path": "/_cluster/health?local=true", "port": 9200}}),
    ("redis", {"exec": {"command": ["redis-cli", "ping"]}}),
)  # fmt: skip
"""(word in the image, the server's own health question)."""


def propose(given: tuple[Given, ...], at: int) -> Fix | None:
    stateful_set = given[at].obj
    workload = workload_of(stateful_set)
    if workload.probed:
        return None
    containers = stateful_set["spec"]["template"]["spec"]["containers"]
    main = _main(containers, workload.claims)
    probe = {**_question(main), "periodSeconds": 5}
    probed = [{**c, "readinessProbe": probe} if c is main else c for c in containers]
    shown = {"spec": {"template": {"spec": {"containers": [{"name": main["name"], "readinessProbe": probe}]}}}}
    return Fix(
        "readiness", RANK, workload.title, f"Give container {main['name']} a readiness probe",
        "without one a pod counts as ready as soon as it runs: the next member is stopped before this one serves",
        (Change(at, pod_change(at, stateful_set, {"containers": probed}).after, fields_of(stateful_set, shown)),),
    )  # fmt: skip


def _main(containers: list[Obj], claims: tuple[str, ...]) -> Obj:
    """The container with the data, else the first."""
    for container in containers:
        if any(m.get("name") in claims for m in container.get("volumeMounts") or ()):
            return container
    return containers[0]


def _question(container: Obj) -> Obj:
    """The server's own health question where it is known, else whether its first port answers."""
    image, ports = container.get("image", "").lower(), container.get("ports") or ()
    if "etcd" in image:
        named = [p.get("name") for p in ports]
        return {"httpGet": {"path": "/readyz", "port": "metrics" if "metrics" in named else 2379}}
    for word, question in ASK:
        if word in image:
            return question
    if ports:
        return {"tcpSocket": {"port": ports[0].get("name") or ports[0]["containerPort"]}}
    return {"exec": {"command": ["/a/command/that/asks/the/server/whether/it/serves"]}}
