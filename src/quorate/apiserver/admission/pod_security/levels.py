"""All that a pod violates of a standard, in Kubernetes' order: baseline, then restricted."""

from typing import NamedTuple

from quorate.apiserver.admission.pod_security import baseline, restricted
from quorate.apiserver.admission.pod_security.policy import Standard
from quorate.apiserver.admission.pod_security.violation import Violation
from quorate.contract.plan import Obj


class Violations(NamedTuple):
    found: tuple[Violation, ...]

    def __bool__(self) -> bool:
        return bool(self.found)

    def reasons(self) -> str:
        return ", ".join(v.reason for v in self.found)

    def details(self) -> str:
        return ", ".join(f"{v.reason} ({v.detail})" for v in self.found)


def violations(standard: Standard, pod: Obj) -> Violations:
    """`pod` is one or the template of one."""
    level, version = standard
    if level == "privileged":
        return Violations(())
    checks = [check for check in restricted.CHECKS if check.since <= version] if level == "restricted" else []
    replaced = {check.replaces for check in checks}
    checks = [c for c in baseline.CHECKS if c.since <= version and c.name not in replaced] + checks
    found = (check.find(pod, version) for check in checks)
    return Violations(tuple(v for v in found if v is not None))
