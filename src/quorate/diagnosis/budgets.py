"""PodDisruptionBudgets: how many pods they want, and whether they can ever let one go."""

from dataclasses import dataclass
from typing import Any

from quorate.diagnosis.case import Case

Obj = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Budget:
    """A budget over the pods of a workload. `never` when it forbids every eviction even while all pods are well."""

    obj: Obj
    wants: int
    allowed: int | None
    never: bool
    says: str

    @property
    def name(self) -> str:
        return str(self.obj["metadata"]["name"])

    @property
    def label(self) -> str:
        return f"PodDisruptionBudget/{self.name}"


def budgets(case: Case) -> list[Budget]:
    return [_budget(case, b) for b in case.budgets]


def _budget(case: Case, obj: Obj) -> Budget:
    spec, status = obj["spec"], obj.get("status") or {}
    expected = int(status.get("expectedPods") or case.wanted)
    if spec.get("minAvailable") is not None:
        wants, says = _amount(spec["minAvailable"], expected), f"minAvailable {spec['minAvailable']}"
    else:
        most = spec.get("maxUnavailable", 1)
        wants, says = expected - _amount(most, expected), f"maxUnavailable {most}"
    allowed = status.get("disruptionsAllowed")
    return Budget(
        obj, wants, None if allowed is None else int(allowed), wants >= expected > 0, f"{says} of {expected} pods"
    )


def _amount(value: Any, of: int) -> int:
    """A number, or a percentage, which budgets round up."""
    if isinstance(value, str) and value.endswith("%"):
        return -(-int(value[:-1]) * of // 100)
    return int(value)
