"""Containers that end when they should run: what their exit says, and the last words of their logs."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from quorate.diagnosis.case import Case, names
from quorate.diagnosis.finding import Weigh
from quorate.diagnosis.podstate import Exit, PodState
from quorate.kernel.clock import SECOND, Duration
from quorate.objects.pod import grace_period

SIGNALS = {
    1: "SIGHUP",
    2: "SIGINT",
    3: "SIGQUIT",
    4: "SIGILL",
    6: "SIGABRT",
    7: "SIGBUS",
    8: "SIGFPE",
    9: "SIGKILL",
    11: "SIGSEGV",
    13: "SIGPIPE",
    15: "SIGTERM",
}

FULL = re.compile(r"no space left on device|ENOSPC|disk (is )?full|disk quota exceeded|EDQUOT", re.I)
DENIED = re.compile(
    r"permission denied|EACCES|operation not permitted|read-only file system|EROFS|must be owned by|wrong ownership",
    re.I,
)
CORRUPT = re.compile(
    r"corrupt|checksum (mismatch|failed)|invalid checkpoint|bad magic|PANIC:.*(wal|redo)|could not locate a valid checkpoint",
    re.I,
)
DNS = re.compile(
    r"no such host|NXDOMAIN|could not resolve|name or service not known|UnknownHostException|getaddrinfo|EAI_AGAIN",
    re.I,
)
MEMORY = re.compile(r"out of memory|OutOfMemoryError|cannot allocate memory|ENOMEM", re.I)
WORDS = re.compile(r"fatal|panic|error|exception|fail|denied|cannot|unable|invalid", re.I)


@dataclass(frozen=True, slots=True)
class Crash:
    """Pods whose container of one name crashes in one way. `words` are the log's last telling lines."""

    pods: list[PodState]
    exit: Exit | None
    words: tuple[str, ...]
    killed_by: str
    """ "liveness" or "startup" when a probe had it killed."""

    @property
    def first(self) -> PodState:
        return self.pods[0]


def crashes(case: Case) -> list[Crash]:
    """Crashing pods, those that crash alike together."""
    groups: dict[tuple[str, int, str, str], list[PodState]] = {}
    for pod in case.at("crashing", "failed"):
        if pod.stage == "failed" and (case.history(pod) or pod.reason in ("Evicted", "DeadlineExceeded")):
            continue
        code, reason = (pod.exit.code, pod.exit.reason) if pod.exit is not None else (-1, pod.reason)
        groups.setdefault((pod.container, code, reason, probe_kill(case, pod)), []).append(pod)
    return [Crash(pods, pods[0].exit, last_words(case, pods[0]), key[3]) for key, pods in groups.items()]


def probe_kill(case: Case, pod: PodState) -> str:
    """Which probe had the container killed, by the kubelet's events; "" when none did."""
    spec = pod.spec_of()
    for told in reversed(case.events_of(pod.pod, "Killing", "Unhealthy")):
        for probe in ("liveness", "startup"):
            if f"failed {probe} probe" in told.message or told.message.startswith(f"{probe.capitalize()} probe failed"):
                return probe if spec.get(f"{probe}Probe") else ""
    return _inferred_kill(pod)


def _inferred_kill(pod: PodState) -> str:
    """Without events: a container with such a probe that was killed (not for lack of memory), about when it would give up."""
    ended, spec = pod.exit, pod.spec_of()
    if ended is None or ended.code not in (137, 143) or ended.reason == "OOMKilled" or ended.lasted is None:
        return ""
    startup, liveness = spec.get("startupProbe"), spec.get("livenessProbe")
    if startup and ended.lasted <= _gives_up(startup) * 3 // 2 + grace_period(pod.pod):
        return "startup"
    return "liveness" if liveness and ended.lasted >= _gives_up(liveness) * 2 // 3 else ""


def _gives_up(probe: dict[str, Any]) -> Duration:
    tries = (int(probe.get("failureThreshold") or 3) - 1) * int(probe.get("periodSeconds") or 10)
    return (int(probe.get("initialDelaySeconds") or 0) + tries) * SECOND


def last_words(case: Case, pod: PodState, most: int = 3) -> tuple[str, ...]:
    """From the termination message and the previous run's log: lines that tell of an error before the rest."""
    lines = [*(case.evidence.log(pod.pod, pod.container, True) or case.evidence.log(pod.pod, pod.container))]
    if pod.exit is not None and pod.exit.message:
        lines += pod.exit.message.strip().splitlines()
    lines = [line.strip() for line in lines if line.strip()]
    telling = [line for line in lines[-40:] if WORDS.search(line)]
    return tuple((telling or lines)[-most:])


def meaning(exit: Exit | None) -> str:
    """An exit code in words."""
    if exit is None:
        return "an end of which nothing is recorded"
    signal = exit.signal or (exit.code - 128 if 128 < exit.code < 160 else 0)
    if exit.reason == "OOMKilled":
        return f"exit code {exit.code}, killed for lack of memory"
    if signal:
        return f"exit code {exit.code}, ended by {SIGNALS.get(signal, f'signal {signal}')}"
    known = {
        0: "it ended as if its work were done",
        126: "its command cannot be executed",
        127: "its command was not found",
    }
    return f"exit code {exit.code}" + (f", {known[exit.code]}" if exit.code in known else "")


def weigh(case: Case, crash: Crash, weight: float) -> Weigh:
    pod = crash.first
    out = Weigh()
    state = (
        f"waits with {pod.reason}" if pod.reason else "ended" if pod.stage == "failed" else "runs between two crashes"
    )
    out.says(
        weight,
        f"{names(crash.pods)}: container {pod.container} {state}, restarted {pod.restarts} times; last end: "
        f"{meaning(crash.exit)}",
        pod.status_path,
        pod.since,
    )
    if crash.exit is not None and crash.exit.lasted is not None:
        out.says(
            0.1,
            f"its last run lasted {crash.exit.lasted // SECOND} s",
            f"{pod.status_path}.lastState",
            crash.exit.finished,
        )
    if crash.words:
        out.says(0.3, f"its last words: {crash.words[-1]}", f"log of {pod.label} ({pod.container})")
    return out


def log_command(case: Case, pod: PodState) -> str:
    return f"kubectl logs {pod.name} -n {case.namespace} -c {pod.container} --previous --tail=50"


def crash_like(case: Case, alike: Callable[[Crash], bool]) -> Crash | None:
    """The crash with the most pods that is like this."""
    found = [c for c in crashes(case) if alike(c)]
    return max(found, key=lambda c: len(c.pods)) if found else None
