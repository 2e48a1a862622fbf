"""Webhooks in the same process: Python functions by the name of the webhook that they stand for."""

from collections.abc import Callable, Sequence
from typing import Any

from quorate.contract.plan import Obj
from quorate.contract.webhooks import Call, CannotCall

Function = Callable[[Obj], Obj]
"""From the AdmissionRequest to the AdmissionResponse, which need not repeat the uid; its patch may be a plain list.

A function of a module, or anything else that can be pickled. It may raise CannotCall with the reason alone, e.g.
"context deadline exceeded".
"""

ALLOWED: Obj = {"allowed": True}


class Functions:
    """A webhook for which nobody stands lets everything pass: who rehearses a cluster has its webhooks, not its servers."""

    def __init__(self) -> None:
        self._of: dict[str, Function] = {}

    def serve(self, webhook: str, function: Function) -> None:
        """From now on this function answers for the webhook."""
        self._of[webhook] = function

    def withdraw(self, webhook: str) -> None:
        self._of.pop(webhook, None)

    def serves(self, webhook: str) -> bool:
        return webhook in self._of

    def call(self, calls: Sequence[Call]) -> list[Obj | CannotCall]:
        return [self._answer(call) for call in calls]

    def _answer(self, call: Call) -> Obj | CannotCall:
        function = self._of.get(call.webhook)
        request = call.review["request"]
        try:
            response: Any = ALLOWED if function is None else function(request)
        except CannotCall as wrong:
            return CannotCall(f'Post "{call.url}": {wrong}')
        if not isinstance(response, dict):
            return {**call.review, "response": response}
        return {**call.review, "response": {"uid": request["uid"], **response}}


def unreachable(request: Obj) -> Obj:
    """The function of a webhook whose server is gone. Raises CannotCall."""
    raise CannotCall("dial tcp: connect: connection refused")
