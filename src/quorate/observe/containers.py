"""The metrics of containers, which are metrics of their pods: the same for init containers, under another name."""

from collections.abc import Iterable
from functools import partial

from quorate.contract.plan import Obj
from quorate.observe.family import Family, Sample, amounts, at, seconds, text


def _statuses(field: str, obj: Obj) -> list[Obj]:
    return at(obj, f"status.{field}Statuses") or []


def _info(field: str, specs: str, obj: Obj) -> Iterable[Sample]:
    asked = {c["name"]: c for c in at(obj, f"spec.{specs}") or ()}
    for status in _statuses(field, obj):
        spec = asked.get(status["name"]) or {}
        labels = [
            ("container", status["name"]), ("image_spec", spec.get("image", "")), ("image", status.get("image", "")),
            ("image_id", status.get("imageID", "")), ("container_id", status.get("containerID", "")),
        ]  # fmt: skip
        if field == "initContainer":
            labels.append(("restart_policy", spec.get("restartPolicy", "")))
        yield tuple(labels), 1


def _in_state(field: str, state: str, obj: Obj) -> Iterable[Sample]:
    for status in _statuses(field, obj):
        yield (("container", status["name"]),), int(at(status, f"state.{state}") is not None)


def _reason(field: str, path: str, obj: Obj) -> Iterable[Sample]:
    """Of the containers that are in that state only."""
    for status in _statuses(field, obj):
        found = at(status, path)
        if found is not None:
            yield (("container", status["name"]), ("reason", found.get("reason") or "")), 1


def _ready(field: str, obj: Obj) -> Iterable[Sample]:
    for status in _statuses(field, obj):
        yield (("container", status["name"]),), int(bool(status.get("ready")))


def _restarts(field: str, obj: Obj) -> Iterable[Sample]:
    for status in _statuses(field, obj):
        yield (("container", status["name"]),), int(status.get("restartCount") or 0)


def _started(obj: Obj) -> Iterable[Sample]:
    for status in _statuses("container", obj):
        started = text(status, "state.running.startedAt") or text(status, "state.terminated.startedAt")
        if started:
            yield (("container", status["name"]),), seconds(started)


def _last_exit_code(obj: Obj) -> Iterable[Sample]:
    for status in _statuses("container", obj):
        code = at(status, "lastState.terminated.exitCode")
        if code is not None:
            yield (("container", status["name"]),), int(code)


def _last_end(obj: Obj) -> Iterable[Sample]:
    for status in _statuses("container", obj):
        end = text(status, "lastState.terminated.finishedAt")
        if end:
            yield (("container", status["name"]),), seconds(end)


def _amounts(specs: str, asked: str, obj: Obj) -> Iterable[Sample]:
    node = text(obj, "spec.nodeName")
    for container in at(obj, f"spec.{specs}") or ():
        labels = (("container", container["name"]), ("node", node))
        yield from amounts(at(container, f"resources.{asked}"), labels)


def _both(prefix: str, field: str, specs: str, what: str) -> tuple[Family, ...]:
    status = f"{prefix}_status"
    return (
        Family(f"{prefix}_info", f"Information about {what} in a pod.", partial(_info, field, specs)),
        *(
            Family(
                f"{status}_{state}",
                f"Describes whether the {what} is currently in {state} state.",
                partial(_in_state, field, state),
            )
            for state in ("waiting", "running", "terminated")
        ),
        Family(
            f"{status}_waiting_reason",
            f"Describes the reason the {what} is waiting.",
            partial(_reason, field, "state.waiting"),
        ),
        Family(
            f"{status}_terminated_reason",
            f"Describes the reason the {what} is terminated.",
            partial(_reason, field, "state.terminated"),
        ),
        Family(
            f"{status}_last_terminated_reason",
            f"Describes the last reason the {what} was terminated.",
            partial(_reason, field, "lastState.terminated"),
        ),
        Family(f"{status}_ready", f"Describes whether the {what} is ready.", partial(_ready, field)),
        Family(f"{status}_restarts_total", f"The number of restarts of the {what}.", partial(_restarts, field)),
        Family(
            f"{prefix}_resource_requests",
            f"What the {what} requests of a resource.",
            partial(_amounts, specs, "requests"),
        ),
        Family(
            f"{prefix}_resource_limits", f"The limit of the {what} on a resource.", partial(_amounts, specs, "limits")
        ),
    )


CONTAINERS = (
    *_both("kube_pod_container", "container", "containers", "container"),
    Family("kube_pod_container_state_started", "Start time in unix timestamp for a pod container.", _started),
    Family(
        "kube_pod_container_status_last_terminated_exitcode",
        "The exit code of the last run of the container.",
        _last_exit_code,
    ),
    Family(
        "kube_pod_container_status_last_terminated_timestamp", "When the last run of the container ended.", _last_end
    ),
)
INIT_CONTAINERS = _both("kube_pod_init_container", "initContainer", "initContainers", "init container")
