"""All cases, in the order of the folder's files, and their variants."""

from bench.faulty import admission, containers, control, jobs, rollouts, scheduling, storage
from bench.faulty.case import Case
from bench.faulty.variants import placed, refused, rolled, started, steered, stored

CASES: tuple[Case, ...] = (
    *admission.CASES, *control.CASES, *containers.CASES, *jobs.CASES, *scheduling.CASES, *storage.CASES, *rollouts.CASES,
)  # fmt: skip
"""For every cause at least one; a dump is recorded of each."""

VARIANTS: tuple[Case, ...] = (
    *refused.CASES, *placed.CASES, *stored.CASES, *started.CASES, *rolled.CASES, *steered.CASES,
)  # fmt: skip
"""The same causes elsewhere: in other kinds of workloads, by other resources, soon after they began. Played, not recorded."""
