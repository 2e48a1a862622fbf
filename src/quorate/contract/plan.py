"""What a `decide` answers: data, carried out by `runtime` as ordinary requests.

    Plan(actions, status, look_again, remember)
    Action = Create | Update | Patch | Delete | Evict | Bind | Tell

`resource` is always kubectl's group-resource word: "pods", "statefulsets.apps", "poddisruptionbudgets.policy".
"""

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any, Literal

from quorate.kernel.clock import Instant

Obj = dict[str, Any]
"""An API object as JSON has it. Committed objects are never changed in place."""
Key = tuple[str, str]
"""(namespace, name); namespace is "" for cluster-scoped objects. What a controller's queue holds."""
Subresource = Literal["", "status", "scale", "resize", "finalize"]


@dataclass(frozen=True, slots=True)
class Ref:
    """Where an object is."""

    resource: str
    namespace: str
    name: str


@dataclass(frozen=True, slots=True)
class Tell:
    """An event about `about` (an object, or at least its apiVersion, kind and metadata).

    `style="series"` writes it as events.k8s.io does (eventTime, series, null timestamps), as the scheduler's are.
    `host` is the node, for a kubelet's events. `field_path` names a container: "spec.containers{main}".
    """

    about: Obj
    type: Literal["Normal", "Warning"]
    reason: str
    message: str
    component: str = ""
    """Event source; "" means the name of the controller that told it."""
    host: str = ""
    field_path: str = ""
    style: Literal["legacy", "series"] = "legacy"
    action: str = ""
    """For style "series": e.g. "Binding", "Scheduling"."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What to tell when an action went well and when it failed.

    `{error}` in a failure's message is the refusal, `{name}` in the other is the name of what was written (as the server
    chose it, under generateName).

    `fine` lists refusal reasons (e.g. "NotFound", "AlreadyExists"), or causes of them (e.g. "NamespaceTerminating"), that end
    the action without an error or event.
    """

    told: Tell | None = None
    failed: Tell | tuple[Tell, ...] | None = None
    fine: frozenset[str] = frozenset()


SILENT = Outcome()


@dataclass(frozen=True, slots=True)
class Create:
    resource: str
    obj: Obj
    outcome: Outcome = SILENT


@dataclass(frozen=True, slots=True)
class Update:
    """Replace the whole object (its resourceVersion is checked when it carries one)."""

    resource: str
    obj: Obj
    subresource: Subresource = ""
    outcome: Outcome = SILENT


@dataclass(frozen=True, slots=True)
class Patch:
    ref: Ref
    body: Any
    type: Literal["merge", "strategic", "json"] = "merge"
    subresource: Subresource = ""
    outcome: Outcome = SILENT


@dataclass(frozen=True, slots=True)
class Delete:
    ref: Ref
    uid: str | None = None
    resource_version: str | None = None
    grace_seconds: int | None = None
    propagation: Literal["Background", "Foreground", "Orphan"] | None = None
    outcome: Outcome = SILENT


@dataclass(frozen=True, slots=True)
class Evict:
    namespace: str
    name: str
    grace_seconds: int | None = None
    outcome: Outcome = SILENT


@dataclass(frozen=True, slots=True)
class Bind:
    """Put a pod on a node (the binding subresource)."""

    namespace: str
    name: str
    uid: str
    node: str
    outcome: Outcome = SILENT


Action = Create | Update | Patch | Delete | Evict | Bind | Tell


@dataclass(frozen=True, slots=True)
class Plan:
    """Actions in order, then the status, then when to look again.

    After a refused action the rest of `actions` is left out when `on_refusal` is "stop" (the default), or still tried when
    it is "continue" (Parallel pod management); either way the status is written and the key is tried again with backoff.
    `status` is written even then, as Kubernetes controllers do (TRUTHS: observedGeneration advances although pods fail).
    `if_refused` says otherwise: "none" leaves it unwritten, an Update or Patch is written in its place, `{error}` in the
    strings of its object being the first refusal.

    `batches` is for what Kubernetes tries at the same time: each batch gives, for each of its members, how many of `actions`
    that member takes. A refusal ends its member; the others of the batch are still tried, no later batch is. What follows the
    last batch is one more batch of one member; with "continue" it is tried in any case, each action for itself.

    `remember` replaces what the controller keeps for this key between looks (None: nothing); it comes back in `snapshot`.
    """

    actions: tuple[Action, ...] = ()
    status: Update | Patch | None = None
    look_again: Instant | None = None
    remember: Hashable | None = None
    on_refusal: Literal["stop", "continue"] = "stop"
    batches: tuple[tuple[int, ...], ...] = field(default=(), kw_only=True)
    if_refused: Update | Patch | Literal["same", "none"] = field(default="same", kw_only=True)
    notes: tuple[str, ...] = field(default=())
    """Why, in words, for traces; never compared."""


NOTHING = Plan()
