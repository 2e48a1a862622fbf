"""kubectl against `quorate up`: what people type every day, with whatever versions of kubectl are there."""

import pytest

from .conftest import FOUND, Kubectl

pytestmark = [pytest.mark.kubectl, pytest.mark.skipif(not FOUND, reason="no kubectl here")]

WEB = """
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {clusterIP: None, selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web}
spec:
  serviceName: web
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      affinity:
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
          - {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: web}}}
      containers: [{name: main, image: "app:1"}]
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
"""


def test_a_set_from_apply_to_delete(kubectl: Kubectl) -> None:
    assert "statefulset.apps/web created" in kubectl("apply", "-f", "-", stdin=WEB)
    kubectl("rollout", "status", "statefulset/web", "--timeout=60s")
    kubectl("apply", "-f", "-", stdin=WEB)
    assert kubectl("get", "sts", "web", "-o", "jsonpath={.metadata.generation}") == "1"

    pods = kubectl("get", "pods", "-o", "wide")
    assert pods.splitlines()[0].split()[:6] == ["NAME", "READY", "STATUS", "RESTARTS", "AGE", "IP"]
    assert pods.count("1/1     Running") == 3
    assert "web    3/3" in kubectl("get", "sts")
    assert kubectl("get", "pvc", "-o", "jsonpath={.items[*].status.phase}") == "Bound Bound Bound"
    assert kubectl(
        "get", "pod", "web-1", "-o", "custom-columns=N:.metadata.name,P:.status.phase", "--no-headers"
    ).split() == ["web-1", "Running"]
    described = kubectl("describe", "pod", "web-0")
    assert "Successfully assigned" in described
    assert "data-web-0" in described
    assert "Create Pod web-0 in StatefulSet web successful" in kubectl("describe", "sts", "web")
    assert "SuccessfulCreate" in kubectl("events", "--for", "statefulset/web")
    assert kubectl("logs", "web-0").strip()

    kubectl("wait", "--for=condition=Ready", "pod", "-l", "app=web", "--timeout=30s")
    kubectl("scale", "sts/web", "--replicas=2")
    kubectl("wait", "--for=delete", "pod/web-2", "--timeout=30s")
    kubectl("scale", "sts/web", "--replicas=3", "--current-replicas=2")
    kubectl("rollout", "status", "sts/web", "--timeout=60s")

    kubectl("set", "image", "sts/web", "main=app:2")
    kubectl("rollout", "status", "sts/web", "--timeout=90s")
    assert kubectl("get", "pods", "-o", "jsonpath={.items[*].spec.containers[0].image}") == "app:2 app:2 app:2"
    history = kubectl("rollout", "history", "sts/web")
    assert [line.split()[0] for line in history.strip().splitlines()[2:]] == ["1", "2"]
    kubectl("rollout", "undo", "sts/web")
    kubectl("rollout", "status", "sts/web", "--timeout=90s")
    assert kubectl("get", "pod", "web-0", "-o", "jsonpath={.spec.containers[0].image}") == "app:1"
    before = kubectl("get", "pod", "web-2", "-o", "jsonpath={.metadata.uid}")
    kubectl("rollout", "restart", "sts/web")
    kubectl("rollout", "status", "sts/web", "--timeout=90s")
    assert kubectl("get", "pod", "web-2", "-o", "jsonpath={.metadata.uid}") != before

    kubectl(
        "edit",
        "sts/web",
        env={"EDITOR": "sed -i s/terminationGracePeriodSeconds:.30/terminationGracePeriodSeconds:\\ 5/"},
    )
    kubectl("rollout", "status", "sts/web", "--timeout=90s")
    assert kubectl("get", "sts", "web", "-o", "jsonpath={.spec.template.spec.terminationGracePeriodSeconds}") == "5"

    kubectl("delete", "sts", "web", "--cascade=orphan")
    assert kubectl("get", "pods", "--no-headers").count("web-") == 3
    kubectl("apply", "-f", "-", stdin=WEB)
    kubectl("rollout", "status", "sts/web", "--timeout=90s")
    kubectl("delete", "pod", "web-1", "--wait=false")
    kubectl("wait", "--for=condition=Ready", "pod/web-0", "--timeout=60s")
    kubectl("delete", "-f", "-", stdin=WEB)
    kubectl("wait", "--for=delete", "pod", "-l", "app=web", "--timeout=60s")
    assert kubectl("get", "pvc", "--no-headers").count("data-web-") == 3


def test_a_drain_honours_budgets(kubectl: Kubectl) -> None:
    kubectl("apply", "-f", "-", stdin=WEB)
    kubectl("rollout", "status", "sts/web", "--timeout=90s")
    kubectl("patch", "pdb", "web", "--type=merge", "-p", '{"spec":{"maxUnavailable":0}}')
    node = kubectl("get", "pod", "web-0", "-o", "jsonpath={.spec.nodeName}")
    try:
        refused = kubectl("drain", node, "--ignore-daemonsets", "--delete-emptydir-data", "--timeout=2s", code=1)
        assert "Cannot evict pod as it would violate the pod's disruption budget." in refused
        assert "SchedulingDisabled" in kubectl("get", "node", node)
        kubectl("patch", "pdb", "web", "--type=merge", "-p", '{"spec":{"maxUnavailable":1}}')
        assert "drained" in kubectl("drain", node, "--ignore-daemonsets", "--timeout=60s")
        kubectl("rollout", "status", "sts/web", "--timeout=90s")
    finally:
        kubectl("uncordon", node)
    kubectl("delete", "-f", "-", stdin=WEB)


def test_the_everyday_rest(kubectl: Kubectl) -> None:
    kubectl("create", "configmap", "c", "--from-literal=k=v")
    kubectl("create", "secret", "generic", "s", "--from-literal=k=v")
    kubectl("label", "configmap", "c", "team=a")
    kubectl("annotate", "configmap", "c", "note=b")
    kubectl("patch", "configmap", "c", "--type=json", "-p", '[{"op":"add","path":"/data/j","value":"w"}]')
    assert kubectl("get", "configmap", "c", "-o", "jsonpath={.data}") == '{"j":"w","k":"v"}'
    config_map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {k: x}\n"
    assert "+  k: x" in kubectl("diff", "-f", "-", stdin=config_map, code=1)
    conflict = kubectl("apply", "--server-side", "-f", "-", stdin=config_map, code=1)
    assert "conflict" in conflict
    assert "serverside-applied" in kubectl("apply", "--server-side", "--force-conflicts", "-f", "-", stdin=config_map)
    assert "podManagementPolicy" in kubectl("explain", "statefulset.spec")
    assert "statefulsets" in kubectl("api-resources")
    assert kubectl("auth", "can-i", "create", "pods").strip() == "yes"
    assert kubectl("taint", "nodes", "node-3", "k=v:NoSchedule").strip().endswith("tainted")
    kubectl("taint", "nodes", "node-3", "k-")
    unknown = kubectl("apply", "-f", "-", stdin=config_map + "oops: 1\n", code=1)
    assert 'unknown field "oops"' in unknown
    assert "etrics" in kubectl("top", "pods", code=1)
    assert "NotFound" in kubectl("get", "pod", "nobody", code=1)


def test_exec_is_refused_in_words(kubectl: Kubectl) -> None:
    kubectl("run", "one", "--image=app:1")
    kubectl("wait", "--for=condition=Ready", "pod/one", "--timeout=30s")
    assert "simulated" in kubectl("exec", "one", "--", "ls", code=1)
    kubectl("delete", "pod", "one", "--wait=true")
