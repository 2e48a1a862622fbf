"""The application needs longer to start than its probes give it: it is killed before it is up."""

from quorate.diagnosis.case import Case, names, verb
from quorate.diagnosis.crashes import crash_like, log_command, weigh
from quorate.diagnosis.finding import Finding
from quorate.diagnosis.probing import Probe, misaimed, probe_of
from quorate.diagnosis.rollback import undo_or
from quorate.objects.ages import human_duration

ID = "slow-start"
TITLE = "It is killed before it has started"
NEEDS = ("pods", "events")
EXPLAINS = (
    "liveness-probe-wrong",
    "crash-application",
    "crash-signal",
    "crash-out-of-memory",
    "not-ready",
    "progress-deadline",
    "unhealthy-surge",
    "bootstrap-deadlock",
)


def look(case: Case) -> Finding | None:
    found = crash_like(case, lambda c: c.killed_by in ("startup", "liveness"))
    if found is None:
        return None
    pod = found.first
    which = "startup" if found.killed_by == "startup" else "liveness"
    probe: Probe | None = probe_of(case, pod, "startup") if which == "startup" else probe_of(case, pod, "liveness")
    if probe is None or misaimed(probe):
        return None
    lasted = found.exit.lasted if found.exit is not None else None
    if which == "liveness" and (
        lasted is None
        or lasted > probe.patience * 3 // 2
        or case.usual_start is None
        or case.usual_start < probe.patience // 2
    ):
        return None  # it was up, or its siblings start in time: then it is not slowness
    weighed = weigh(case, found, 0.5)
    weighed.says(
        0.6,
        f"its {which} probe gives it {human_duration(probe.patience)} to start",
        f"{pod.label} spec.containers[{pod.container}].{which}Probe",
    )
    if probe.told is not None:
        weighed.says(0.4, probe.message.strip()[:240], f"event on {pod.label}", probe.told.first)
    if lasted is not None and lasted <= probe.patience * 3 // 2:
        weighed.says(
            0.4,
            f"it was killed after {human_duration(lasted)}, as soon as the probe gave up",
            f"{pod.status_path}.lastState",
        )
    if case.usual_start is not None and case.usual_start > probe.patience // 2:
        weighed.says(0.4, f"its siblings took {human_duration(case.usual_start)} to become ready")
    sentence = (
        f"{names(found.pods)} {verb(found.pods, 'is')} killed before the start is done: the {which} probe waits "
        f"{human_duration(probe.patience)}, and it needs longer"
    )
    remedy = undo_or(
        case,
        "Give it a startupProbe with periodSeconds x failureThreshold above its longest start",
        log_command(case, pod),
    )
    return weighed.finding(ID, TITLE, sentence, objects=[p.label for p in found.pods], remedy=remedy)
