"""Admission that a cluster has declared itself, as data: a webhook that refuses, and one that annotates.

They are what `ValidatingWebhookConfiguration`s and `MutatingWebhookConfiguration`s amount to when their servers answer in
a known way. An `ApiServer` applies those that it was told of, in the places where Kubernetes calls webhooks.
"""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

Obj = dict[str, Any]


OUTSIDE = "quorate:faults"
"""The user by whom faults write: what a cluster has declared does not bind what happens to it from outside."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which requests are meant.

    resource     "pods", "controllerrevisions.apps"
    operations   of "CREATE", "UPDATE", "DELETE"
    namespace    "" for all
    names        a shell pattern, e.g. "db-*"
    """

    resource: str
    operations: frozenset[str]
    namespace: str = ""
    names: str = "*"

    def covers(self, namespace: str, name: str) -> bool:
        return self.namespace in ("", namespace) and fnmatchcase(name, self.names)


@dataclass(frozen=True, slots=True)
class Denial:
    """Requests of this scope are refused with this Status; `reason` as in failures.CODES."""

    scope: Scope
    reason: str
    message: str
    code: int | None = None
    causes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """Objects of this scope get these annotations when they are created."""

    scope: Scope
    annotations: tuple[tuple[str, str], ...]


Declared = Denial | Mark


def denied(webhook: str, message: str) -> str:
    """What Kubernetes makes of a webhook's refusal (apiserver/pkg/admission/plugin/webhook/errors)."""
    said = f'admission webhook "{webhook}" denied the request'
    return f"{said}: {message}" if message else f"{said} without explanation"
