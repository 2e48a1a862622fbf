"""The liveness probe kills a container that may be well: it asks the wrong thing, or the application does not answer it."""

from quorate.diagnosis.case import Case, names, verb
from quorate.diagnosis.crashes import crash_like, log_command, weigh
from quorate.diagnosis.finding import Finding
from quorate.diagnosis.probing import misaimed, probe_of
from quorate.diagnosis.rollback import undo_or
from quorate.objects.ages import human_duration
from quorate.objects.pod import condition

ID = "liveness-probe-wrong"
TITLE = "The liveness probe kills the container"
NEEDS = ("pods", "events")
EXPLAINS = (
    "crash-application",
    "crash-signal",
    "crash-out-of-memory",
    "not-ready",
    "progress-deadline",
    "unhealthy-surge",
    "bootstrap-deadlock",
)


def look(case: Case) -> Finding | None:
    found = crash_like(case, lambda c: c.killed_by == "liveness")
    if found is None:
        return None
    pod = found.first
    probe = probe_of(case, pod, "liveness")
    if probe is None:
        return None
    wrong = misaimed(probe)
    weighed = weigh(case, found, 0.5)
    killing = [t for t in case.events_of(pod.pod, "Killing") if "liveness" in t.message]
    if killing:
        weighed.says(
            0.7, f"{killing[-1].message} ({killing[-1].count} times)", f"event on {pod.label}", killing[-1].first
        )
    elif found.exit is not None and found.exit.lasted is not None:
        after = human_duration(found.exit.lasted)
        weighed.says(
            0.4,
            f"it was killed from outside after {after}, about when its liveness probe gives up",
            f"{pod.status_path}.lastState",
        )
    if probe.told is not None:
        weighed.says(0.5, probe.message.strip()[:240], f"event on {pod.label}", probe.told.first)
    if probe.flaw:
        weighed.says(0.6, probe.flaw, f"{pod.label} spec.containers[{pod.container}].livenessProbe")
    early = _before_it_was_up(found.exit.lasted if found.exit is not None else None, probe.patience)
    ready = (condition(pod.pod, "Ready") or {}).get("status") == "True"
    if early and not wrong and not ready:
        weighed.denies(0.25, "it is killed as soon as the probe may: it may just not be up yet")
    what = (
        f"has the wrong {wrong}: {probe.flaw or probe.message.strip()}"
        if wrong
        else f"fails ({probe.message.strip() or probe.target})"
    )
    sentence = f"{names(found.pods)} {verb(found.pods, 'is')} restarted over and over: the liveness probe {what}"
    advice = (
        f"Correct the {wrong} of the liveness probe"
        if wrong
        else "See why the application does not answer; a liveness probe must not ask for what others have to provide"
    )
    return weighed.finding(
        ID, TITLE, sentence, objects=[p.label for p in found.pods], remedy=undo_or(case, advice, log_command(case, pod))
    )


def _before_it_was_up(lasted: int | None, patience: int) -> bool:
    return lasted is not None and lasted <= patience * 3 // 2
