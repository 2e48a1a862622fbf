"""kubectl, command by command: what each prints and how it ends."""

import json
import re

import pytest

from .conftest import FOUND, Kubectl

pytestmark = [pytest.mark.kubectl, pytest.mark.skipif(not FOUND, reason="no kubectl here")]

CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {}}}\ndata: {{a: '{}', b: '2'}}\n"
TALKER = """
apiVersion: v1
kind: Pod
metadata: {name: talker, labels: {app: talker}}
spec: {terminationGracePeriodSeconds: 0, containers: [{name: one, image: "i:1"}, {name: two, image: "i:2"}]}
"""


def test_versions_and_addresses(kubectl: Kubectl) -> None:
    assert "v1.36.0" in kubectl("version")
    assert json.loads(kubectl("version", "-o", "json").partition("WARNING")[0])["serverVersion"]["minor"] == "36"
    told = re.sub(r"\x1b\[[0-9;]*m", "", kubectl("cluster-info"))
    assert "Kubernetes control plane is running at https://127.0.0.1:" in told
    assert kubectl("get", "--raw", "/readyz") == "ok"
    assert "apps/v1" in kubectl("api-versions").split()
    rows = [line.split() for line in kubectl("api-resources").splitlines()]
    assert ["statefulsets", "sts", "apps/v1", "true", "StatefulSet"] in rows
    assert "pods" in kubectl("api-resources", "--verbs=list", "-o", "name").split()


