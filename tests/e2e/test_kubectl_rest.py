"""kubectl, the less everyday half: the generators that are left, kustomize, subresources, signing requests, dumps, describe."""

import json
import re
from pathlib import Path

import pytest

from .conftest import FOUND, Kubectl

pytestmark = [pytest.mark.kubectl, pytest.mark.skipif(not FOUND, reason="no kubectl here")]

BASE = """
resources: [web.yaml]
namePrefix: pre-
configMapGenerator: [{name: settings, literals: [colour=blue]}]
images: [{name: app, newTag: "9"}]
"""
WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: main, image: "app:1", envFrom: [{configMapRef: {name: settings}}]}]}
"""
CSR = """
apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata: {{name: {name}}}
spec:
  request: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0K
  signerName: kubernetes.io/kube-apiserver-client
  usages: [client auth]
"""


def namespace_of(kubectl: Kubectl) -> str:
    return kubectl("config", "view", "--minify", "-o", "jsonpath={..namespace}") or kubectl(
        "get", "serviceaccount", "default", "-o", "jsonpath={.metadata.namespace}"
    )


@pytest.mark.parametrize(
    ("words", "made"),
    [
        (("clusterrole", "{}", "--verb=get,list", "--resource=pods,deployments.apps"), "clusterrole.rbac.authorization.k8s.io/{}"),
        (("clusterrole", "{}", "--aggregation-rule=team=a"), "clusterrole.rbac.authorization.k8s.io/{}"),
        (("clusterrole", "{}", "--verb=get", "--non-resource-url=/logs/*"), "clusterrole.rbac.authorization.k8s.io/{}"),
        (
            ("clusterrolebinding", "{}", "--clusterrole=view", "--user=jane", "--group=devs", "--serviceaccount=default:default"),
            "clusterrolebinding.rbac.authorization.k8s.io/{}",
        ),
        (("priorityclass", "{}", "--value=1000", "--description=hi"), "priorityclass.scheduling.k8s.io/{}"),
        (("namespace", "{}"), "namespace/{}"),
        (("service", "loadbalancer", "lb", "--tcp=80"), "service/lb"),
        (("service", "clusterip", "headless", "--clusterip=None"), "service/headless"),
        (("ingress", "i", "--class=nginx", "--rule=example.com/a*=web:80,tls=s", "--default-backend=web:80", "--annotation=a=b"),
         "ingress.networking.k8s.io/i"),
        (("quota", "q", "--hard=pods=9,configmaps=9", "--scopes=BestEffort"), None),
        (("quota", "q", "--hard=pods=9", "--scopes=BestEffort"), "resourcequota/q"),
        (("role", "r", "--verb=get,watch", "--resource=pods", "--resource-name=a"), "role.rbac.authorization.k8s.io/r"),
        (("poddisruptionbudget", "p", "--selector=a=b", "--max-unavailable=50%"), "poddisruptionbudget.policy/p"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "-",
)  # fmt: skip
def test_the_other_generators(kubectl: Kubectl, words: tuple[str, ...], made: str | None) -> None:
    own = namespace_of(kubectl) + "-own"
    words = tuple(word.replace("{}", own) for word in words)
    if made is None:
        # What a scope does not match cannot be counted under it.
        assert "unsupported scope applied to resource" in kubectl("create", *words, code=1)
        return
    made = made.replace("{}", own)
    assert kubectl("create", *words).strip() == f"{made} created"
    assert kubectl("describe", made).startswith("Name:")
    kubectl("delete", made)


def test_a_tls_secret_a_cronjobs_job_and_a_token(kubectl: Kubectl, tmp_path: Path) -> None:
    from quorate.edge.certificates import Authority

    pair = Authority().client("web", ())
    (tmp_path / "crt").write_bytes(pair.certificate)
    (tmp_path / "key").write_bytes(pair.key)
    kubectl("create", "secret", "tls", "web", f"--cert={tmp_path / 'crt'}", f"--key={tmp_path / 'key'}")
    assert kubectl("get", "secret", "web", "--no-headers").split()[1:3] == ["kubernetes.io/tls", "2"]
    kubectl("create", "cronjob", "c", "--image=i:1", "--schedule=0 0 1 1 *")
    kubectl("create", "job", "now", "--from=cronjob/c")
    owner = kubectl("get", "job", "now", "-o", "jsonpath={.metadata.ownerReferences[0].name} {.metadata.annotations}")
    assert owner == 'c {"cronjob.kubernetes.io/instantiate":"manual"}'
    kubectl("create", "serviceaccount", "robot")
    assert kubectl("create", "token", "robot", "--duration=1h").count(".") == 2
    kubectl("delete", "secret/web", "cronjob/c", "serviceaccount/robot")


def test_kustomize(kubectl: Kubectl, tmp_path: Path) -> None:
    (tmp_path / "kustomization.yaml").write_text(BASE)
    (tmp_path / "web.yaml").write_text(WEB)
    told = kubectl("apply", "-k", str(tmp_path))
    assert "deployment.apps/pre-web created" in told and re.search(r"configmap/pre-settings-\w+ created", told)
    kubectl("rollout", "status", "deployment/pre-web", "--timeout=60s")
    assert kubectl("get", "deployment", "pre-web", "-o", "jsonpath={..image}") == "app:9"
    assert kubectl("diff", "-k", str(tmp_path)) == ""
    kubectl("delete", "-k", str(tmp_path))


def test_certificates_are_asked_for_but_not_signed(kubectl: Kubectl) -> None:
    name = namespace_of(kubectl) + "-jane"
    kubectl("apply", "-f", "-", stdin=CSR.format(name=name))
    assert kubectl("get", "csr", name, "--no-headers").split()[2:] == [
        "kubernetes.io/kube-apiserver-client", "system:admin", "<none>", "Pending",
    ]  # fmt: skip
    for verb in ("approve", "deny"):
        assert "certificates are not signed here" in kubectl("certificate", verb, name, code=1)
    kubectl("delete", "csr", name)


def test_subresources(kubectl: Kubectl) -> None:
    kubectl("create", "deployment", "s", "--image=i:1", "--replicas=0")
    kubectl("patch", "deployment", "s", "--subresource=scale", "--type=merge", "-p", '{"spec":{"replicas":2}}')
    kubectl("rollout", "status", "deployment/s", "--timeout=60s")
    scale = kubectl("get", "deployment", "s", "--subresource=scale").split()
    assert scale[:4] == ["NAME", "DESIRED", "AVAILABLE", "AGE"] and scale[4:7] == ["s", "2", "2"]
    assert kubectl("get", "deployment", "s", "--subresource=status", "-o", "jsonpath={.status.readyReplicas}") == "2"
    kubectl("edit", "deployment", "s", "--subresource=status", env={"EDITOR": "true"})
    kubectl("delete", "deployment", "s")


def test_what_is_set(kubectl: Kubectl) -> None:
    kubectl("create", "deployment", "t", "--image=i:1", "--replicas=0")
    kubectl("create", "service", "clusterip", "t", "--tcp=80")
    kubectl("create", "role", "t", "--verb=get", "--resource=pods")
    kubectl("create", "rolebinding", "t", "--role=t", "--user=jane")
    assert "selector updated" in kubectl("set", "selector", "service", "t", "app=other")
    assert "serviceaccount updated" in kubectl("set", "serviceaccount", "deployment", "t", "default")
    assert "subjects updated" in kubectl("set", "subject", "rolebinding", "t", "--user=bob", "--group=devs")
    assert kubectl("set", "env", "deployment/t", "A=b", "C=d") and "A=b" in kubectl(
        "set", "env", "deployment/t", "--list"
    )
    kubectl("set", "env", "deployment/t", "A-")
    kubectl("set", "resources", "deployment/t", "--limits=cpu=200m,memory=64Mi", "--requests=cpu=100m")
    pod = json.loads(kubectl("get", "deployment", "t", "-o", "json"))["spec"]["template"]["spec"]
    assert pod["serviceAccountName"] == "default" and pod["containers"][0]["env"] == [{"name": "C", "value": "d"}]
    assert pod["containers"][0]["resources"]["limits"] == {"cpu": "200m", "memory": "64Mi"}
    assert kubectl("get", "rolebinding", "t", "-o", "jsonpath={.subjects[*].name}") == "jane bob devs"
    kubectl("rollout", "pause", "deployment/t")
    assert "can't restart paused deployment" in kubectl("rollout", "restart", "deployment/t", code=1)
    kubectl("rollout", "resume", "deployment/t")
    assert "Expected replicas to be 7, was 0" in kubectl(
        "scale", "deployment/t", "--current-replicas=7", "--replicas=1", code=1
    )
    for key, first, second in (("label", "team=a", "team=b"), ("annotate", "note=a", "note=b")):
        kubectl(key, "deployment", "t", first)
        assert "--overwrite is false" in kubectl(key, "deployment", "t", second, code=1)
        kubectl(key, "deployment", "t", second, "--overwrite")
    kubectl("delete", "deployment,service,role,rolebinding", "t")


def test_run_debug_and_delete(kubectl: Kubectl) -> None:
    kubectl("run", "r", "--image=i:1", "--restart=Never", "--labels=app=r", "--port=80", "--expose")
    kubectl("wait", "--for=condition=Ready", "pod/r", "--timeout=30s")
    kubectl("debug", "r", "--image=busybox", "--target=r", code=None)
    assert kubectl("get", "pod", "r", "-o", "jsonpath={.spec.ephemeralContainers[0].image}") == "busybox"
    assert "No resources found" in kubectl("delete", "pods", "--field-selector=status.phase=Failed")
    assert 'pod "r"' in kubectl("delete", "pods", "--selector=app=r", "--now")
    assert "NotFound" in kubectl("delete", "pod", "r", code=1)
    assert kubectl("delete", "pod", "r", "--ignore-not-found") == ""
    kubectl("delete", "service", "r")
    assert "resources found" in kubectl("delete", "pods", "--all")


def test_cluster_info_dump(kubectl: Kubectl, tmp_path: Path) -> None:
    kubectl("create", "deployment", "d", "--image=i:1")
    kubectl("rollout", "status", "deployment/d", "--timeout=60s")
    kubectl("cluster-info", "dump", f"--namespaces={namespace_of(kubectl)}", f"--output-directory={tmp_path}")
    found = {file.name for file in tmp_path.rglob("*.json")}
    assert {"nodes.json", "pods.json", "deployments.json", "events.json"} <= found
    assert len(list(tmp_path.rglob("logs.txt"))) == 1
    kubectl("delete", "deployment", "d")


def test_every_kind_is_listed_and_described(kubectl: Kubectl) -> None:
    """Nothing that can be listed fails to be printed, plain, wide or described."""
    names = kubectl("api-resources", "--verbs=list,get", "-o", "name").split()
    every = ",".join(names)
    for words in ((), ("-o", "wide"), ("-o", "name"), ("-o", "yaml"), ("--show-labels",)):
        kubectl("get", every, "--all-namespaces", *words, seconds=200)
    told = kubectl(
        "describe", "nodes,namespaces,services,storageclasses,priorityclasses,csidrivers,leases", "-A", seconds=200
    )
    assert told.count("Name:") > 10 and "Kubelet Version:" in told


def test_raw_paths_and_who_i_am(kubectl: Kubectl) -> None:
    assert kubectl("get", "--raw", "/livez?verbose").endswith("livez check passed\n")
    assert "/apis/apps/v1" in json.loads(kubectl("get", "--raw", "/"))["paths"]
    assert "NotFound" in kubectl("get", "--raw", "/nowhere", code=1)
    told = kubectl("auth", "whoami", code=None)  # 1.27 asks for a version that 1.36 no longer serves
    assert "system:masters" in told or "selfsubjectreviews API is not enabled" in told
    assert "unable to find any kubectl plugins" in kubectl("plugin", "list", code=1, env={"PATH": "/nonexistent"})


def test_a_table_is_watched(kubectl: Kubectl) -> None:
    kubectl("create", "deployment", "o", "--image=i:1")
    kubectl("rollout", "status", "deployment/o", "--timeout=60s")
    seen = kubectl("get", "pods", "-w", "--output-watch-events", "-l", "app=o", code=None, seconds=2).splitlines()
    assert seen[0].split()[:3] == ["EVENT", "NAME", "READY"] and seen[1].split()[0] == "ADDED"
    kubectl("delete", "deployment", "o")
