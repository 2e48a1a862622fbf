"""What came of --fix, and how it is told: the schema of -o json and -o yaml, which docs/fix.md describes.

Fields are added, never renamed or removed, within one apiVersion.
"""

from dataclasses import dataclass
from typing import Any, Literal

from quorate.diagnosis.fixing.carry import Done
from quorate.diagnosis.fixing.steps import Await, Change, Do, Evict, Fix, Make

Data = dict[str, Any]
API_VERSION, KIND = "quorate.dev/v1", "FixReport"

State = Literal["needless", "refused", "planned", "declined", "failed", "partly", "done", "fixed"]
"""needless: nothing is wrong. refused: nothing was done, for the reason told. planned: --dry-run. declined: somebody said no.
failed: the first step already could not be done. partly: some were done, and then one could not be. done: all were, and a
problem is still there. fixed: all were, and it is healthy."""


@dataclass(frozen=True, slots=True)
class Result:
    """`before` and `after` are verdicts of a diagnosis, "" when it was not asked; `headline` is that of the last one."""

    source: str
    kind: str
    namespace: str
    name: str
    state: State
    before: str
    cause: str = ""
    fix: Fix | None = None
    why: str = ""
    steps: tuple[Done, ...] = ()
    after: str = ""
    headline: str = ""

    @property
    def label(self) -> str:
        return f"{self.kind}/{self.name}" if self.kind else self.source

    @property
    def left(self) -> tuple[Done, ...]:
        return tuple(s for s in self.steps if s.state in ("failed", "left"))

    @property
    def exit_code(self) -> int:
        """0 healthy now, 1 a problem is still there, 2 it could not be done."""
        match self.state:
            case "needless" | "fixed":
                return 0
            case "planned" | "declined":
                return 0 if self.before in ("healthy", "progressing") else 1
            case "done":
                return 1
            case _:
                return 2


def report(result: Result) -> Data:
    fix = result.fix
    return {
        "apiVersion": API_VERSION,
        "kind": KIND,
        "source": result.source,
        "object": {"kind": result.kind, "namespace": result.namespace, "name": result.name},
        "cause": result.cause or None,
        "state": result.state,
        "why": result.why,
        "plan": None if fix is None else _plan(fix),
        "steps": [_step(s) for s in result.steps],
        "left": [s.step.says for s in result.left if result.state in ("failed", "partly")],
        "before": result.before or None,
        "after": result.after or None,
        "headline": result.headline,
        "exitCode": result.exit_code,
    }


def _plan(fix: Fix) -> Data:
    return {
        "remedy": fix.remedy,
        "says": fix.says,
        "risks": list(fix.risks),
        "shows": list(fix.shows),
        "needsYes": fix.needs_yes,
    }


def _step(done: Done) -> Data:
    do = done.step.do
    out: Data = {
        "says": done.step.says,
        "verb": verb(do),
        "object": {"kind": do.ref.kind, "namespace": do.ref.namespace, "name": do.ref.name},
        "uid": ((done.step.seen or {}).get("metadata") or {}).get("uid"),
        "state": done.state,
        "diff": done.changes,
        "why": done.why,
    }
    if isinstance(do, Make) and done.state != "done":
        # Once its predecessor is deleted this is the only copy.
        out["manifest"] = do.obj
    return out


def verb(do: Do) -> str:
    """The API's word for it."""
    if isinstance(do, Change):
        return "patch"
    if isinstance(do, Evict):
        return "evict"
    if isinstance(do, Make):
        return "create"
    return "watch" if isinstance(do, Await) else "delete"
