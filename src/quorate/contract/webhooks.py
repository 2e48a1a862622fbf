"""Calls to admission webhooks: the port through which an API server makes them.

In a world of its own, webhooks are functions (`apiserver.admission.hooks.functions`); `quorate up` calls out over HTTPS.
"""

from collections.abc import Sequence
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
    """

    webhook: str
    url: str
    address: str
    lost: str
    ca_bundle: str
    timeout: int
    review: Obj


class CannotCall(Exception):
    """Nobody answered as a webhook does; the message is what Kubernetes says after "failed to call webhook: "."""


class Pending(Exception):
    """The answers to these calls are not known yet: undo nothing, find them out, and ask for the whole thing again."""

    def __init__(self, calls: Sequence[Call]) -> None:
        super().__init__(", ".join(call.webhook for call in calls))
        self.calls = tuple(calls)


class Caller(Protocol):
    def call(self, calls: Sequence[Call]) -> Sequence[Obj | CannotCall]:
        """The AdmissionReviews that are answered, in order of the calls. Raises Pending, and then nothing has happened."""
        ...
