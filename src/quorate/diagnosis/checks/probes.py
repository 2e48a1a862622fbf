"""The probes of pods that are not ready: what they ask, what they were told."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.probing import probe_of
from quorate.diagnosis.shown import Shown, Signal

ID = "probes"


def look(case: Case) -> Shown:
    read = (f"pods of {case.resource}: probes, Unhealthy events",)
    lines, signals = [], []
    for pod in case.at("unready", "crashing"):
        for which in ("readiness", "liveness", "startup"):
            probe = probe_of(case, pod, which)
            if probe is None:
                continue
            lines.append(
                f"{pod.name} {which}: {probe.target}: {probe.message.strip() or probe.flaw or 'no answer told'}"
            )
            if probe.told is not None:
                signals.append(Signal(probe.told.first, f"{which} probe of {pod.name} failed", probe.told.last))
    return Shown(read, tuple(lines[:6]) or ("no pod fails a probe",), tuple(signals))
