"""Containers that crash: exit codes, restarts, last words."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.crashes import crashes, meaning
from quorate.diagnosis.shown import Shown, Signal

ID = "crashes"


def look(case: Case) -> Shown:
    read = (f"pods of {case.resource}: containerStatuses, logs of the previous run",)
    lines, signals = [], []
    for crash in crashes(case):
        pod = crash.first
        words = f"; last words: {crash.words[-1]}" if crash.words else ""
        lines.append(f"{pod.name} ({pod.container}): {meaning(crash.exit)}, restarted {pod.restarts} times{words}")
        signals += [Signal(p.since, f"{p.name} crashes", case.now) for p in crash.pods if p.since is not None]
    return Shown(read, tuple(lines) or ("no container crashes",), tuple(signals))
