"""A pod runs and does not become ready; nothing else says why. An ordered rollout waits for it for ever."""

from quorate.diagnosis.case import Case, names
from quorate.diagnosis.finding import Finding, Weigh
from quorate.diagnosis.rollback import brought_by_update, undo_or
from quorate.objects.ages import human_duration

ID = "not-ready"
TITLE = "A pod runs but does not become ready"
NEEDS = ("pods", "events")
EXPLAINS = ("progress-deadline", "unhealthy-surge")


def look(case: Case) -> Finding | None:
    pods = [p for p in case.at("unready") if p.for_long(case.now, case.patience(p))]
    if not pods:
        return None
    pod = pods[0]
    since = f" for {human_duration(case.now - pod.since)}" if pod.since is not None else ""
    weighed = Weigh().says(
        0.8,
        f"{names(pods)}: container {pod.container} runs and has not been ready{since}",
        f"{pod.label} condition Ready",
        pod.since,
    )
    probe = pod.spec_of().get("readinessProbe")
    told = [t for t in case.events_of(pod.pod, "Unhealthy") if t.message.startswith("Readiness")]
    if told:
        weighed.says(
            0.4, f"{told[-1].message.strip()[:200]} ({told[-1].count} times)", f"event on {pod.label}", told[-1].first
        )
    elif probe:
        weighed.lacks_("no event tells what the readiness probe answered")
    if case.usual_start is not None:
        weighed.says(0.2, f"its siblings took {human_duration(case.usual_start)} to become ready")
    if brought_by_update(case, [p.name for p in pods]):
        weighed.says(0.3, "only pods of the newest revision are affected", f"{case.label} status.updateRevision")
    waits = "; the rollout waits for it" if case.outdated or (case.ordered and case.missing) else ""
    sentence = (
        f"{names(pods)} {'runs' if len(pods) == 1 else 'run'} but {'does' if len(pods) == 1 else 'do'} not "
        f"become ready{since}{waits}"
    )
    remedy = undo_or(
        case, "See what the application waits for",
        f"kubectl logs {pod.name} -n {case.namespace} -c {pod.container} --tail=50", f"kubectl describe pod {pod.name} -n {case.namespace}",
    )  # fmt: skip
    return weighed.finding(ID, TITLE, sentence, objects=[p.label for p in pods], remedy=remedy)
