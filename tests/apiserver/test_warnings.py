"""Warning headers, word for word; rows marked R are from recordings."""

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
