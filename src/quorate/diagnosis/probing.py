"""Probes: what they ask, what they were told, and whether they can be right at all."""

import re
from dataclasses import dataclass
from typing import Any, Literal

from quorate.diagnosis.case import Case
from quorate.diagnosis.podstate import PodState
from quorate.diagnosis.told import Told
from quorate.kernel.clock import SECOND, Duration

Obj = dict[str, Any]
Which = Literal["readiness", "liveness", "startup"]

NOT_LISTENING = re.compile(r"connection refused|no route to host|connection reset", re.I)
SCHEME = re.compile(
    r"server gave HTTP response to HTTPS client|malformed HTTP response|first record does not look like a TLS|client sent an HTTP request to an HTTPS server|x509",
    re.I,
)
PATH = re.compile(r"statuscode: (404|405|401|403|400|301|302)")
TIMEOUT = re.compile(r"timed? ?out|deadline exceeded|Client\.Timeout", re.I)
COMMAND = re.compile(
    r"executable file not found|no such file or directory|OCI runtime exec failed|permission denied|command not found",
    re.I,
)
STATUS = re.compile(r"statuscode: (5\d\d)|NOT_SERVING|exited with")


@dataclass(frozen=True, slots=True)
class Probe:
    """A probe of a pod's container. `target` in a few words, `flaw` why it can never succeed ("" when it may)."""

    which: Which
    spec: Obj
    target: str
    flaw: str
    told: Told | None

    @property
    def message(self) -> str:
        return self.told.message if self.told is not None else ""

    @property
    def patience(self) -> Duration:
        """How long after a start the container is given before it counts as failed."""
        tries = int(self.spec.get("failureThreshold") or 3) * int(self.spec.get("periodSeconds") or 10)
        return (int(self.spec.get("initialDelaySeconds") or 0) + tries) * SECOND


def probe_of(case: Case, pod: PodState, which: Which) -> Probe | None:
    container = pod.spec_of()
    spec = container.get(f"{which}Probe")
    if not spec:
        return None
    head = f"{which.capitalize()} probe"
    told = next(
        (t for t in reversed(case.events_of(pod.pod, "Unhealthy", "ProbeWarning")) if t.message.startswith(head)), None
    )
    return Probe(which, spec, _target(spec), _flaw(container, spec), told)


def _target(spec: Obj) -> str:
    for field, verb in (("httpGet", "GET"), ("tcpSocket", "connect to"), ("grpc", "gRPC on")):
        found = spec.get(field)
        if found:
            path = f" {found.get('path') or '/'}" if field == "httpGet" else ""
            scheme = f" ({found['scheme']})" if field == "httpGet" and found.get("scheme") == "HTTPS" else ""
            return f"{verb} port {found.get('port')}{path}{scheme}"
    return f"run {' '.join(map(str, (spec.get('exec') or {}).get('command') or ()))}"


def _flaw(container: Obj, spec: Obj) -> str:
    """A port by a name that the container does not have, or one that it does not say that it listens on."""
    for field in ("httpGet", "tcpSocket", "grpc"):
        port = (spec.get(field) or {}).get("port")
        if port is None:
            continue
        ports = container.get("ports") or ()
        if isinstance(port, str) and not port.isdecimal():
            return "" if any(p.get("name") == port for p in ports) else f"the container has no port named {port}"
        known = [int(p["containerPort"]) for p in ports if p.get("containerPort")]
        if known and int(port) not in known:
            return f"it asks port {port}, and the container says that it listens on {', '.join(map(str, known))}"
    return ""


def misaimed(probe: Probe) -> str:
    """What of the probe is wrong, by what it was told: "port", "path", "scheme", "command", or "" when it may be right."""
    said = probe.message
    if SCHEME.search(said):
        return "scheme"
    if PATH.search(said):
        return "path"
    if COMMAND.search(said) and probe.spec.get("exec"):
        return "command"
    if probe.flaw:
        return "port"
    return ""
