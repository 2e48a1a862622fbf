"""What is refused of the other workloads, in Kubernetes' own words; rows marked R are from recordings."""

from typing import Any

import pytest
import yaml

from quorate.apiserver.defaults import default
from quorate.apiserver.validation import validate, validate_update
from quorate.objects.cron import schedule_error

MISMATCH = "`selector` does not match template `labels`"
PODS = "{metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}"
ENDING = "{spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}"
FITS = f"selector: {{matchLabels: {{a: b}}}}, template: {PODS}"
DEPLOYMENT, SET, DAEMON = "deployments.apps", "replicasets.apps", "daemonsets.apps"
JOB, CRON, RC = "jobs.batch", "cronjobs.batch", "replicationcontrollers"
HPA = "horizontalpodautoscalers.autoscaling"
METRIC = "spec.metrics[0]"
TARGET = "scaleTargetRef: {kind: Deployment, name: d, apiVersion: apps/v1}"


def told(resource: str, spec: str) -> list[str]:
    obj = default(resource, {"metadata": {"name": "x", "namespace": "d"}, "spec": yaml.safe_load(spec)})
    return [f"{error.field}: {error.message}" for error in validate(resource, obj)]


NOT_NEGATIVE = "must be greater than or equal to 0"
ALWAYS = 'Unsupported value: %s: supported values: "Always"'
REFUSED: list[tuple[str, str, list[str]]] = [
    # R
    (DEPLOYMENT, "{}", [
        "spec.selector: Required value", f"spec.template.metadata.labels: Invalid value: null: {MISMATCH}",
        "spec.template.spec.containers: Required value",
    ]),
    (DEPLOYMENT, """{replicas: -1, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: c}},
      spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}}""", [
        f"spec.replicas: Invalid value: -1: {NOT_NEGATIVE}",
        f'spec.template.metadata.labels: Invalid value: {{"a":"c"}}: {MISMATCH}',
        'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
    ]),
    (DEPLOYMENT, f"{{{FITS}, strategy: {{type: Recreate, rollingUpdate: {{maxSurge: 1}}}}}}", [
        "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'",
    ]),
    (DEPLOYMENT, f"{{{FITS}, strategy: {{rollingUpdate: {{maxSurge: 0, maxUnavailable: 0}}}}}}", [
        "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0",
    ]),
    (DEPLOYMENT, f"{{{FITS}, strategy: {{type: BlueGreen}}}}", [
        'spec.strategy: Unsupported value: {"Type":"BlueGreen","RollingUpdate":null}: supported values: "Recreate", '
        '"RollingUpdate"',
    ]),
    (DEPLOYMENT, f"{{{FITS}, strategy: {{rollingUpdate: {{maxUnavailable: 120%}}}}}}", [
        'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "120%": must not be greater than 100%',
    ]),
    (DEPLOYMENT, f"{{{FITS}, strategy: {{rollingUpdate: {{maxSurge: many}}}}}}", [
        "spec.strategy.rollingUpdate.maxSurge: Invalid value: \"many\": a valid percent string must be a numeric string "
        "followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
    ]),
    (DEPLOYMENT, f"{{{FITS}, revisionHistoryLimit: -1, minReadySeconds: 10, progressDeadlineSeconds: 10}}", [
        f"spec.revisionHistoryLimit: Invalid value: -1: {NOT_NEGATIVE}",
        "spec.progressDeadlineSeconds: Invalid value: 10: must be greater than minReadySeconds",
    ]),
    (SET, "{selector: {}, template: {}}", [
        "spec.selector: Invalid value: {}: empty selector is invalid for deployment",
        "spec.template.spec.containers: Required value",
    ]),
    (DAEMON, "{}", [
        f"spec.template.metadata.labels: Invalid value: null: {MISMATCH}",
        "spec.template.spec.containers: Required value",
    ]),
    (JOB, "{}", [
        "spec.template.spec.containers: Required value",
        'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
    ]),
    (JOB, "{parallelism: -1, template: {spec: {containers: [{name: c, image: i}]}}}", [
        f"spec.parallelism: Invalid value: -1: {NOT_NEGATIVE}",
        'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
    ]),
    (CRON, f"{{schedule: every day, jobTemplate: {{spec: {{template: {ENDING}}}}}}}", [
        'spec.schedule: Invalid value: "every day": expected exactly 5 fields, found 2: [every day]',
    ]),
    (HPA, "{}", [
        "spec.maxReplicas: Required value: must be set and greater than 0",
        "spec.maxReplicas: Invalid value: 0: must be greater than or equal to `minReplicas`",
        "spec.scaleTargetRef.kind: Required value", "spec.scaleTargetRef.name: Required value",
        'spec.scaleTargetRef.apiVersion: Invalid value: "": apiVersion must specify API group',
    ]),
    # apps/validation, batch/validation, autoscaling/validation
    (DAEMON, f"{{{FITS}, updateStrategy: {{rollingUpdate: {{maxSurge: 1}}}}}}", [
        "spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero",
    ]),
    (DAEMON, f"{{{FITS}, updateStrategy: {{rollingUpdate: {{maxUnavailable: 0}}}}}}", [
        "spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0",
    ]),
    (RC, "{}", ["spec.selector: Required value", "spec.template: Required value"]),
    (RC, f"{{selector: {{a: c}}, template: {PODS}}}", [
        f'spec.template.metadata.labels: Invalid value: {{"a":"b"}}: {MISMATCH}',
    ]),
    (JOB, f"{{completionMode: Indexed, parallelism: 1, template: {ENDING}}}", [
        "spec.completions: Required value: when completion mode is Indexed",
    ]),
    (CRON, f"{{concurrencyPolicy: Often, schedule: 0 0 * * *, jobTemplate: {{spec: {{template: {ENDING}}}}}}}", [
        'spec.concurrencyPolicy: Unsupported value: "Often": supported values: "Allow", "Forbid", "Replace"',
    ]),
    (HPA, f"{{{TARGET}, maxReplicas: 2, metrics: [{{type: Cpu}}, {{type: Pods}}], behavior: {{scaleUp: {{selectPolicy: All}}}}}}", [
        *['spec.metrics[0].type: Unsupported value: "Cpu": supported values: "ContainerResource", "External", "Object", '
          '"Pods", "Resource"'] * 2,
        "spec.metrics[1].pods: Required value: must populate information for the given metric source",
        'spec.behavior.scaleUp.selectPolicy: Unsupported value: "All": supported values: "Disabled", "Max", "Min"',
    ]),
    (HPA, f"{{{TARGET}, maxReplicas: 2, metrics: [{{type: Resource, resource: {{name: cpu, target: {{type: Utilization}}}}}}]}}", [
        f"{METRIC}.resource.target.averageUtilization: Required value: must set either a target raw value or a target "
        "utilization",
    ]),
    (HPA, f"{{{TARGET}, maxReplicas: 2, metrics: [{{type: Resource, resource: {{name: cpu, target: {{type: Much, "
     "averageUtilization: 0, averageValue: 0}}, pods: {}}]}", [
        f"{METRIC}.pods.metric.name: Required value: must specify a metric name",
        f"{METRIC}.pods.target.type: Required value: must specify a metric target type",
        f'{METRIC}.pods.target.type: Invalid value: "": must be either Utilization, Value, or AverageValue',
        f"{METRIC}.pods.target.averageValue: Required value: must specify a positive target averageValue",
        f"{METRIC}.pods: Forbidden: must populate the given metric source only",
    ]),
    (HPA, f"{{{TARGET}, maxReplicas: 2, metrics: [{{type: External, external: {{metric: {{name: a/b}}, target: "
     "{type: Value, value: -1, averageValue: 1}}}]}", [
        f"{METRIC}.external.metric.name: Invalid value: \"a/b\": may not contain '/'",
        f'{METRIC}.external.target.value: Invalid value: "-1": must be positive',
        f"{METRIC}.external.target.value: Forbidden: may not set both a target value for metric and a per-pod target",
    ]),
    (HPA, f"{{{TARGET}, maxReplicas: 2, metrics: [{{type: Object, object: {{metric: {{name: a}}, describedObject: "
     "{kind: Ingress}, target: {type: Value}}}]}", [
        f"{METRIC}.object.describedObject.name: Required value",
        f"{METRIC}.object.target.averageValue: Required value: must set either a target value or averageValue",
    ]),
    (CRON, f"{{schedule: 0 0 * * *, timeZone: a//b, jobTemplate: {{spec: {{manualSelector: true, selector: "
     f"{{matchLabels: {{a: b}}}}, template: {ENDING}}}}}}}", [
        'spec.timeZone: Invalid value: "a//b": unknown time zone a//b',
        'spec.jobTemplate.spec.selector: Invalid value: {"matchLabels":{"a":"b"}}: `selector` will be auto-generated',
        'spec.jobTemplate.spec.manualSelector: Unsupported value: true: supported values: "nil", "false"',
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("resource", "spec", "expected"), REFUSED)
def test_a_workload_is_refused_in_kubernetes_words(resource: str, spec: str, expected: list[str]) -> None:
    assert told(resource, spec) == expected


SOUND = [
    (DEPLOYMENT, f"{{{FITS}, strategy: {{type: Recreate}}}}"),
    (SET, f"{{{FITS}}}"),
    (DAEMON, f"{{{FITS}, updateStrategy: {{rollingUpdate: {{maxSurge: 1, maxUnavailable: 0}}}}}}"),
    (JOB, f"{{template: {ENDING}}}"),
    (CRON, f"{{schedule: '*/5 1-3 1,15 jan-mar MON', jobTemplate: {{spec: {{template: {ENDING}}}}}}}"),
    (RC, f"{{template: {PODS}}}"),
    (HPA, f"{{{TARGET}, maxReplicas: 2, behavior: {{}}}}"),
]


@pytest.mark.parametrize(("resource", "spec"), SOUND)
def test_a_sound_workload_is_not_refused(resource: str, spec: str) -> None:
    assert told(resource, spec) == []


def changed(resource: str, old: str, change: dict[str, Any]) -> list[str]:
    meta = {"name": "x", "namespace": "d", "resourceVersion": "1"}
    before = default(resource, {"metadata": meta, "spec": yaml.safe_load(old)})
    after = default(resource, {**before, "spec": {**before["spec"], **change}})
    return [f"{error.field}: {error.message}" for error in validate_update(resource, after, before)]


def test_selectors_do_not_change() -> None:
    fits = f"{{selector: {{matchLabels: {{a: b}}}}, template: {PODS}}}"
    other = {"selector": {"matchLabels": {"a": "b", "c": "d"}}}
    fixed = 'spec.selector: Invalid value: {"matchLabels":{"a":"b","c":"d"}}: field is immutable'
    mismatch = f'spec.template.metadata.labels: Invalid value: {{"a":"b"}}: {MISMATCH}'
    assert changed(DEPLOYMENT, fits, other) == [mismatch, fixed]
    assert changed(DAEMON, fits, other) == [fixed, mismatch]


def test_of_a_job_little_changes() -> None:
    job = f"{{suspend: true, completions: 2, template: {ENDING}}}"
    assert changed(JOB, job, {"completions": 3}) == ["spec.completions: Invalid value: 3: field is immutable"]
    assert changed(JOB, job, {"completionMode": "Indexed"}) == [
        'spec.completionMode: Invalid value: "Indexed": field is immutable'
    ]
    assert changed(JOB, job, {"parallelism": 4, "backoffLimit": 1}) == []


SCHEDULES = {
    "@daily": "",
    "@every 1h30m": "",
    "@often": "unrecognized descriptor: @often",
    "60 * * * *": "end of range (60) above maximum (59): 60",
    "5-1 * * * *": "beginning of range (5) beyond end of range (1): 5-1",
    "*/0 * * * *": "step of range should be a positive number: */0",
    "* * 0 * *": "beginning of range (0) below minimum (1): 0",
    "a * * * *": 'failed to parse int from a: strconv.Atoi: parsing "a": invalid syntax',
}


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_schedules(schedule: str) -> None:
    assert schedule_error(schedule) == SCHEDULES[schedule]
