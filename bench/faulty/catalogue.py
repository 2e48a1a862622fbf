"""All cases, in the order of the folder's files."""

from bench.faulty import admission, containers, control, rollouts, scheduling, storage
from bench.faulty.case import Case

CASES: tuple[Case, ...] = (
    *admission.CASES, *control.CASES, *containers.CASES, *scheduling.CASES, *storage.CASES, *rollouts.CASES,
)  # fmt: skip
