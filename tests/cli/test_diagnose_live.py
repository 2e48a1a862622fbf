"""quorate diagnose against a served cluster: what it costs the server, and what it says when the cluster cannot be asked."""

import copy
import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from quorate.assemble.serving import WorldApi
from quorate.cli.main import main
from quorate.testing import Cluster

Run = Callable[..., tuple[int, str, str]]
FAULT = "sim.quorate.dev/fault"


def workload(kind: str, name: str, pod: dict[str, Any], **spec: Any) -> dict[str, Any]:
    labels = {"app": name}
    version = {"Job": "batch/v1", "ReplicationController": "v1"}.get(kind, "apps/v1")
    selector = (
        {"selector": labels if kind == "ReplicationController" else {"matchLabels": labels}} if kind != "Job" else {}
    )
    notes, pod = (
        pod.pop("annotations", {}),
        {"containers": [{"name": "main", "image": "nginx", **pod.pop("container", {})}], **pod},
    )
    template = {"metadata": {"labels": labels, "annotations": notes}, "spec": pod}
    body = {**selector, "template": template, **spec}
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name}, "spec": body}


CRASH = {FAULT: "CrashLoopBackOff"}
HUGE = {"resources": {"requests": {"cpu": "1000"}}}
CLAIM = [
    {"metadata": {"name": "data"}, "spec": {"accessModes": ["ReadWriteOnce"], "storageClassName": "absent",
     "resources": {"requests": {"storage": "1Gi"}}}},
]  # fmt: skip
HELD = [{"name": "conf", "configMap": {"name": "absent"}}]
ILL = [
    workload("StatefulSet", "claims", {}, serviceName="claims", replicas=3, volumeClaimTemplates=CLAIM),
    workload("StatefulSet", "crashes", {"annotations": CRASH}, serviceName="none", replicas=3, podManagementPolicy="Parallel"),
    workload("Deployment", "huge", {"container": HUGE}, replicas=3),
    workload("Deployment", "image", {"annotations": {FAULT: "ImagePullBackOff"}}, replicas=2),
    workload("DaemonSet", "config", {"annotations": {FAULT: "CreateContainerConfigError"}, "volumes": HELD}),
    workload("ReplicaSet", "alone", {"serviceAccountName": "absent"}, replicas=2),
    workload("ReplicationController", "old", {"annotations": CRASH}, replicas=2),
    workload("Job", "job", {"annotations": {FAULT: "Failed"}, "restartPolicy": "Never"}, backoffLimit=1),
    {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "pod"},
     "spec": {"nodeSelector": {"no": "where"}, "containers": [{"name": "c", "image": "i"}]}},
    {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "claim"}, "spec": CLAIM[0]["spec"]},
    {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "service"},
     "spec": {"selector": {"app": "crashes"}, "ports": [{"port": 80}]}},
    {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "budget"},
     "spec": {"minAvailable": 3, "selector": {"matchLabels": {"app": "crashes"}}}},
]  # fmt: skip


@pytest.fixture(scope="module")
def ill() -> Iterator[Cluster]:
    """Everything is wrong in it, and its roles are enforced."""
    with Cluster(nodes=2, authorization="rbac") as made:
        made.apply(yaml.safe_dump_all(ILL))
        made.advance("5m")
        yield made


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(kubeconfig: Path | str, *words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["diagnose", "--kubeconfig", str(kubeconfig), *words])
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return run


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """(method, path) of every request that reaches the server."""
    out: list[tuple[str, str]] = []
    handle = WorldApi.handle

    def counted(self: WorldApi, method: str, path: str, *rest: Any) -> Any:
        out.append((method, path))
        return handle(self, method, path, *rest)

    monkeypatch.setattr(WorldApi, "handle", counted)
    return out


TARGETS = [
    *(f"{o['kind'].lower()}/{o['metadata']['name']}" for o in ILL), "node/node-0", "-A",
]  # fmt: skip


@pytest.mark.parametrize("target", TARGETS)
def test_it_reads_and_reads_little(ill: Cluster, run: Run, asked: list[tuple[str, str]], target: str) -> None:
    code, out, err = run(ill.kubeconfig, target, "-o", "json")
    assert code == 1, err
    assert 10 <= len(asked) <= 25, asked
    assert {method for method, _ in asked} == {"GET"}
    assert len(set(asked)) == len(asked), "nothing is asked for twice"
    assert "left out" not in out or target == "-A"
    assert json.loads(out)["diagnoses"]


# -- users who may read little


@pytest.fixture(scope="module")
def robot(ill: Cluster) -> Path:
    """A service account that may list pods and sets, and nothing else."""
    ill.apply(
        yaml.safe_dump_all(
            [
                {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name}} for name in ("robot", "nobody")
            ]
            + [
                {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "some"}, "rules": [
                    {"apiGroups": ["", "apps"], "resources": ["pods", "statefulsets"], "verbs": ["get", "list"]}]},
                {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": {"name": "some"},
                 "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "some"},
                 "subjects": [{"kind": "ServiceAccount", "name": "robot", "namespace": "default"}]},
            ]
        )
    )  # fmt: skip
    return ill.kubeconfig_of("robot")


def test_what_is_forbidden_is_told_and_the_rest_goes_on(robot: Path, run: Run) -> None:
    code, out, _ = run(robot, "sts/crashes")
    assert code == 1 and "crash-application" in out
    (line,) = [line for line in out.splitlines() if line.startswith("not read (forbidden): ")]
    assert "events in default" in line and "nodes" in line and "pods/log" not in line
    code, out, _ = run(robot, "sts/crashes", "-o", "json")
    assert "events in default: forbidden" in json.loads(out)["diagnoses"][0]["notRead"]


