"""The readiness probe asks the wrong thing: port, path, scheme or command. The application may be well."""

from quorate.diagnosis.case import Case, names, verb
from quorate.diagnosis.finding import Finding, Weigh
from quorate.diagnosis.probing import NOT_LISTENING, misaimed, probe_of
from quorate.diagnosis.rollback import brought_by_update, undo_or
from quorate.kernel.clock import SECOND

ID = "readiness-probe-wrong"
TITLE = "The readiness probe asks the wrong thing"
NEEDS = ("pods", "events")
EXPLAINS = ("not-ready", "slow-start", "progress-deadline", "unhealthy-surge", "bootstrap-deadlock")


def look(case: Case) -> Finding | None:
    for pod in case.at("unready"):
        probe = probe_of(case, pod, "readiness")
        if probe is None or not pod.for_long(case.now, 20 * SECOND):
            continue
        wrong = misaimed(probe)
        if not wrong:
            continue
        pods = [p for p in case.at("unready") if p.container == pod.container]
        weighed = Weigh()
        if probe.told is not None:
            weighed.says(
                0.75 if wrong != "port" else 0.4, probe.message.strip()[:240], f"event on {pod.label}", probe.told.first
            )
        else:
            weighed.lacks_("no event tells what the probe was answered")
        if probe.flaw:
            weighed.says(0.75, probe.flaw, f"{pod.label} spec.containers[{pod.container}].readinessProbe", pod.since)
        if wrong == "port" and probe.message and not NOT_LISTENING.search(probe.message):
            weighed.denies(0.3, "something answers on that port")
        if brought_by_update(case, [p.name for p in pods]):
            weighed.says(0.2, "only pods of the newest revision are affected", f"{case.label} status.updateRevision")
        sentence = (
            f"{names(pods)} {verb(pods, 'runs')}, but the readiness probe ({probe.target}) has the wrong {wrong}: "
            f"{probe.flaw or probe.message.strip()}"
        )
        remedy = undo_or(
            case, f"Correct the {wrong} of the readiness probe", f"kubectl describe pod {pod.name} -n {case.namespace}"
        )
        return weighed.finding(ID, TITLE, sentence, objects=[p.label for p in pods], remedy=remedy)
    return None
