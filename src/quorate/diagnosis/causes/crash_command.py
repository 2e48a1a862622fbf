"""The container's command is not there or cannot be executed."""

from quorate.diagnosis.case import Case, names
from quorate.diagnosis.crashes import crash_like, log_command, meaning, weigh
from quorate.diagnosis.finding import Finding
from quorate.diagnosis.rollback import undo_or

ID = "crash-command"
TITLE = "The container's command cannot be run"
NEEDS = ("pods", "events")
EXPLAINS = ("crash-application", "progress-deadline", "unhealthy-surge", "not-ready", "bootstrap-deadlock")


def look(case: Case) -> Finding | None:
    found = crash_like(
        case,
        lambda c: (
            (
                c.exit is not None
                and (c.exit.code in (126, 127) or c.exit.reason in ("StartError", "ContainerCannotRun"))
            )
            or c.first.reason in ("RunContainerError", "StartError", "ContainerCannotRun")
        ),
    )
    if found is None:
        return None
    pod = found.first
    command = pod.spec_of().get("command") or pod.spec_of().get("args")
    weighed = weigh(case, found, 0.93)
    if pod.message and pod.reason != "CrashLoopBackOff":
        weighed.says(0.4, pod.message, f"{pod.status_path}.state.waiting")
    shown = f" ({' '.join(map(str, command))[:80]})" if command else ""
    sentence = f"{names(found.pods)} cannot run: {meaning(found.exit)}{shown}"
    remedy = undo_or(
        case,
        "Correct command and args: 127 is a file that is not in the image, 126 one that is not executable or of "
        "another architecture",
        log_command(case, pod),
    )
    return weighed.finding(ID, TITLE, sentence, objects=[p.label for p in found.pods], remedy=remedy)
