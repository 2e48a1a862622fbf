"""Defaults of a container, be it regular, init or ephemeral (Kubernetes: SetDefaults_Container, SetDefaults_Probe)."""

from quorate.apiserver.defaults.images import pull_policy
from quorate.apiserver.defaults.sharing import every, filled, mapped, rounded_resources
from quorate.apiserver.defaults.volumes import default_field_ref
from quorate.contract.plan import Obj

_PROBE = {"timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3}
_HTTP_GET = {"path": "/", "scheme": "HTTP"}
_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")


def _http_get(action: Obj) -> Obj:
    return filled(action, _HTTP_GET)


def _grpc(action: Obj) -> Obj:
    return action if "service" in action else {**action, "service": ""}


def _handler(handler: Obj) -> Obj:
    if "httpGet" in handler:
        handler = mapped(handler, "httpGet", _http_get)
    if "grpc" in handler:
        handler = mapped(handler, "grpc", _grpc)
    return handler


def _probe(probe: Obj) -> Obj:
    missing = {field: value for field, value in _PROBE.items() if not probe.get(field)}
    return _handler({**probe, **missing} if missing else probe)


def _lifecycle(lifecycle: Obj) -> Obj:
    return mapped(mapped(lifecycle, "postStart", _handler), "preStop", _handler)


def _port(port: Obj) -> Obj:
    return port if port.get("protocol") else {**port, "protocol": "TCP"}


def _env(variable: Obj) -> Obj:
    return mapped(variable, "valueFrom", _value_from) if "valueFrom" in variable else variable


def _value_from(source: Obj) -> Obj:
    if "fileKeyRef" in source:
        return mapped(source, "fileKeyRef", _file_key)
    return default_field_ref(source)


def _file_key(ref: Obj) -> Obj:
    return ref if "optional" in ref else {**ref, "optional": False}


def default_container(container: Obj) -> Obj:
    out = container
    if not out.get("imagePullPolicy"):
        out = {**out, "imagePullPolicy": pull_policy(out.get("image", ""))}
    if not out.get("terminationMessagePath"):
        out = {**out, "terminationMessagePath": "/dev/termination-log"}
    if not out.get("terminationMessagePolicy"):
        out = {**out, "terminationMessagePolicy": "File"}
    resources = out.get("resources")
    if resources is None:
        out = {**out, "resources": {}}
    elif resources:
        out = mapped(out, "resources", rounded_resources)
    if "ports" in out:
        out = every(out, "ports", _port)
    if "env" in out:
        out = every(out, "env", _env)
    for probe in _PROBES:
        if probe in out:
            out = mapped(out, probe, _probe)
    if "lifecycle" in out:
        out = mapped(out, "lifecycle", _lifecycle)
    return out
