"""The application may not use its volume: the directory belongs to somebody else, or is mounted read-only."""

from quorate.diagnosis.case import Case, names, verb
from quorate.diagnosis.crashes import DENIED, crash_like, log_command, weigh
from quorate.diagnosis.finding import Finding, Remedy

ID = "volume-permission"
TITLE = "The application may not write to its volume"
NEEDS = ("pods",)
EXPLAINS = (
    "crash-application",
    "data-corrupt",
    "not-ready",
    "progress-deadline",
    "unhealthy-surge",
    "bootstrap-deadlock",
)


def look(case: Case) -> Finding | None:
    found = crash_like(case, lambda c: any(DENIED.search(w) for w in c.words))
    if found is None:
        return None
    pod = found.first
    word = next(w for w in found.words if DENIED.search(w))
    weighed = weigh(case, found, 0.5).says(0.7, f"its log says: {word}", f"log of {pod.label} ({pod.container})")
    group = (pod.pod["spec"].get("securityContext") or {}).get("fsGroup")
    mounts = [m.get("mountPath") for m in pod.spec_of().get("volumeMounts") or ()]
    if any(m and m in word for m in mounts):
        weighed.says(
            0.5,
            f"the path is one of its mounts ({', '.join(map(str, mounts))})",
            f"{pod.label} spec.containers[{pod.container}].volumeMounts",
        )
    if group is None:
        weighed.says(
            0.2, "no fsGroup is set: volumes keep the owner that they have", f"{pod.label} spec.securityContext"
        )
    sentence = (
        f"{names(found.pods)} {verb(found.pods, 'crashes')}: container {pod.container} may not use its volume: {word}"
    )
    remedy = Remedy(
        "Set securityContext.fsGroup to the group that the application runs as (or runAsUser to the owner of the data)",
        (
            log_command(case, pod),
            f"kubectl exec {pod.name} -n {case.namespace} -c {pod.container} -- ls -ln {mounts[0] if mounts else '/'}",
        ),
        "a change of fsGroup on a large volume makes the next start slow, unless fsGroupChangePolicy is OnRootMismatch",
    )
    return weighed.finding(ID, TITLE, sentence, objects=[p.label for p in found.pods], remedy=remedy)
