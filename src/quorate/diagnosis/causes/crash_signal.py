"""A container is ended by a signal: a fault of the program, or somebody outside who kills it."""

from quorate.diagnosis.case import Case, names, verb
from quorate.diagnosis.crashes import SIGNALS, Crash, crash_like, log_command, meaning, weigh
from quorate.diagnosis.finding import Finding
from quorate.diagnosis.rollback import undo_or

ID = "crash-signal"
TITLE = "Ended by a signal"
NEEDS = ("pods", "events")
EXPLAINS = ("progress-deadline", "unhealthy-surge", "not-ready", "bootstrap-deadlock")


def _signal(crash: Crash) -> int:
    if crash.exit is None or crash.exit.reason == "OOMKilled" or crash.killed_by:
        return 0
    return crash.exit.signal or (crash.exit.code - 128 if 128 < crash.exit.code < 160 else 0)


def look(case: Case) -> Finding | None:
    found = crash_like(case, lambda c: _signal(c) not in (0, 9))
    if found is None:
        return None
    pod, signal = found.first, _signal(found)
    weighed = weigh(case, found, 0.9)
    advice = {
        11: "A memory fault in the program: report it with a core dump; a build for another architecture does it too",
        6: "The program gave up by itself (an assertion or abort): its log says why",
        15: "It was asked to stop from outside and did: look for who does it (a liveness probe, a script, a sidecar)",
    }.get(signal, "The program was ended by a signal: its log may say why")
    sentence = (
        f"{names(found.pods)} {verb(found.pods, 'crashes')}: {meaning(found.exit)} ({SIGNALS.get(signal, signal)})"
    )
    remedy = undo_or(case, advice, log_command(case, pod))
    return weighed.finding(ID, TITLE, sentence, objects=[p.label for p in found.pods], remedy=remedy)
