"""Containers of a pod: regular, init and ephemeral ones (core/validation, validateContainerCommon and its callers)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from quorate.apiserver.validation import env, probes, resources
from quorate.apiserver.validation.errors import (
    FieldError,
    duplicate,
    each_invalid,
    forbidden,
    invalid,
    not_found,
    not_supported,
    required,
)
from quorate.apiserver.validation.mounts import devices, mounts
from quorate.apiserver.validation.security import container_context
from quorate.apiserver.validation.texts import port_errors, port_name_errors
from quorate.apiserver.validation.volume_sources import PULL_POLICIES, pull_policy
from quorate.contract.plan import Obj
from quorate.objects.names import dns1123_label_errors

PROTOCOLS = ["SCTP", "TCP", "UDP"]
RESTART_POLICIES = ["Always", "Never", "OnFailure"]
_MESSAGE_POLICIES = ["File", "FallbackToLogsOnError"]
_OF_OTHERS = (
    "ports", "resources", "resizePolicy", "restartPolicy", "restartPolicyRules", "livenessProbe", "readinessProbe",
    "startupProbe", "lifecycle",
)  # fmt: skip
"""What an ephemeral container does not have, in the order of Kubernetes' struct."""
_NOT_EPHEMERAL = "cannot be set for an Ephemeral Container"
_NOT_INIT = "may not be set for init containers without restartPolicy=Always"


@dataclass(frozen=True, slots=True)
class Around:
    """What a container is checked against: the rest of its pod."""

    volumes: Mapping[str, Obj]
    claims: Collection[str]
    grace: int | None
    restart_policy: str
    host_users: bool
    in_pod: bool


def regular(field: str, found: Sequence[Obj], around: Around) -> list[FieldError]:
    if not found:
        return [required(field)]
    errors: list[FieldError] = []
    names: set[str] = set()
    for i, container in enumerate(found):
        at = f"{field}[{i}]"
        errors += _common(at, container, around)
        name = container.get("name", "")
        if name in names:
            errors.append(duplicate(f"{at}.name", name))
        names.add(name)
        errors += _running(at, container, around)
        if "restartPolicy" in container or "restartPolicyRules" in container:
            errors += _restarts(at, container)
    return errors + _host_ports(field, found)


def init(field: str, found: Sequence[Obj], containers: Sequence[Obj], around: Around) -> list[FieldError]:
    """Those with restartPolicy Always are sidecars, which may be probed and hooked like regular containers."""
    errors: list[FieldError] = []
    names = {container.get("name", "") for container in containers}
    for i, container in enumerate(found):
        at = f"{field}[{i}]"
        errors += _common(at, container, around)
        if "restartPolicy" in container or "restartPolicyRules" in container:
            errors += _restarts(at, container)
        name = container.get("name", "")
        if name in names:
            errors.append(duplicate(f"{at}.name", name))
        elif name:
            names.add(name)
        errors += _host_ports(field, [container])
        if container.get("restartPolicy") == "Always":
            errors += _running(at, container, around)
        else:
            running = ("lifecycle", *probes.PROBES)
            errors += [forbidden(f"{at}.{kind}", _NOT_INIT) for kind in running if kind in container]
    return errors


def ephemeral(field: str, found: Sequence[Obj], others: Sequence[Obj], around: Around) -> list[FieldError]:
    """`others` are the pod's regular and init containers, with which they share their names."""
    errors: list[FieldError] = []
    targets = {container.get("name", "") for container in others}
    names = set(targets)
    for i, container in enumerate(found):
        at = f"{field}[{i}]"
        errors += _common(at, container, around) + image_spaces(at, container)
        name, target = container.get("name", ""), container.get("targetContainerName")
        if name in names:
            errors.append(duplicate(f"{at}.name", name))
        names.add(name)
        if target and target not in targets:
            errors.append(not_found(f"{at}.targetContainerName", target))
        errors += [forbidden(f"{at}.{key}", _NOT_EPHEMERAL) for key in _OF_OTHERS if _is_set(container, key)]
        for j, mount in enumerate(container.get("volumeMounts") or ()):
            for key in ("subPath", "subPathExpr"):
                if mount.get(key):
                    errors.append(forbidden(f"{at}.volumeMounts[{j}].{key}", _NOT_EPHEMERAL))
    return errors


def _is_set(container: Obj, field: str) -> bool:
    """Resources without anything in them are no resources; a probe without anything is one."""
    value = container.get(field)
    return bool(value) if field == "resources" else value is not None


def image_spaces(field: str, container: Obj) -> list[FieldError]:
    """Asked of pods only: templates with such images are around, and must stay valid."""
    image = container.get("image", "")
    if image == image.strip():
        return []
    return [invalid(f"{field}.image", image, "must not have leading or trailing whitespace")]


