"""What is refused of a Job, in Kubernetes' own words."""

from typing import Any

import pytest
import yaml

from quorate.apiserver.defaults import default
from quorate.apiserver.validation import validate, validate_update

JOB = "jobs.batch"
ENDING = "{spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}"
AT = "spec.podFailurePolicy.rules[0]"
OK = "spec.successPolicy.rules[0]"
REFUSED: list[tuple[str, list[str]]] = [
    ("podFailurePolicy: {rules: [{action: FailIndex, onExitCodes: {operator: In, values: [0, 3, 2]}}]}", [
        f'{AT}.action: Invalid value: "FailIndex": requires the backoffLimitPerIndex to be set',
        f"{AT}.onExitCodes.values[0]: Invalid value: 0: must not be 0 for the In operator",
        f"{AT}.onExitCodes.values: Invalid value: [0,3,2]: must be ordered",
    ]),
    ("podFailurePolicy: {rules: [{onExitCodes: {operator: Is, containerName: d, values: []}}]}", [
        f'{AT}.action: Required value: valid values: ["Count" "FailIndex" "FailJob" "Ignore"]',
        f'{AT}.onExitCodes.operator: Unsupported value: "Is": supported values: "In", "NotIn"',
        f'{AT}.onExitCodes.containerName: Invalid value: "d": must be one of the container or initContainer names in '
        "the pod template",
        f"{AT}.onExitCodes.values: Invalid value: []: at least one value is required",
    ]),
    ("podFailurePolicy: {rules: [{action: Stop, onExitCodes: {operator: NotIn, values: [1, 1]}, onPodConditions: "
     "[{type: Ready, status: Maybe}]}]}", [
        f'{AT}.action: Unsupported value: "Stop": supported values: "Count", "FailIndex", "FailJob", "Ignore"',
        f"{AT}.onExitCodes.values[1]: Duplicate value: 1",
        f'{AT}.onPodConditions[0].status: Unsupported value: "Maybe": supported values: "False", "True", "Unknown"',
        f"{AT}: Invalid value: specifying both OnExitCodes and OnPodConditions is not supported",
    ]),
    ("podFailurePolicy: {rules: [{action: Ignore}]}", [
        f"{AT}: Invalid value: specifying one of OnExitCodes and OnPodConditions is required",
    ]),
    ("successPolicy: {rules: [{succeededCount: 1}]}", [
        'spec.successPolicy: Invalid value: {"Rules":[{"SucceededIndexes":null,"SucceededCount":1}]}: requires indexed '
        "completion mode",
    ]),
    ("completionMode: Indexed, completions: 3, successPolicy: {rules: []}", [
        "spec.successPolicy.rules: Required value: at least one rules must be specified when the successPolicy is "
        "specified",
    ]),
    ("completionMode: Indexed, completions: 3, successPolicy: {rules: [{}]}", [
        f"{OK}: Required value: at least one of succeededCount or succeededIndexes must be specified",
    ]),
    ("completionMode: Indexed, completions: 3, successPolicy: {rules: [{succeededIndexes: '0,5', succeededCount: 4}]}", [
        f'{OK}.succeededIndexes: Invalid value: "0,5": error parsing succeededIndexes: too large index: "5"',
        f"{OK}.succeededCount: Invalid value: 4: must be less than or equal to 3 (the number of specified completions)",
        f"{OK}.succeededCount: Invalid value: 4: must be less than or equal to 0 (the number of indexes in the specified "
        "succeededIndexes field)",
    ]),
    ("completionMode: Indexed, completions: 9, successPolicy: {rules: [{succeededIndexes: '3-1'}]}", [
        f'{OK}.succeededIndexes: Invalid value: "3-1": error parsing succeededIndexes: non-increasing order, previous: '
        "3, current: 1",
    ]),
    ("completionMode: Indexed, completions: 9, successPolicy: {rules: [{succeededIndexes: '1-2-3'}]}", [
        f'{OK}.succeededIndexes: Invalid value: "1-2-3": error parsing succeededIndexes: the fragment "1-2-3" violates '
        "the requirement that an index interval can have at most two parts separated by '-'",
    ]),
    ("completionMode: Indexed, completions: 9, successPolicy: {rules: [{succeededIndexes: one}]}", [
        f'{OK}.succeededIndexes: Invalid value: "one": error parsing succeededIndexes: cannot convert string to integer '
        'for index: "one"',
    ]),
    ("completionMode: Indexed, completions: 3, backoffLimitPerIndex: 1, maxFailedIndexes: 4", [
        "spec.maxFailedIndexes: Invalid value: 4: must be less than or equal to completions",
    ]),
    ("completionMode: Indexed, completions: 100001, parallelism: 10001, backoffLimitPerIndex: 1", [
        "spec.maxFailedIndexes: Required value: must be specified when completions is above 100000",
        "spec.parallelism: Invalid value: 10001: must be less than or equal to 10000 when completions are above 100000 "
        "and used with backoff limit per index",
    ]),
    ("managedBy: me", [
        'spec.managedBy: Invalid value: "me": must be a domain-prefixed path (such as "acme.io/foo")',
    ]),
]  # fmt: skip


