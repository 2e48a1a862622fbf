"""Whether the controller has processed the newest spec."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.shown import Shown, Signal
from quorate.objects.ages import human_duration

ID = "generation"


def look(case: Case) -> Shown:
    read = (f"{case.resource}: metadata.generation, status.observedGeneration",)
    if not case.has_generation:
        return Shown(
            read, (f"a {case.kind} has no observed generation",), known=False, why="there is nothing to compare"
        )
    lines = [
        f"generation {case.generation}, observed {case.observed}: {'not processed yet' if case.unobserved else 'equal'}"
    ]
    signals: tuple[Signal, ...] = ()
    if case.unobserved and case.spec_changed is not None:
        lines.append(f"written {human_duration(case.now - case.spec_changed)} ago")
        signals = (Signal(case.spec_changed, "the newest spec was written", case.now),)
    return Shown(read, tuple(lines), signals)
