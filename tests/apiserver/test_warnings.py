"""Warning headers, word for word; rows marked R are from recordings."""

from base64 import b64encode

import pytest
import yaml

from quorate.apiserver.warnings import warnings
from quorate.contract.plan import Obj

from .conftest import Door

NO_POD = "a null labelSelector results in matching no pod"


def pod(spec: str, name: str = "a") -> Obj:
    return {"metadata": {"name": name, "generation": 1}, "spec": yaml.safe_load(spec)}


def test_a_doubtful_pod() -> None:  # R
    found = pod(
        """{nodeSelector: {beta.kubernetes.io/os: linux}, hostname: h, containers: [{name: c, image: i,
        env: [{name: A, value: '1'}, {name: A, value: '2'}], ports: [{containerPort: 80, protocol: TCP},
        {name: x, containerPort: 80, protocol: TCP}]}]}""",
        "a.b",
    )
    assert warnings("pods", found, None) == [
        "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is "
        "recommended: [must not contain dots]",
        'spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead',
        'spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply',
        "spec.containers[0].ports[1]: duplicate port definition with spec.containers[0].ports[0]",
    ]
    assert warnings("pods", found, found) == []


def deployment(spec: str, name: str = "a", generation: int = 1) -> Obj:
    template = {"spec": yaml.safe_load(spec)}
    return {"metadata": {"name": name, "generation": generation}, "spec": {"template": template}}


def test_a_doubtful_workload() -> None:  # R
    dotted = [
        "metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is "
        "recommended: [must not contain dots]"
    ]
    assert warnings("deployments.apps", deployment("{}", "a.b"), None) == dotted
    assert warnings("poddisruptionbudgets.policy", {"metadata": {"name": "a.b"}, "spec": {"selector": {}}}, None) == []


def test_a_template_is_looked_at_again_when_the_spec_has_changed() -> None:
    old = deployment("{terminationGracePeriodSeconds: -1}")
    new = deployment("{terminationGracePeriodSeconds: -1}", generation=2)
    field = "spec.template.spec.terminationGracePeriodSeconds"
    why = "must be >= 0; negative values are invalid and will be treated as 1"
    assert warnings("deployments.apps", new, old) == [f"{field}: {why}"]
    assert warnings("deployments.apps", old, old) == []


TERMS = "{required: [{topologyKey: z}]}".replace("required", "requiredDuringSchedulingIgnoredDuringExecution")
SPECS = [
    (
        "{topologySpreadConstraints: [{topologyKey: failure-domain.beta.kubernetes.io/zone}]}",
        [
            "spec.topologySpreadConstraints[0].topologyKey: failure-domain.beta.kubernetes.io/zone is deprecated since "
            'v1.17; use "topology.kubernetes.io/zone" instead',
            f"spec.topologySpreadConstraints[0].labelSelector: {NO_POD}",
        ],
    ),
    (
        f"{{affinity: {{podAntiAffinity: {TERMS}}}}}",
        [f"spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].labelSelector: {NO_POD}"],
    ),
    ("{volumes: [{name: v, gitRepo: {}}]}", ["spec.volumes[0].gitRepo: deprecated in v1.11"]),
    (
        "{volumes: [{name: v, configMap: {name: m, items: [{key: a, path: x}, {key: b, path: x/y}]}}]}",
        ['volume "v" (ConfigMap "m"): overlapping paths: "x/y" with "x"'],
    ),
    (
        "{containers: [{name: c, resources: {limits: {memory: 1500m}}}]}",
        ['spec.containers[0].resources.limits[memory]: fractional byte value "1500m" is invalid, must be an integer'],
    ),
    (
        "{hostAliases: [{ip: 1.1.1.1}, {ip: 1.1.1.1}], imagePullSecrets: [{name: a}, {}]}",
        [
            'spec.hostAliases[1].ip: duplicate ip "1.1.1.1"',
            'spec.imagePullSecrets[1].name: invalid empty name ""',
        ],
    ),
    ("{containers: [{name: c, env: [{name: A, value: x}, {name: A, value: '$(A)y'}]}]}", []),
    (
        "{containers: [{name: c, ports: [{containerPort: 1}]}, {name: d, ports: [{containerPort: 1, hostPort: 9}]}]}",
        ["spec.containers[1].ports[0]: overlapping port definition with spec.containers[0].ports[0]"],
    ),
]