def _common(field: str, container: Obj, around: Around) -> list[FieldError]:
    errors: list[FieldError] = []
    name = container.get("name")
    if not name:
        errors.append(required(f"{field}.name"))
    else:
        wrong = dns1123_label_errors(name)
        if wrong:
            errors += each_invalid(f"{field}.name", name, wrong)
    if not container.get("image"):
        errors.append(required(f"{field}.image"))
    policy = container.get("terminationMessagePolicy", "")
    if policy not in _MESSAGE_POLICIES:
        at = f"{field}.terminationMessagePolicy"
        errors.append(not_supported(at, policy, _MESSAGE_POLICIES) if policy else required(at))
    if "ports" in container:
        errors += _ports(f"{field}.ports", container["ports"])
    if "env" in container:
        errors += env.variables(f"{field}.env", container["env"])
    if "envFrom" in container:
        errors += env.sources(f"{field}.envFrom", container["envFrom"])
    if "volumeMounts" in container:
        errors += mounts(field, container, around.volumes)
    if "volumeDevices" in container:
        errors += devices(field, container, around.volumes, around.host_users)
    if container.get("imagePullPolicy") not in PULL_POLICIES:
        errors += pull_policy(f"{field}.imagePullPolicy", container.get("imagePullPolicy", ""))
    if container.get("resources"):
        errors += resources.requirements(f"{field}.resources", container["resources"], around.claims)
    if "resizePolicy" in container:
        errors += _resize(f"{field}.resizePolicy", container["resizePolicy"], around.restart_policy)
    if "securityContext" in container:
        errors += container_context(f"{field}.securityContext", container["securityContext"], around.host_users)
    return errors


def _running(field: str, container: Obj, around: Around) -> list[FieldError]:
    """Of containers that keep running: hooks and probes."""
    errors: list[FieldError] = []
    if "lifecycle" in container:
        errors += probes.lifecycle(f"{field}.lifecycle", container["lifecycle"], around.grace)
    for kind in probes.PROBES:
        if kind in container:
            errors += probes.probe(f"{field}.{kind}", kind, container[kind])
    return errors


def _ports(field: str, ports: Sequence[Obj]) -> list[FieldError]:
    errors: list[FieldError] = []
    names: set[str] = set()
    for i, port in enumerate(ports or ()):
        name, number, host = port.get("name"), port.get("containerPort", 0), port.get("hostPort", 0)
        if name:
            wrong = port_name_errors(name)
            if wrong:
                errors += each_invalid(f"{field}[{i}].name", name, wrong)
            elif name in names:
                errors.append(duplicate(f"{field}[{i}].name", name))
            names.add(name)
        if not number:
            errors.append(required(f"{field}[{i}].containerPort"))
        elif not 0 < number < 65536:
            errors += each_invalid(f"{field}[{i}].containerPort", number, port_errors(number))
        if host and not 0 < host < 65536:
            errors += each_invalid(f"{field}[{i}].hostPort", host, port_errors(host))
        protocol = port.get("protocol")
        if not protocol:
            errors.append(required(f"{field}[{i}].protocol"))
        elif protocol not in PROTOCOLS:
            errors.append(not_supported(f"{field}[{i}].protocol", protocol, PROTOCOLS))
    return errors


def _host_ports(field: str, containers: Sequence[Obj]) -> list[FieldError]:
    errors: list[FieldError] = []
    taken: set[str] = set()
    for i, container in enumerate(containers):
        for j, port in enumerate(container.get("ports") or ()):
            if port.get("hostPort"):
                text = f"{port.get('protocol', '')}/{port.get('hostIP', '')}/{port['hostPort']}"
                if text in taken:
                    errors.append(duplicate(f"{field}[{i}].ports[{j}].hostPort", text))
                taken.add(text)
    return errors


def _resize(field: str, policies: Sequence[Obj], restart_policy: str) -> list[FieldError]:
    errors: list[FieldError] = []
    seen: set[str] = set()
    for i, policy in enumerate(policies or ()):
        name, restart = policy.get("resourceName", ""), policy.get("restartPolicy", "")
        if name in seen:
            errors.append(duplicate(f"{field}[{i}]", name))
        seen.add(name)
        choices = ["NotRequired", "RestartContainer"]
        for value, known in ((name, ["cpu", "memory"]), (restart, choices)):
            if value not in known:
                errors.append(not_supported(field, value, known) if value else required(field))
        if restart_policy == "Never" and restart != "NotRequired":
            why = "must be 'NotRequired' when `restartPolicy` is 'Never'"
            errors.append(invalid(field, restart, why))
    return errors


def _restarts(field: str, container: Obj) -> list[FieldError]:
    """A restart policy of its own, and rules by exit code (ContainerRestartRules)."""
    policy, rules = container.get("restartPolicy"), container.get("restartPolicyRules") or ()
    errors: list[FieldError] = []
    if policy is not None and policy not in RESTART_POLICIES:
        errors.append(not_supported(f"{field}.restartPolicy", policy, RESTART_POLICIES))
    if rules and policy is None:
        errors.append(required(f"{field}.restartPolicy", "must specify restartPolicy when restart rules are used"))
    for i, rule in enumerate(rules):
        at = f"{field}.restartPolicyRules[{i}]"
        if rule.get("action") != "Restart":
            errors.append(not_supported(f"{at}.action", rule.get("action", ""), ["Restart"]))
        codes = rule.get("exitCodes")
        if codes is None:
            errors.append(required(f"{at}.exitCodes", "must be specified"))
        elif codes.get("operator") not in ("In", "NotIn"):
            errors.append(not_supported(f"{at}.exitCodes.operator", codes.get("operator", ""), ["In", "NotIn"]))
    return errors
