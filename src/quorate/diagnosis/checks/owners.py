"""Who owns the workload: an operator, or a tool that puts back what a repository says."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.owning import owner_of
from quorate.diagnosis.shown import Shown

ID = "owners"


def look(case: Case) -> Shown:
    found = owner_of(case)
    read = (f"{case.resource}: ownerReferences, managedFields, labels and annotations",)
    lines = (
        (f"{found.name} owns it: a change beside it will be put back",) if found is not None else ("nobody but people",)
    )
    return Shown(read, lines)