@pytest.mark.parametrize(("spec", "expected"), SPECS)
def test_doubtful_settings(spec: str, expected: list[str]) -> None:
    assert warnings("pods", pod(spec), None) == expected


@pytest.mark.parametrize(
    ("resource", "how", "warned"),
    [
        ("jobs", None, True),
        ("jobs", {"gracePeriodSeconds": 0}, True),
        ("jobs", {"propagationPolicy": "Orphan"}, False),
        ("jobs", {"propagationPolicy": "Background"}, False),
        ("jobs", {"orphanDependents": True}, False),
        ("cronjobs", None, False),
    ],
)
def test_a_job_that_leaves_its_pods_unasked(door: Door, resource: str, how: Obj | None, warned: bool) -> None:
    pods = {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "i"}]}}
    spec: Obj = (
        {"template": pods}
        if resource == "jobs"
        else {"schedule": "@daily", "jobTemplate": {"spec": {"template": pods}}}
    )
    path = f"/apis/batch/v1/namespaces/default/{resource}"
    door.post(path, {"metadata": {"name": "work"}, "spec": spec})
    told = [text for name, text in door.raw("DELETE", f"{path}/work", how).headers if name.lower() == "warning"]
    assert len(told) == warned
    assert all("child pods are preserved by default when jobs are deleted" in text for text in told)


PEM = "-----BEGIN {0}-----\nAAAA\n-----END {0}-----\n"
CERTIFICATE, KEY = PEM.format("CERTIFICATE"), PEM.format("EC PRIVATE KEY")


def tls(certificate: str, key: str) -> str:
    data = {"tls.crt": certificate, "tls.key": key}
    encoded = {name: b64encode(text.encode()).decode() for name, text in data.items()}
    return f"{{type: kubernetes.io/tls, data: {encoded}}}"