def test_forbidden_altogether(ill: Cluster, robot: Path, run: Run) -> None:
    view = '(ask for the role "view", or say another --context or -n)\n'
    missed = "quorate: statefulset crashes was not found in namespace kube-system: listing statefulsets.apps there: forbidden "
    assert run(robot, "sts/crashes", "-n", "kube-system") == (2, "", missed + view)
    code, out, err = run(ill.kubeconfig_of("nobody"))
    assert (code, out) == (2, "") and err.count("\n") == 1
    assert err.startswith(f"quorate: {ill.url}: listing pods, statefulsets.apps, ") and err.endswith(view)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("sts/crashs",), "no statefulset crashs in namespace default (did you mean crashes?)"),
        (("sts/crashes", "-n", "elsewhere"), "no statefulset crashes in namespace elsewhere; there are none"),
        (("deploy/crashes",), "no deployment crashes in namespace default; there is statefulset/crashes"),
        (("stateful/crashes",), "no such kind: stateful (did you mean statefulset, statefulsets, statefulsets.apps?)"),
        (("kafkas.kafka.strimzi.io/x",), "no such kind: kafkas.kafka.strimzi.io (these can be diagnosed: DaemonSet, Deployment, "),
        (("cm/kube-root-ca.crt",), "a ConfigMap cannot be diagnosed by itself (these can: DaemonSet, Deployment, "),
        (("-n", "elsewhere"), "there is nothing to diagnose in namespace elsewhere: no workloads, pods or claims"),
        (("--context", "quorat"), "no context quorat (did you mean quorate, quorate-certificate?)"),
    ],
)  # fmt: skip
def test_what_is_not_there(ill: Cluster, run: Run, words: tuple[str, ...], says: str) -> None:
    code, out, err = run(ill.kubeconfig, *words)
    assert (code, out) == (2, "") and err.startswith("quorate: ") and err.count("\n") == 1
    assert says in err


# -- clusters that cannot be asked


Change = Callable[[dict[str, Any], dict[str, Any]], Any]
EXEC = {"apiVersion": "client.authentication.k8s.io/v1", "interactiveMode": "Never"}
FAILS = "echo log in first >&2; exit 7"


def free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


UNASKED: list[tuple[str, Change, str]] = [
    ("nobody", lambda c, u: c.update(server=f"https://127.0.0.1:{free_port()}"),
     "nobody answers there (connection refused): is the cluster up"),
    ("unknown host", lambda c, u: c.update(server="https://nowhere.invalid:1"), "its name cannot be resolved: is the VPN up"),
    ("other authority", lambda c, u: c.pop("certificate-authority-data"),
     "its certificate is not trusted by this kubeconfig: fetch a new"),
    ("authority of rubbish", lambda c, u: c.update({"certificate-authority-data": "aGVsbG8="}),
     "a certificate in the kubeconfig is none"),
    ("plain http", lambda c, u: c.update(server=c["server"].replace("https", "http")), "it hangs up: does it speak TLS (https://)?"),
    ("no credentials", lambda c, u: u.clear(),
     "the server does not know who you are (401): credentials are missing, wrong or expired; log in again"),
    ("a wrong token", lambda c, u: u.update(token="x"), "the server does not know who you are (401)"),
    ("no plugin", lambda c, u: (u.clear(), u.update(exec={**EXEC, "command": "no-such-plugin"})),
     "its credentials cannot be had: [Errno 2] No such file or directory: 'no-such-plugin'; log in again"),
    ("a plugin that fails", lambda c, u: (u.clear(), u.update(exec={**EXEC, "command": "sh", "args": ["-c", FAILS]})),
     "its credentials cannot be had: exec: process returned 7. log in first; log in again"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "says"), [c[1:] for c in UNASKED], ids=[c[0] for c in UNASKED])
def test_a_cluster_that_cannot_be_asked(ill: Cluster, run: Run, tmp_path: Path, change: Change, says: str) -> None:
    config = copy.deepcopy(yaml.safe_load(ill.kubeconfig.read_text()))
    change(config["clusters"][0]["cluster"], config["users"][0]["user"])
    (tmp_path / "kubeconfig").write_text(yaml.safe_dump(config))
    code, out, err = run(tmp_path / "kubeconfig", "sts/crashes")
    assert (code, out) == (2, "") and err.count("\n") == 1
    assert says in err


def test_a_token_that_has_expired(cluster_factory: Callable[..., Cluster], run: Run) -> None:
    cluster = cluster_factory(nodes=1)
    cluster.apply("apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: robot}\n")
    kubeconfig = cluster.kubeconfig_of("robot")
    cluster.advance("61m")
    code, _, err = run(kubeconfig, "-A")
    assert code == 2 and "credentials are missing, wrong or expired" in err


@pytest.mark.parametrize(
    ("text", "says"),
    [("a: [", "line 1, column 5"), ("hello", "not a kubeconfig"), ("", "file is empty"), ("{}", "kubeconfig")],
)
def test_a_kubeconfig_that_is_none(run: Run, tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "kubeconfig").write_text(text)
    code, out, err = run(tmp_path / "kubeconfig")
    assert (code, out) == (2, "") and err.count("\n") == 1
    assert says in err
    assert run(tmp_path / "absent") == (
        2, "", f"quorate: no kubeconfig at {tmp_path}/absent: give --kubeconfig FILE or --dump PATH\n"
    )  # fmt: skip
