"""What a Pod is given, and that nothing is changed in place or twice."""

import copy
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from quorate.apiserver.defaults import default, default_status
from quorate.apiserver.defaults.images import pull_policy
from quorate.contract.plan import Obj


def pod(spec: str, **metadata: Any) -> Obj:
    return default("pods", {"metadata": {"name": "p", **metadata}, "spec": yaml.safe_load(spec)})


def container(fields: str) -> Obj:
    return pod(f"{{containers: [{{name: c, image: 'i:1', {fields}}}]}}")["spec"]["containers"][0]


def test_a_pod_of_one_container() -> None:
    assert pod("{containers: [{name: c, image: 'app:1'}]}")["spec"] == {
        "containers": [{
            "name": "c", "image": "app:1", "imagePullPolicy": "IfNotPresent", "resources": {},
            "terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File",
        }],
        "dnsPolicy": "ClusterFirst", "restartPolicy": "Always", "schedulerName": "default-scheduler",
        "securityContext": {}, "terminationGracePeriodSeconds": 30, "enableServiceLinks": True,
    }  # fmt: skip


POLICIES = {
    "app": "Always", "app:latest": "Always", "app:1": "IfNotPresent", "reg.io:5000/a/app": "Always",
    "reg.io:5000/a/app:1": "IfNotPresent", f"app@sha256:{'a' * 64}": "IfNotPresent", " app": "IfNotPresent",
    "App": "IfNotPresent", "": "IfNotPresent", "a" * 64: "IfNotPresent", f"app:latest@sha256:{'a' * 64}": "Always",
    "[::1]:5000/app": "Always",
}  # fmt: skip


@pytest.mark.parametrize("image", POLICIES)
def test_images_are_pulled_by_their_tag(image: str) -> None:
    assert pull_policy(image) == POLICIES[image]


