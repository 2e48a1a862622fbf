"""A container is killed for lack of memory, again and again."""

from quorate.diagnosis.case import Case, names, verb
from quorate.diagnosis.crashes import MEMORY, crash_like, log_command, weigh
from quorate.diagnosis.finding import Act, Finding, Remedy

ID = "crash-out-of-memory"
TITLE = "Killed for lack of memory"
NEEDS = ("pods", "events")
EXPLAINS = (
    "crash-signal",
    "crash-application",
    "progress-deadline",
    "unhealthy-surge",
    "not-ready",
    "bootstrap-deadlock",
)


def look(case: Case) -> Finding | None:
    found = crash_like(
        case,
        lambda c: c.exit is not None and (c.exit.reason == "OOMKilled" or (c.exit.code == 137 and not c.killed_by)),
    )
    if found is None or found.exit is None:
        return None
    pod = found.first
    limit = ((pod.spec_of().get("resources") or {}).get("limits") or {}).get("memory")
    killed = found.exit.reason == "OOMKilled"
    weighed = weigh(case, found, 0.94 if killed else 0.55)
    if not killed:
        weighed.lacks_("SIGKILL without the reason OOMKilled: something else may have killed it")
    if any(MEMORY.search(w) for w in found.words):
        weighed.says(0.5, "its log speaks of memory too", f"log of {pod.label}")
    if limit:
        weighed.says(
            0.2, f"its memory limit is {limit}", f"{pod.label} spec.containers[{pod.container}].resources.limits"
        )
    sentence = (
        f"{names(found.pods)} {verb(found.pods, 'crashes')}: container {pod.container} uses more memory than "
        f"{f'its limit of {limit}' if limit else 'the node has for it'}"
    )
    remedy = Remedy(
        "Raise the memory limit (and request) above what it needs, or make it use less",
        (
            f"kubectl set resources {case.resource} -n {case.namespace} -c {pod.container} --limits=memory=<more> "
            "--requests=memory=<more>",
            log_command(case, pod),
        ),
        "the change rolls all pods, one after the other",
        (Act("resources", case.label, (("resource", "memory"), ("container", pod.container))),),
    )
    return weighed.finding(ID, TITLE, sentence, objects=[p.label for p in found.pods], remedy=remedy)
