"""Plans carried out as requests. The one place where a controller's decision becomes a write."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal, assert_never

from quorate.contract.failures import Refused
from quorate.contract.plan import Action, Bind, Create, Delete, Evict, Obj, Outcome, Patch, Plan, Tell, Update
from quorate.contract.ports import Writer
from quorate.contract.webhooks import Pending
from quorate.kernel.clock import Instant
from quorate.runtime.recorder import Recorder


def _after_refusal(plan: Plan, refused: Refused) -> Update | Patch | None:
    match plan.if_refused:
        case "same":
            return plan.status
        case "none":
            return None
        case Update() as update:
            return replace(update, obj={**update.obj, "status": _filled(update.obj.get("status"), refused.message)})
        case Patch() as patch:
            return replace(patch, body=_filled(patch.body, refused.message))


def _filled(value: Any, error: str) -> Any:
    """The same data with `{error}` filled in wherever a string has it."""
    match value:
        case str():
            return value.replace("{error}", error) if "{error}" in value else value
        case dict():
            return {k: _filled(v, error) for k, v in value.items()}
        case list():
            return [_filled(v, error) for v in value]
    return value


def _is_fine(refused: Refused, fine: frozenset[str]) -> bool:
    causes = (refused.details or {}).get("causes") or ()
    return refused.reason in fine or any(cause.get("reason") in fine for cause in causes)


class Hand:
    """Carries out the plans of one controller."""

    def __init__(self, component: str, writer: Writer, recorder: Recorder) -> None:
        self.component, self.writer, self.recorder = component, writer, recorder

    def carry_out(self, plan: Plan, now: Instant) -> tuple[int, Refused | Pending | None]:
        """Do it all; answers the last revision written (0: none) and the first refusal that was not fine.

        Where a webhook has to be waited for it stops there: what is left will be decided again.
        """
        at, wrote, first = 0, 0, None
        for batch in plan.batches:
            for size in batch:
                revision, refused = self._chain(plan.actions[at : at + size], "stop", now)
                at, wrote = at + size, max(wrote, revision)
                if isinstance(refused, Pending):
                    return wrote, refused
                first = first or refused
            if first is not None:
                at = sum(map(sum, plan.batches))
                break
        if first is None or plan.on_refusal == "continue":
            revision, refused = self._chain(plan.actions[at:], plan.on_refusal, now)
            wrote = max(wrote, revision)
            if isinstance(refused, Pending):
                return wrote, refused
            first = first or refused
        status = plan.status if first is None else _after_refusal(plan, first)
        if status is not None:
            revision, refused = self._try(status, now)
            wrote = max(wrote, revision)
            if isinstance(refused, Pending):
                return wrote, refused
            first = first or refused
        return wrote, first

    def _chain(
        self, actions: Sequence[Action], on_refusal: Literal["stop", "continue"], now: Instant
    ) -> tuple[int, Refused | Pending | None]:
        wrote, first = 0, None
        for action in actions:
            if isinstance(action, Tell):
                self.tell(action, now)
                continue
            revision, refused = self._try(action, now)
            wrote = max(wrote, revision)
            if isinstance(refused, Pending):
                return wrote, refused
            if refused is not None:
                first = first or refused
                if on_refusal == "stop":
                    break
        return wrote, first

    def tell(self, told: Tell, now: Instant) -> None:
        if not told.component:
            told = Tell(
                told.about,
                told.type,
                told.reason,
                told.message,
                self.component,
                told.host,
                told.field_path,
                told.style,
                told.action,
            )
        self.recorder.record(told, self.writer, now)

    def _try(self, action: Action, now: Instant) -> tuple[int, Refused | Pending | None]:
        outcome: Outcome = action.outcome if not isinstance(action, Tell) else Outcome()
        try:
            done = self._do(action)
        except Pending as pending:
            return 0, pending
        except Refused as refused:
            if outcome.fine and _is_fine(refused, outcome.fine):
                return 0, None
            failures = outcome.failed or ()
            for failed in failures if isinstance(failures, tuple) else (failures,):
                self.tell(replace(failed, message=failed.message.replace("{error}", refused.message)), now)
            return 0, refused
        if outcome.told is not None:
            told = outcome.told
            if done and "{name}" in told.message:
                told = replace(told, message=told.message.replace("{name}", done["metadata"]["name"]))
            self.tell(told, now)
        version = done["metadata"].get("resourceVersion") if done else None
        return int(version) if version else 0, None

    def _do(self, action: Action) -> Obj | None:
        to = self.writer
        match action:
            case Create():
                return to.create(action.resource, action.obj)
            case Update():
                return to.update(action.resource, action.obj, action.subresource)
            case Patch():
                ref = action.ref
                return to.patch(ref.resource, ref.namespace, ref.name, action.body, action.type, action.subresource)
            case Delete():
                ref = action.ref
                return to.delete(
                    ref.resource, ref.namespace, ref.name, uid=action.uid, resource_version=action.resource_version,
                    grace_seconds=action.grace_seconds, propagation=action.propagation,
                )  # fmt: skip
            case Evict():
                return to.evict(action.namespace, action.name, action.grace_seconds)
            case Bind():
                return to.bind(action.namespace, action.name, action.uid, action.node)
            case Tell():
                raise AssertionError("events are told, not tried")
            case _:
                assert_never(action)
