"""What a Deployment writes on its ReplicaSets: revision, earlier revisions, sizes, and its own annotations.

(Kubernetes: pkg/controller/deployment/util/deployment_util.go.)
"""

from collections.abc import Iterable

from quorate.contract.plan import Obj

REVISION = "deployment.kubernetes.io/revision"
HISTORY = "deployment.kubernetes.io/revision-history"
DESIRED = "deployment.kubernetes.io/desired-replicas"
MOST = "deployment.kubernetes.io/max-replicas"
_SKIPPED = frozenset(
    {
        "kubectl.kubernetes.io/last-applied-configuration", REVISION, HISTORY, DESIRED, MOST,
        "deprecated.deployment.rollback.to",
    }
)  # fmt: skip
_HISTORY_MOST = 2000
"""Characters of the revision history that are kept."""

Annotations = dict[str, str]


def annotations_of(obj: Obj) -> Annotations:
    return obj["metadata"].get("annotations") or {}


def _number(text: str | None) -> int | None:
    """As Go's ParseInt reads it."""
    try:
        return int(text) if text and text.isascii() and "_" not in text and text == text.strip() else None
    except ValueError:
        return None


def revision_of(one: Obj) -> int | None:
    return _number(annotations_of(one).get(REVISION))


def desired_of(one: Obj) -> int | None:
    """The Deployment's replicas when this ReplicaSet was last scaled."""
    return _number(annotations_of(one).get(DESIRED))


def max_replicas_of(one: Obj) -> int | None:
    """The most pods that the Deployment could have when this ReplicaSet was last scaled."""
    return _number(annotations_of(one).get(MOST))


def newest(sets: Iterable[Obj]) -> int:
    """The highest revision among these ReplicaSets; 0 when there is none."""
    return max((revision_of(one) or 0 for one in sets), default=0)


def sizes(wanted: int, most: int) -> Annotations:
    return {DESIRED: str(wanted), MOST: str(most)}


def for_new_set(deployment: Obj, held: Annotations, revision: int) -> Annotations:
    """The annotations of the new ReplicaSet: the Deployment's own, and the revision when it moves forward.

    A ReplicaSet that gets a new revision has been rolled back to: the old one is kept in its history.
    """
    out = {**held, **{k: v for k, v in annotations_of(deployment).items() if k not in _SKIPPED}}
    text = held.get(REVISION)
    before = _number(text) if text else 0
    if before is None or before >= revision:
        return out
    out[REVISION] = str(revision)
    if text is not None:
        history = _extended(held.get(HISTORY, ""), text)
        if history is not None:
            out[HISTORY] = history
    return out


def _extended(history: str, revision: str) -> str | None:
    """The history with one more revision, its oldest dropped when it would grow too long; None when nothing fits."""
    kept = history.split(",")
    if not kept[0]:
        return revision
    length = len(history) + len(revision) + 1
    while length > _HISTORY_MOST and kept:
        length -= len(kept.pop(0)) + 1
    return ",".join([*kept, revision]) if length <= _HISTORY_MOST else None
