"""matchConditions: CEL over the request that decides whether a webhook or policy is asked at all.

(Kubernetes: apiserver/pkg/admission/plugin/webhook/matchconditions.)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quorate.apiserver.admission.hooks.expressions import compiled
from quorate.contract.plan import Obj
from quorate.objects.cel.program import CelError, Program
from quorate.objects.cel.types import BOOL, Type


class CannotTell(Exception):
    """The conditions could not be evaluated, and the failurePolicy is Fail."""


@dataclass(frozen=True, slots=True)
class Expression:
    """`program` is a text where it did not compile."""

    source: str
    program: Program | str

    def value(self, scope: dict[str, Any]) -> Any:
        """Raises CelError with the text that Kubernetes shows."""
        if isinstance(self.program, str):
            raise CelError(f"compilation error: {self.program}")
        try:
            return self.program.run(scope)
        except CelError as wrong:
            raise CelError(f"expression '{self.source}' resulted in error: {wrong}") from None


def conditions(given: Sequence[Obj] | None, known: Mapping[str, Type]) -> tuple[Expression, ...]:
    return tuple(Expression(c["expression"], compiled(c["expression"], known, BOOL)) for c in given or ())


def hold(found: Sequence[Expression], scope: dict[str, Any], fails: bool) -> bool:
    """Whether all are true. One that is false decides, whatever errors there are. Raises CannotTell."""
    errors: list[str] = []
    for condition in found:
        try:
            if condition.value(scope) is not True:
                return False
        except CelError as wrong:
            errors.append(str(wrong))
    if errors and fails:
        errors = list(dict.fromkeys(errors))
        raise CannotTell(errors[0] if len(errors) == 1 else f"[{', '.join(errors)}]")
    return not errors
