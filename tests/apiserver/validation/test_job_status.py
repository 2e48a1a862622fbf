"""What is refused of a Job's status, in Kubernetes' own words."""

from typing import Any

import pytest
import yaml

from quorate.apiserver.validation import validate_status_update

THEN, LATER = "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z"
MET = "{type: SuccessCriteriaMet, status: 'True'}"
DONE = f"[{MET}, {{type: Complete, status: 'True'}}]"
FAILED = "[{type: FailureTarget, status: 'True'}, {type: Failed, status: 'True'}]"
INDEXED = "{completionMode: Indexed, completions: 3, parallelism: 2, backoffLimitPerIndex: 1}"


def told(spec: str, was: str, status: str) -> list[str]:
    def job(status: str) -> dict[str, Any]:
        meta = {"name": "j", "namespace": "d", "uid": "u", "resourceVersion": "1"}
        return {"metadata": meta, "spec": yaml.safe_load(spec), "status": yaml.safe_load(status)}

    return [f"{error.field}: {error.message}" for error in validate_status_update("jobs.batch", job(status), job(was))]


REFUSED: list[tuple[str, str, str, list[str]]] = [
    ("{}", "{}", "{active: 0, ready: 1}", [
        "status.ready: Invalid value: 1: cannot set more ready pods than active",
    ]),
    ("{}", "{}", "{uncountedTerminatedPods: {succeeded: [a, ''], failed: [a]}}", [
        'status.uncountedTerminatedPods.succeeded[1]: Invalid value: "": must not be empty',
        'status.uncountedTerminatedPods.failed[0]: Duplicate value: "a"',
    ]),
    ("{}", "{}", f"{{completionTime: '{THEN}'}}", [
        f'status.completionTime: Invalid value: "{THEN}": cannot set completionTime when there is no Complete=True condition',
    ]),
    ("{}", f"{{startTime: '{THEN}'}}", f"{{startTime: '{THEN}', active: 1, terminating: 2, uncountedTerminatedPods: "
     f"{{failed: [a]}}, conditions: {DONE}}}", [
        "status.completionTime: Required value: completionTime is required for Complete jobs",
        "status.active: Invalid value: 1: active>0 is invalid for finished job",
        'status.uncountedTerminatedPods: Invalid value: {"Succeeded":null,"Failed":["a"]}: must be empty for finished job',
        "status.terminating: Invalid value: 2: terminating>0 is invalid for finished job",
    ]),
    ("{}", "{}", f"{{conditions: {FAILED}}}", ["status.startTime: Required value: startTime is required for finished job"]),
    ("{}", f"{{startTime: '{LATER}'}}", f"{{startTime: '{LATER}', completionTime: '{THEN}', conditions: {DONE}}}", [
        f'status.completionTime: Invalid value: "{THEN}": must be equal to or after `startTime`',
    ]),
    ("{}", f"{{startTime: '{THEN}'}}", f"{{startTime: '{THEN}', conditions: [{{type: Failed, status: 'True'}}]}}", [
        "status.conditions: Invalid value: cannot set Failed=True condition without the FailureTarget=true condition",
    ]),
    ("{}", f"{{startTime: '{THEN}', failed: 2, succeeded: 1}}", f"{{startTime: '{LATER}', failed: 1}}", [
        "status.failed: Invalid value: 1: cannot decrease the failed counter",
        "status.succeeded: Invalid value: 0: cannot decrease the succeeded counter",
        "status.startTime: Required value: startTime cannot be removed for unsuspended job",
    ]),
    ("{}", f"{{startTime: '{THEN}', completionTime: '{THEN}', conditions: {DONE}}}",
     f"{{startTime: '{THEN}', completionTime: '{LATER}', conditions: []}}", [
        f'status.completionTime: Invalid value: "{LATER}": cannot set completionTime when there is no Complete=True condition',
        "status.conditions: Invalid value: cannot disable the terminal Complete=True condition",
        f'status.completionTime: Invalid value: "{LATER}": field is immutable',
        "status.conditions: Invalid value: cannot disable the SuccessCriteriaMet=True condition",
    ]),
    ("{completions: 3}", "{}", "{completedIndexes: '1', failedIndexes: '2'}", [
        'status.completedIndexes: Invalid value: "1": cannot set non-empty completedIndexes when non-indexed completion mode',
        'status.failedIndexes: Invalid value: "2": cannot set non-null failedIndexes when backoffLimitPerIndex is null',
    ]),
    (INDEXED, "{}", "{completedIndexes: 1-3, failedIndexes: '0,x'}", [
        'status.completedIndexes: Invalid value: "1-3": error parsing completedIndexes: too large index: "3"',
        'status.failedIndexes: Invalid value: "0,x": error parsing failedIndexes: cannot convert string to integer for index: "x"',
    ]),
    (INDEXED, "{}", "{completedIndexes: '0,1', failedIndexes: 1-2}", [
        'status.failedIndexes: Invalid value: "1-2": failedIndexes and completedIndexes overlap at index: 1',
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("spec", "was", "status", "expected"), REFUSED)
def test_a_status_is_refused_in_kubernetes_words(spec: str, was: str, status: str, expected: list[str]) -> None:
    assert told(spec, was, status) == expected


SOUND = [
    ("{}", "{}", f"{{startTime: '{THEN}', active: 1, ready: 1}}"),
    ("{}", f"{{startTime: '{THEN}'}}", f"{{startTime: '{THEN}', completionTime: '{LATER}', succeeded: 1, conditions: {DONE}}}"),
    ("{suspend: true, completions: 0}", "{}", f"{{completionTime: '{LATER}', conditions: {DONE}}}"),
    ("{suspend: true}", f"{{startTime: '{THEN}'}}", "{}"),
    # What an older server has left may stay.
    ("{}", "{ready: 3}", "{ready: 3, failed: 1}"),
]  # fmt: skip


@pytest.mark.parametrize(("spec", "was", "status"), SOUND)
def test_a_sound_status_is_taken(spec: str, was: str, status: str) -> None:
    assert told(spec, was, status) == []
