"""An init container does not end, or ends with an error: the application is not even started."""

from quorate.diagnosis.case import Case, names
from quorate.diagnosis.crashes import last_words, log_command, meaning
from quorate.diagnosis.finding import Finding, Weigh
from quorate.diagnosis.rollback import undo_or
from quorate.objects.ages import human_duration

ID = "init-stuck"
TITLE = "An init container is stuck"
NEEDS = ("pods", "events")
EXPLAINS = ("progress-deadline", "unhealthy-surge", "not-ready", "bootstrap-deadlock")


def look(case: Case) -> Finding | None:
    pods = [p for p in case.at("init") if p.reason or p.exit is not None or p.for_long(case.now, case.patience(p))]
    if not pods:
        return None
    pod = pods[0]
    words = last_words(case, pod)
    weighed = Weigh()
    if pod.running_since is not None and pod.exit is None:
        age = human_duration(case.now - pod.running_since)
        weighed.says(
            0.85,
            f"init container {pod.container} has run for {age} and not ended",
            f"{pod.status_path}.state.running",
            pod.running_since,
        )
        what = f"has run for {age} and does not end"
    else:
        weighed.says(
            0.88,
            f"init container {pod.container} fails: {meaning(pod.exit)}, restarted {pod.restarts} times",
            pod.status_path,
            pod.since,
        )
        what = f"fails ({meaning(pod.exit)})"
    if words:
        weighed.says(0.3, f"its last words: {words[-1]}", f"log of {pod.label} ({pod.container})")
    else:
        weighed.lacks_("its log was not read")
    last = f": {words[-1]}" if words else ""
    sentence = (
        f"{names(pods)} {'is' if len(pods) == 1 else 'are'} not started: init container {pod.container} {what}{last}"
    )
    remedy = undo_or(
        case, f"See what {pod.container} waits for or complains of", log_command(case, pod).replace(" --previous", "")
    )
    return weighed.finding(ID, TITLE, sentence, objects=[p.label for p in pods], remedy=remedy)
