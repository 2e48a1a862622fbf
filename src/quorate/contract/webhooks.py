"""Calls to admission webhooks: the port through which an API server makes them.

In a world of its own, webhooks are functions (`apiserver.admission.hooks.functions`); `quorate up` calls out over HTTPS.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

Obj = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """One webhook to be asked one thing.

    webhook     its name, e.g. "pods.policy.example"
    url         where it is asked, with the query, as errors show it
    address     "host:port" behind a Service reference; "" for a URL, which says it itself
    lost        why nobody can be reached, e.g. 'service "policy" not found'; "" when it can be tried
    ca_bundle   PEM in base64, "" for the system's authorities
    timeout     seconds
    review      the AdmissionReview
    service     "policy.default" for a Service reference, "" for a URL
    served_at   where that Service says that it is served instead, e.g. "https://127.0.0.1:9443"
    played      whether those behind the address are pods that are only played, and so run nothing
    """

    webhook: str
    url: str
    address: str
    lost: str
    ca_bundle: str
    timeout: int
    review: Obj
    service: str = ""
    served_at: str = ""
    played: bool = False


class CannotCall(Exception):
    """Nobody answered as a webhook does; the message is what Kubernetes says after "failed to call webhook: "."""


class Pending(Exception):
    """The answers to these calls are not known yet: undo nothing, find them out, and ask for the whole thing again.

    `then(call)` has `call()` called when one of them is known, where somebody finds them out by themselves.
    """

    def __init__(self, calls: Sequence[Call], waiting: "Sequence[list[Callable[[], None]]]" = ()) -> None:
        super().__init__(", ".join(call.webhook for call in calls))
        self.calls, self._waiting = tuple(calls), waiting

    def then(self, call: Callable[[], None]) -> None:
        for waiting in self._waiting:
            waiting.append(call)


class Caller(Protocol):
    def call(self, calls: Sequence[Call]) -> Sequence[Obj | CannotCall]:
        """The AdmissionReviews that are answered, in order of the calls. Raises Pending, and then nothing has happened."""
        ...