@pytest.mark.parametrize(
    ("words", "made"),
    [
        (("configmap", "g", "--from-literal=a=b"), "configmap/g"),
        (("secret", "generic", "g", "--from-literal=a=b"), "secret/g"),
        (
            ("secret", "docker-registry", "r", "--docker-username=a", "--docker-password=b", "--docker-email=c@d.e"),
            "secret/r",
        ),
        (("serviceaccount", "robot"), "serviceaccount/robot"),
        (("deployment", "g", "--image=i:1", "--replicas=2"), "deployment.apps/g"),
        (("job", "g", "--image=i:1"), "job.batch/g"),
        (("cronjob", "g", "--image=i:1", "--schedule=*/5 * * * *"), "cronjob.batch/g"),
        (("service", "clusterip", "c", "--tcp=80"), "service/c"),
        (("service", "nodeport", "n", "--tcp=80"), "service/n"),
        (("service", "externalname", "e", "--external-name=example.com"), "service/e"),
        (("role", "g", "--verb=get", "--resource=pods"), "role.rbac.authorization.k8s.io/g"),
        (("rolebinding", "g", "--role=g", "--user=jane"), "rolebinding.rbac.authorization.k8s.io/g"),
        (("quota", "g", "--hard=pods=100"), "resourcequota/g"),
        (("poddisruptionbudget", "g", "--selector=app=g", "--min-available=1"), "poddisruptionbudget.policy/g"),
        (("ingress", "g", "--rule=example.com/*=c:80"), "ingress.networking.k8s.io/g"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-",
)
def test_every_generator_makes_its_object(kubectl: Kubectl, words: tuple[str, ...], made: str) -> None:
    """The newer kubectls send these as protobuf, the older ones as JSON."""
    assert kubectl("create", *words).strip() == f"{made} created"
    assert kubectl("create", *words, code=1).startswith(
        ("error: failed to create", "Error from server (AlreadyExists)")
    )
    assert kubectl("delete", made).startswith(f'{made.split("/")[0]} "')


def test_patches_of_every_type(kubectl: Kubectl) -> None:
    kubectl("create", "deployment", "p", "--image=i:1", "--replicas=0")
    container = '{"spec":{"template":{"spec":{"containers":[{"name":"side","image":"j:1"}]}}}}'
    assert "patched" in kubectl("patch", "deployment", "p", "-p", container)
    names = ("get", "deployment", "p", "-o", "jsonpath={.spec.template.spec.containers[*].name}")
    assert sorted(kubectl(*names).split()) == ["i", "side"]
    kubectl("patch", "deployment", "p", "--type=merge", "-p", '{"metadata":{"labels":{"x":"y"}}}')
    kubectl("patch", "deployment", "p", "--type=json", "-p", '[{"op":"remove","path":"/metadata/labels/x"}]')
    assert "no change" in kubectl("patch", "deployment", "p", "-p", '{"spec":{"replicas":0}}')
    kubectl(
        "patch",
        "deployment",
        "p",
        "--subresource=status",
        "--type=merge",
        "-p",
        '{"metadata":{"annotations":{"n":"1"}}}',
    )
    assert "Invalid value: -1" in kubectl("patch", "deployment", "p", "-p", '{"spec":{"replicas":-1}}', code=1)
    assert "(dry run)" in kubectl("set", "image", "deployment/p", "i=i:2", "--dry-run=server").replace(
        "server dry run", "dry run"
    )
    kubectl("set", "env", "deployment/p", "A=b")
    kubectl("set", "resources", "deployment/p", "--limits=cpu=1")
    assert "service/p exposed" in kubectl("expose", "deployment", "p", "--port=80")
    assert "autoscaled" in kubectl("autoscale", "deployment", "p", "--max=3", "--cpu-percent=50")
    assert kubectl("get", "hpa", "p", "-o", "jsonpath={.spec.metrics[0].resource.target.averageUtilization}") == "50"
    kubectl("rollout", "pause", "deployment/p")
    kubectl("rollout", "resume", "deployment/p")
    kubectl("delete", "deployment,service,hpa", "p")


def test_who_owns_a_field(kubectl: Kubectl) -> None:
    kubectl("apply", "--server-side", "-f", "-", stdin=CONFIG.format("owned", 1))
    other = ("apply", "--server-side", "--field-manager=other", "-f", "-")
    assert 'conflict with "kubectl": .data.a' in kubectl(*other, stdin=CONFIG.format("owned", 9), code=1)
    kubectl(*other, "--force-conflicts", stdin=CONFIG.format("owned", 9))
    assert "  a: " in kubectl("diff", "-f", "-", stdin=CONFIG.format("owned", 1), code=1)
    assert kubectl("diff", "--server-side", "--field-manager=other", "-f", "-", stdin=CONFIG.format("owned", 9)) == ""
    dry = kubectl(
        "apply", "--server-side", "--dry-run=server", "--force-conflicts", "-f", "-", stdin=CONFIG.format("owned", 1)
    )
    assert "(server dry run)" in dry
    assert kubectl("get", "configmap", "owned", "-o", "jsonpath={.data.a}") == "9"
    fields = json.loads(kubectl("get", "configmap", "owned", "-o", "json", "--show-managed-fields"))["metadata"][
        "managedFields"
    ]
    assert {entry["manager"] for entry in fields} == {"kubectl", "other"}


def test_apply_create_replace(kubectl: Kubectl) -> None:
    plain = CONFIG.format("plain", 1)
    assert "created" in kubectl("create", "-f", "-", stdin=plain)
    assert "AlreadyExists" in kubectl("create", "-f", "-", stdin=plain, code=1)
    assert "missing the kubectl.kubernetes.io/last-applied-configuration" in kubectl("apply", "-f", "-", stdin=plain)
    assert "unchanged" in kubectl("apply", "-f", "-", stdin=plain)
    # What the last apply had and this one has not goes.
    kubectl("apply", "-f", "-", stdin=plain.replace(", b: '2'", ""))
    assert kubectl("get", "configmap", "plain", "-o", "jsonpath={.data}") == '{"a":"1"}'
    assert "replaced" in kubectl("replace", "-f", "-", stdin=plain)
    assert "replaced" in kubectl("replace", "--force", "-f", "-", stdin=plain)
    strict = kubectl("create", "-f", "-", stdin=plain.replace("\ndata", "\ndta"), code=1)
    assert 'strict decoding error: unknown field "dta"' in strict
    lenient = CONFIG.format("lenient", 1).replace("\ndata", "\ndta")
    assert "created" in kubectl("create", "--validate=false", "-f", "-", stdin=lenient)


def test_explain(kubectl: Kubectl) -> None:
    assert "updateStrategy" in kubectl("explain", "statefulset.spec")
    assert "limits" in kubectl("explain", "pod.spec.containers.resources", "--recursive")


def test_logs(kubectl: Kubectl) -> None:
    kubectl("apply", "-f", "-", stdin=TALKER)
    kubectl("wait", "--for=condition=Ready", "pod/talker", "--timeout=30s")
    assert kubectl("logs", "talker", "-c", "one").startswith("INFO  starting ")
    assert "Defaulted container" in kubectl("logs", "talker")
    every = kubectl("logs", "talker", "--all-containers", "--prefix")
    assert "[pod/talker/one] INFO" in every and "[pod/talker/two] INFO" in every
    stamped = kubectl("logs", "talker", "-c", "one", "--timestamps", "--tail=1")
    assert re.match(r"^\d{4}-\d\d-\d\dT[\d:.]+Z INFO  ", stamped)
    assert kubectl("logs", "-l", "app=talker", "-c", "two", "--since=24h").startswith("INFO")
    assert 'previous terminated container "one"' in kubectl("logs", "talker", "-c", "one", "--previous", code=1)
    assert "container nope is not valid for pod talker" in kubectl("logs", "talker", "-c", "nope", code=1)
    followed = kubectl("logs", "-f", "talker", "-c", "one", code=None, seconds=3).splitlines()
    # At twenty times the pace, a sign of life comes every second and a half.
    assert followed[:2] == kubectl("logs", "talker", "-c", "one").splitlines()[:2]
    assert len(followed) > 1
    kubectl("delete", "pod", "talker", "--grace-period=0", "--force")


@pytest.mark.parametrize(
    "words",
    [
        ("exec", "still", "--", "ls"), ("attach", "still"), ("port-forward", "still", ":80"), ("cp", "still:/etc/hosts", "/tmp/x"),
        ("get", "--raw", "/api/v1/namespaces/{}/pods/still/proxy/"),
    ],
)  # fmt: skip
def test_what_needs_a_process_is_refused_in_words(kubectl: Kubectl, words: tuple[str, ...]) -> None:
    kubectl("run", "still", "--image=i:1", code=None)
    kubectl("wait", "--for=condition=Ready", "pod/still", "--timeout=30s")
    namespace = kubectl("get", "pod", "still", "-o", "jsonpath={.metadata.namespace}")
    told = kubectl(*(word.format(namespace) for word in words), code=1)
    assert "is not possible here: the nodes of this cluster are simulated" in told


def test_top_says_that_there_are_no_metrics(kubectl: Kubectl) -> None:
    assert "Metrics API not available" in kubectl("top", "nodes", code=1)


def test_a_watch_prints_what_changes(kubectl: Kubectl) -> None:
    kubectl("create", "configmap", "w")
    seen = kubectl("get", "configmaps", "--watch", "--field-selector=metadata.name=w", code=None, seconds=1)
    assert [line.split()[0] for line in seen.splitlines()] == ["NAME", "w"]


def test_nodes_are_cordoned_and_tainted(kubectl: Kubectl) -> None:
    kubectl("cordon", "node-3")
    assert "Ready,SchedulingDisabled" in kubectl("get", "node", "node-3")
    assert "Unschedulable:      true" in kubectl("describe", "node", "node-3")
    kubectl("uncordon", "node-3")
    kubectl("taint", "node", "node-3", "a=b:NoExecute")
    kubectl("taint", "node", "node-3", "a-")
    kubectl("label", "node", "node-3", "disk=ssd")
    assert "node-3" in kubectl("get", "nodes", "-l", "disk=ssd", "-o", "name")
    kubectl("label", "node", "node-3", "disk-")


def test_waiting(kubectl: Kubectl) -> None:
    kubectl("create", "deployment", "w", "--image=i:1", "--replicas=2")
    kubectl("wait", "--for=jsonpath={.status.readyReplicas}=2", "deployment/w", "--timeout=30s")
    kubectl("wait", "--for=condition=Available", "deployment/w", "--timeout=30s")
    assert "timed out" in kubectl("wait", "--for=condition=Nonsense", "deployment/w", "--timeout=1s", code=1)
    kubectl("delete", "deployment", "w", "--cascade=foreground")
    assert "No resources found" in kubectl("get", "replicasets,pods", "-l", "app=w")


def test_who_may_do_what(kubectl: Kubectl) -> None:
    assert "yes" in kubectl("auth", "can-i", "delete", "nodes")
    assert "*.*" in kubectl("auth", "can-i", "--list")