def test_probes_handlers_and_ports() -> None:
    made = container("""livenessProbe: {httpGet: {port: 80}}, readinessProbe: {grpc: {port: 1}, periodSeconds: 3},
      lifecycle: {preStop: {httpGet: {port: 80, path: /bye}}}, ports: [{containerPort: 1}, {containerPort: 2, protocol: UDP}]""")
    numbers = {"timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3}
    assert made["livenessProbe"] == {"httpGet": {"port": 80, "path": "/", "scheme": "HTTP"}, **numbers}
    assert made["readinessProbe"] == {"grpc": {"port": 1, "service": ""}, **numbers, "periodSeconds": 3}
    assert made["lifecycle"] == {"preStop": {"httpGet": {"port": 80, "path": "/bye", "scheme": "HTTP"}}}
    assert [port["protocol"] for port in made["ports"]] == ["TCP", "UDP"]


def test_limits_are_requests_of_pods_and_amounts_are_rounded_to_thousandths() -> None:
    made = container("resources: {limits: {cpu: 1500u, memory: 1Gi}, requests: {memory: 1Mi}}")
    assert made["resources"] == {
        "limits": {"cpu": "2m", "memory": "1Gi"},
        "requests": {"cpu": "2m", "memory": "1Mi"},
    }


def test_host_network_takes_the_ports_of_the_host() -> None:
    made = pod("{hostNetwork: true, containers: [{name: c, image: i, ports: [{containerPort: 80}]}]}")
    assert made["spec"]["containers"][0]["ports"] == [{"containerPort": 80, "protocol": "TCP", "hostPort": 80}]


VOLUMES = {
    "{}": {"emptyDir": {}},
    "{secret: {secretName: s}}": {"secret": {"secretName": "s", "defaultMode": 420}},
    "{configMap: {name: m, defaultMode: 0}}": {"configMap": {"name": "m", "defaultMode": 0}},
    "{hostPath: {path: /x}}": {"hostPath": {"path": "/x", "type": ""}},
    "{downwardAPI: {items: [{path: p, fieldRef: {fieldPath: metadata.name}}]}}": {
        "downwardAPI": {
            "items": [{"path": "p", "fieldRef": {"fieldPath": "metadata.name", "apiVersion": "v1"}}],
            "defaultMode": 420,
        }
    },
    "{projected: {sources: [{serviceAccountToken: {path: t}}]}}": {
        "projected": {
            "sources": [{"serviceAccountToken": {"path": "t", "expirationSeconds": 3600}}],
            "defaultMode": 420,
        }
    },
    "{iscsi: {targetPortal: t, iqn: i}}": {"iscsi": {"targetPortal": "t", "iqn": "i", "iscsiInterface": "default"}},
    "{rbd: {image: i}}": {"rbd": {"image": "i", "pool": "rbd", "user": "admin", "keyring": "/etc/ceph/keyring"}},
    "{azureDisk: {diskName: d}}": {
        "azureDisk": {
            "diskName": "d",
            "cachingMode": "ReadWrite",
            "kind": "Shared",
            "fsType": "ext4",
            "readOnly": False,
        }
    },
    "{ephemeral: {volumeClaimTemplate: {spec: {accessModes: [ReadWriteOnce]}}}}": {
        "ephemeral": {
            "volumeClaimTemplate": {
                "metadata": {},
                "spec": {"accessModes": ["ReadWriteOnce"], "volumeMode": "Filesystem", "resources": {}},
            }
        }
    },
    "{persistentVolumeClaim: {claimName: c}}": {"persistentVolumeClaim": {"claimName": "c"}},
    "{image: {reference: r}}": {"image": {"reference": "r", "pullPolicy": "Always"}},
}


@pytest.mark.parametrize("volume", VOLUMES)
def test_volumes(volume: str) -> None:
    made = default("pods", {"metadata": {}, "spec": {"volumes": [{"name": "v", **yaml.safe_load(volume)}]}})
    assert made["spec"]["volumes"] == [{"name": "v", **VOLUMES[volume]}]


def test_accounts_are_written_under_both_their_names() -> None:
    assert pod("{serviceAccount: a}")["spec"]["serviceAccountName"] == "a"
    assert pod("{serviceAccount: a, serviceAccountName: b}")["spec"]["serviceAccount"] == "b"


def test_a_negative_grace_period_is_a_second_for_pods_only() -> None:
    assert pod("{terminationGracePeriodSeconds: -5}")["spec"]["terminationGracePeriodSeconds"] == 1
    spec = {"template": {"spec": {"terminationGracePeriodSeconds": -5}}}
    made = default("statefulsets.apps", {"metadata": {}, "spec": spec})
    assert made["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] == -5


def test_init_containers_cannot_be_smuggled_in_as_annotations() -> None:
    made = pod("{}", annotations={"pod.beta.kubernetes.io/init-containers": "[]", "a": "b"})
    assert made["metadata"]["annotations"] == {"a": "b"}


def test_resources_of_the_pod_are_asked_for_by_its_containers() -> None:
    made = pod(
        """{resources: {limits: {cpu: '4', memory: 1Gi}}, containers: [{name: a, image: i, resources:
      {requests: {cpu: 500m}}}, {name: b, image: i, resources: {requests: {cpu: 1}}}]}""".replace(
            "cpu: 1}", "cpu: '1'}"
        )
    )
    assert made["spec"]["resources"]["requests"] == {"cpu": "1500m", "memory": "1Gi"}


def test_the_address_of_a_pod_stands_in_two_fields() -> None:
    def status(**given: Any) -> Obj:
        return default_status("pods", {"metadata": {}, "status": given})["status"]

    assert status(podIP="10.1.2.3") == {"podIP": "10.1.2.3", "podIPs": [{"ip": "10.1.2.3"}]}
    assert status(podIPs=[{"ip": "10.1.2.3"}])["podIP"] == "10.1.2.3"
    assert status(podIP="1.1.1.1", podIPs=[{"ip": "2.2.2.2"}])["podIPs"] == [{"ip": "1.1.1.1"}]
    untouched = {"metadata": {}, "status": {"phase": "Running"}}
    assert default_status("pods", untouched) is untouched


PARTS = st.fixed_dictionaries(
    {"name": st.just("c"), "image": st.sampled_from(sorted(POLICIES))},
    optional={
        "ports": st.lists(st.fixed_dictionaries({"containerPort": st.integers(1, 99)}), max_size=2),
        "resources": st.fixed_dictionaries(
            {}, optional={part: st.just({"cpu": "1m", "x/y": "3u"}) for part in ("limits", "requests")}
        ),
        "livenessProbe": st.sampled_from([{}, {"httpGet": {"port": 1}}, {"periodSeconds": 4}, {"grpc": {"port": 1}}]),
        "env": st.lists(st.sampled_from([{"name": "a"}, {"name": "b", "valueFrom": {"fieldRef": {"fieldPath": "x"}}}])),
    },
)
SPECS = st.fixed_dictionaries(
    {"containers": st.lists(PARTS, max_size=2)},
    optional={
        "initContainers": st.lists(PARTS, max_size=2),
        "volumes": st.lists(st.sampled_from([{"name": "v", **yaml.safe_load(v)} for v in VOLUMES])),
        "hostNetwork": st.booleans(),
        "serviceAccount": st.sampled_from(["", "a"]),
        "resources": st.just({"limits": {"cpu": "1"}}),
        "terminationGracePeriodSeconds": st.integers(-1, 1),
    },
)


@given(spec=SPECS, resource=st.sampled_from(["pods", "statefulsets.apps", "deployments.apps", "jobs.batch"]))
def test_defaults_are_added_once_and_never_in_place(spec: Obj, resource: str) -> None:
    obj = {"metadata": {"name": "x"}, "spec": spec if resource == "pods" else {"template": {"spec": spec}}}
    before = copy.deepcopy(obj)
    once = default(resource, obj)
    assert obj == before
    assert default(resource, once) is once