OTHERS = [
    ("services", "{spec: {type: ClusterIP, clusterIP: None, clusterIPs: [None], externalIPs: [1.2.3.4], sessionAffinity: ClientIP, "
     "loadBalancerIP: 1.2.3.4, externalName: x}}", [
        "spec.loadBalancerIP is ignored for headless services", "spec.externalIPs is ignored for headless services",
        "spec.SessionAffinity is ignored for headless services",
        'spec.externalName is ignored when spec.type is not "ExternalName"',
    ]),
    ("services", "{spec: {type: ClusterIP, clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'], trafficDistribution: PreferClose, "
     "externalIPs: ['2001:db8:0::1', '::ffff:1.2.3.4'], loadBalancerSourceRanges: [10.0.0.0/8, 10.0.0.5/8]}}", [
        'spec.externalIPs[0]: IPv6 address "2001:db8:0::1" should be in RFC 5952 canonical format ("2001:db8::1")',
        'spec.externalIPs[1]: non-standard IP address "::ffff:1.2.3.4" will be considered invalid in a future Kubernetes '
        'release: use "1.2.3.4"',
        'spec.loadBalancerSourceRanges[1]: CIDR value "10.0.0.5/8" is ambiguous in this context (should be "10.0.0.0/8" or '
        '"10.0.0.5/32"?)',
        'spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"',
    ]),
    ("services", "{spec: {type: ExternalName, externalName: x.y, externalIPs: [1.2.3.4]}}", [
        'spec.externalIPs is ignored when spec.type is "ExternalName"',
    ]),
    ("persistentvolumeclaims", "{metadata: {annotations: {volume.beta.kubernetes.io/storage-class: x}}, spec: {resources: "
     "{requests: {storage: 1500m}}}}", [
        'metadata.annotations[volume.beta.kubernetes.io/storage-class]: deprecated since v1.8; use "storageClassName" '
        "attribute instead",
        'spec.resources.requests[storage]: fractional byte value "1500m" is invalid, must be an integer',
    ]),
    ("persistentvolumes", "{spec: {persistentVolumeReclaimPolicy: Recycle, rbd: {}, nodeAffinity: {required: {nodeSelectorTerms: "
     "[{matchExpressions: [{key: failure-domain.beta.kubernetes.io/zone}]}]}}}}", [
        "spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to "
        "use dynamic provisioning.",
        "spec.nodeAffinity.required.nodeSelectorTerms[0].matchExpressions[0].key: failure-domain.beta.kubernetes.io/zone is "
        'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
        "spec.rbd: deprecated in v1.28, non-functional in v1.31+",
    ]),
    ("storageclasses.storage.k8s.io", "{allowedTopologies: [{matchLabelExpressions: [{key: beta.kubernetes.io/os}]}]}", [
        'allowedTopologies[0].matchLabelExpressions[0].key: deprecated since v1.14; use "kubernetes.io/os" instead',
    ]),
    ("runtimeclasses.node.k8s.io", "{scheduling: {nodeSelector: {beta.kubernetes.io/os: linux}}}", [
        'scheduling.nodeSelector: deprecated since v1.14; use "kubernetes.io/os" instead',
    ]),
    ("ingresses.networking.k8s.io", "{metadata: {annotations: {kubernetes.io/ingress.class: nginx}}, spec: {}}", [
        "annotation \"kubernetes.io/ingress.class\" is deprecated, please use 'spec.ingressClassName' instead",
    ]),
    ("serviceaccounts", "{metadata: {annotations: {kubernetes.io/enforce-mountable-secrets: 'true'}}}", [
        "metadata.annotations[kubernetes.io/enforce-mountable-secrets]: deprecated in v1.32+; prefer separate namespaces to "
        "isolate access to mounted secrets",
    ]),
    ("jobs.batch", "{spec: {completionMode: Indexed, completions: 100001, parallelism: 10001, template: {}}}", [
        "spec: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes "
        "might not be able to track completedIndexes when a big number of indexes fail",
    ]),
    ("statefulsets.apps", "{spec: {template: {}, volumeClaimTemplates: [{}, {spec: {resources: {limits: {storage: 1m}}}}]}}", [
        'spec.volumeClaimTemplates[1].resources.limits[storage]: fractional byte value "1m" is invalid, must be an integer',
    ]),
    ("secrets", tls("", ""), ["tls: failed to find any PEM data in certificate input"]),
    ("secrets", tls(CERTIFICATE, "x"), ["tls: failed to find any PEM data in key input"]),
    ("secrets", tls(CERTIFICATE, CERTIFICATE), ["tls: found a certificate rather than a key in the PEM for the private key"]),
    ("secrets", tls(KEY, CERTIFICATE), [
        "tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been "
        "switched",
    ]),
    ("secrets", tls(CERTIFICATE, KEY), []),
    ("services", "{spec: {type: ClusterIP, clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'], sessionAffinity: None}}", []),
]  # fmt: skip


@pytest.mark.parametrize(("resource", "text", "expected"), OTHERS)
def test_a_doubtful_object_of_another_kind(resource: str, text: str, expected: list[str]) -> None:
    body = yaml.safe_load(text)
    body["metadata"] = {"name": "a", "generation": 1, **body.get("metadata", {})}
    assert warnings(resource, body, None) == expected


def test_what_was_doubtful_before_is_told_again_by_some_kinds_only() -> None:
    ingress = {"metadata": {"name": "a", "annotations": {"kubernetes.io/ingress.class": "nginx"}}, "spec": {}}
    assert warnings("ingresses.networking.k8s.io", ingress, ingress) == []
    volume = {"metadata": {"name": "a"}, "spec": {"persistentVolumeReclaimPolicy": "Recycle"}}
    assert len(warnings("persistentvolumes", volume, volume)) == 1
