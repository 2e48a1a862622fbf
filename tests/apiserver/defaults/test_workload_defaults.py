"""What workloads and the kinds around them are given."""

from importlib import import_module
from pkgutil import iter_modules

import pytest
import yaml

from quorate.apiserver import defaults, validation
from quorate.apiserver.defaults import default
from quorate.contract.plan import Obj

POD = {
    "containers": [{
        "name": "c", "image": "i:1", "imagePullPolicy": "IfNotPresent", "resources": {},
        "terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File",
    }],
    "dnsPolicy": "ClusterFirst", "restartPolicy": "Always", "schedulerName": "default-scheduler",
    "securityContext": {}, "terminationGracePeriodSeconds": 30,
}  # fmt: skip
TEMPLATE = {"metadata": {}, "spec": POD}
WRITTEN = {"spec": {"containers": [{"name": "c", "image": "i:1"}]}}


def spec_of(resource: str, text: str) -> Obj:
    return default(resource, {"metadata": {"name": "x"}, "spec": {"template": WRITTEN, **yaml.safe_load(text)}})["spec"]


def test_a_set() -> None:
    assert spec_of("statefulsets.apps", "{}") == {
        "replicas": 1, "revisionHistoryLimit": 10, "podManagementPolicy": "OrderedReady", "serviceName": "",
        "template": TEMPLATE, "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}},
        "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain", "whenScaled": "Retain"},
    }  # fmt: skip


STRATEGIES = [
    ("{updateStrategy: {type: RollingUpdate}}", {"type": "RollingUpdate"}),
    ("{updateStrategy: {type: OnDelete}}", {"type": "OnDelete"}),
    ("{updateStrategy: {rollingUpdate: {}}}", {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}}),
    (
        "{updateStrategy: {type: RollingUpdate, rollingUpdate: {maxUnavailable: 2}}}",
        {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 2, "partition": 0}},
    ),
]


@pytest.mark.parametrize(("text", "expected"), STRATEGIES)
def test_only_a_strategy_without_a_type_is_given_a_partition(text: str, expected: Obj) -> None:
    assert spec_of("statefulsets.apps", text)["updateStrategy"] == expected


def test_claim_templates_are_claims() -> None:
    made = spec_of(
        "statefulsets.apps", "{volumeClaimTemplates: [{metadata: {name: d}, spec: {accessModes: [ReadWriteOnce]}}]}"
    )
    assert made["volumeClaimTemplates"] == [{
        "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "d"},
        "spec": {"accessModes": ["ReadWriteOnce"], "volumeMode": "Filesystem", "resources": {}},
        "status": {"phase": "Pending"},
    }]  # fmt: skip


def test_a_deployment() -> None:
    quarter = {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "25%", "maxSurge": "25%"}}
    base = {"replicas": 1, "revisionHistoryLimit": 10, "progressDeadlineSeconds": 600, "template": TEMPLATE}
    assert spec_of("deployments.apps", "{}") == {**base, "strategy": quarter}
    assert spec_of("deployments.apps", "{strategy: {type: Recreate}}")["strategy"] == {"type": "Recreate"}
    zero = spec_of("deployments.apps", "{replicas: 0, strategy: {rollingUpdate: {maxSurge: 0}}}")
    assert (zero["replicas"], zero["strategy"]["rollingUpdate"]) == (0, {"maxSurge": 0, "maxUnavailable": "25%"})


def test_a_replica_set_and_a_daemon_set() -> None:
    assert spec_of("replicasets.apps", "{}") == {"replicas": 1, "template": TEMPLATE}
    rolling = {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1, "maxSurge": 0}}
    assert spec_of("daemonsets.apps", "{}") == {
        "revisionHistoryLimit": 10,
        "updateStrategy": rolling,
        "template": TEMPLATE,
    }


def test_a_controller_takes_selector_and_labels_from_its_template() -> None:
    template = {**WRITTEN, "metadata": {"labels": {"a": "b"}}}
    made = default("replicationcontrollers", {"metadata": {"name": "x"}, "spec": {"template": template}})
    assert made["metadata"]["labels"] == {"a": "b"} == made["spec"]["selector"]


JOBS = [
    ("{}", {"completions": 1, "parallelism": 1, "backoffLimit": 6, "podReplacementPolicy": "TerminatingOrFailed"}),
    ("{completions: 3}", {"completions": 3, "parallelism": 1}),
    ("{parallelism: 3}", {"completions": None, "parallelism": 3}),
    ("{backoffLimitPerIndex: 1, completionMode: Indexed}", {"backoffLimit": 2147483647, "completionMode": "Indexed"}),
    ("{podFailurePolicy: {rules: []}}", {"podReplacementPolicy": "Failed"}),
    ("{suspend: true}", {"suspend": True, "manualSelector": False, "completionMode": "NonIndexed"}),
]


@pytest.mark.parametrize(("text", "expected"), JOBS)
def test_a_job(text: str, expected: Obj) -> None:
    made = spec_of("jobs.batch", text)
    assert {field: made.get(field) for field in expected} == expected


def test_a_cron_job_defaults_the_pods_of_its_jobs_only() -> None:
    made = default("cronjobs.batch", {"metadata": {}, "spec": {"jobTemplate": {"spec": {"template": WRITTEN}}}})["spec"]
    assert made == {
        "concurrencyPolicy": "Allow", "suspend": False, "successfulJobsHistoryLimit": 3, "failedJobsHistoryLimit": 1,
        "jobTemplate": {"metadata": {}, "spec": {"template": TEMPLATE}},
    }  # fmt: skip


def test_an_autoscaler_watches_the_cpu() -> None:
    made = default("horizontalpodautoscalers.autoscaling", {"metadata": {}, "spec": {"behavior": {}}})["spec"]
    assert made["minReplicas"] == 1
    assert made["metrics"][0]["resource"] == {
        "name": "cpu",
        "target": {"type": "Utilization", "averageUtilization": 80},
    }
    assert [policy["type"] for policy in made["behavior"]["scaleUp"]["policies"]] == ["Pods", "Percent"]


def test_a_secret_keeps_its_texts_as_data() -> None:
    made = default("secrets", {"metadata": {}, "data": {"a": "eA=="}, "stringData": {"b": "y", "a": "z"}})
    assert made == {"metadata": {}, "type": "Opaque", "data": {"a": "eg==", "b": "eQ=="}}


def test_a_namespace_is_labelled_with_its_name() -> None:
    made = default("namespaces", {"metadata": {"name": "n", "labels": {"kubernetes.io/metadata.name": "m"}}})
    assert made["metadata"]["labels"] == {"kubernetes.io/metadata.name": "n"}
    unnamed = {"metadata": {"generateName": "n-"}}
    assert default("namespaces", unnamed) is unnamed


def test_a_kind_without_defaults_is_left_alone() -> None:
    obj = {"metadata": {}}
    assert default("configmaps", obj) is obj


@pytest.mark.parametrize("package", [defaults, validation])
def test_each_module_of_a_kind_is_in_the_registry(package: object) -> None:
    known = defaults.DEFAULTS if package is defaults else validation.RULES
    name = package.__name__  # type: ignore[attr-defined]
    modules = [import_module(f"{name}.{found.name}") for found in iter_modules(package.__path__)]  # type: ignore[attr-defined]
    resources = [module.RESOURCE for module in modules if hasattr(module, "RESOURCE")]
    assert sorted(resources) == known.resources()