def job(spec: str) -> dict[str, Any]:
    made = yaml.safe_load(f"{{{spec}, template: {ENDING}}}")
    return default(JOB, {"metadata": {"name": "x", "namespace": "d", "resourceVersion": "1"}, "spec": made})


@pytest.mark.parametrize(("spec", "errors"), REFUSED, ids=[spec for spec, _ in REFUSED])
def test_refused(spec: str, errors: list[str]) -> None:
    assert [f"{e.field}: {e.message}" for e in validate(JOB, job(spec))] == errors


def test_the_last_pod_of_an_indexed_job_must_have_a_host_name() -> None:
    made = job("completionMode: Indexed, completions: 11")
    made["metadata"]["name"] = "x" * 61
    (error,) = validate(JOB, made)
    assert error.message.endswith(f"will not able to create pod with invalid DNS label: {'x' * 61}-10")


def changed(before: str, change: dict[str, Any], status: dict[str, Any] | None = None) -> list[str]:
    old = {**job(before), "status": status or {}}
    new = default(JOB, {**old, "spec": {**old["spec"], **change}})
    return [f"{e.field}: {e.message}" for e in validate_update(JOB, new, old)]


def test_an_indexed_job_is_resized_by_both_numbers_at_once() -> None:
    indexed = "completionMode: Indexed, completions: 3, parallelism: 2"
    assert changed(indexed, {"completions": 4, "parallelism": 4}) == []
    assert changed(indexed, {"completions": 2}) == []
    assert changed(indexed, {"completions": 4}) == [
        "spec.completions: Invalid value: 4: can only be modified in tandem with spec.parallelism"
    ]


def template(**pod: Any) -> dict[str, Any]:
    made: dict[str, Any] = yaml.safe_load(ENDING)
    made["spec"] |= pod
    return {"template": made}


AMOUNTS = {"resources": {"requests": {"cpu": "1"}, "limits": {"cpu": "2"}}}
MOVED = template(nodeSelector={"disk": "ssd"}, containers=[{"name": "c", "image": "i", **AMOUNTS}])


@pytest.mark.parametrize(
    ("before", "status", "change", "allowed"),
    [
        ("suspend: true", {}, MOVED, True),
        ("suspend: true", {"startTime": "2026-01-01T00:00:00Z", "active": 1}, MOVED, False),
        ("suspend: true", {"startTime": "2026-01-01T00:00:00Z"}, MOVED, True),
        ("suspend: false", {}, MOVED, False),
        ("suspend: true", {}, template(containers=[{"name": "c", "image": "other"}]), False),
        ("suspend: true", {}, template(affinity={"nodeAffinity": {}}), True),
        ("suspend: true", {}, template(affinity={"podAntiAffinity": {}}), False),
    ],
)
def test_a_suspended_job_may_be_told_where_to_run_and_on_how_much(
    before: str, status: dict[str, Any], change: dict[str, Any], allowed: bool
) -> None:
    errors = changed(before, change, status)
    assert [error.endswith("field is immutable") for error in errors] == ([] if allowed else [True])


def test_what_is_wrong_with_a_changed_job_stands_in_two_causes() -> None:
    assert (
        changed("parallelism: 1", {"parallelism": -1})
        == ["spec.parallelism: Invalid value: -1: must be greater than or equal to 0"] * 2
    )


def test_a_template_is_shown_as_go_has_it() -> None:
    (error,) = changed("suspend: false", template(containers=[{"name": "c", "image": "j", "args": ["a"], "tty": True}]))
    (_, shown) = error.split("spec.template: Invalid value: ")
    shown = shown.removesuffix(": field is immutable")
    assert shown.startswith('{"Spec":{"Volumes":null,"InitContainers":null,"Containers":[{"Name":"c","Image":"j",')
    assert (
        '"Command":null,"Args":["a"],"WorkingDir":"","Ports":null,"EnvFrom":null,"Env":null,'
        '"Resources":{"Limits":null,"Requests":null,"Claims":null},"ResizePolicy":null,'
    ) in shown
    assert '"ImagePullPolicy":"Always","SecurityContext":null,"Stdin":false,"StdinOnce":false,"TTY":true}]' in shown
    assert '"RestartPolicy":"Never","TerminationGracePeriodSeconds":30,"ActiveDeadlineSeconds":null,' in shown
    assert (
        '"SecurityContext":{"HostNetwork":false,"HostPID":false,"HostIPC":false,"ShareProcessNamespace":null,' in shown
    )


def test_of_a_suspended_job_the_spec_of_its_pods_is_compared() -> None:
    other = template(containers=[{"name": "c", "image": "other"}])
    (error,) = changed("suspend: true", other)
    assert error.startswith('spec.template.spec: Invalid value: {"Volumes":null,"InitContainers":null,"Containers":[')
    (error,) = changed("suspend: false", other)
    assert error.startswith('spec.template: Invalid value: {"Spec":{"Volumes":null')
    named = template()
    named["template"]["metadata"] = {"labels": {"a": "b"}}
    assert changed("suspend: true", named) == []
