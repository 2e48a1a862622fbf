"""Pod Security Standards, by the labels of the namespace (Kubernetes: PodSecurity; k8s.io/pod-security-admission).

    policy.py       which level and version a namespace's labels ask for, for each of its modes
    violation.py    what a check finds, and how Kubernetes words it
    baseline.py     the checks of the level baseline
    restricted.py   what the level restricted asks beside
    levels.py       all that a pod violates of a level

Nobody is exempt and nothing is asked of a namespace without labels: Kubernetes' own defaults.
"""

from typing import Any

from quorate.apiserver.admission.pod_security.levels import violations
from quorate.apiserver.admission.pod_security.policy import MODES, PREFIX, Policy, Standard, policy_of
from quorate.apiserver.admission.refusal import refused
from quorate.apiserver.asked import Asked
from quorate.apiserver.disabled import TEMPLATES
from quorate.apiserver.validation.errors import refusal
from quorate.contract.plan import Obj
from quorate.contract.ports import Reader

RESOURCES = frozenset({"pods", "namespaces", "podtemplates", *TEMPLATES})
_LEVELS = ("privileged", "baseline", "restricted")
_MOST_PODS = 3000
_PARTS = frozenset({"", "ephemeralcontainers", "resize"})
"""The subresources of pods that can change what is checked."""

__all__ = ["MODES", "RESOURCES", "check"]


def check(asked: Asked, reader: Reader) -> tuple[str, ...]:
    """What the writer is warned of. Raises Refused: 403 for a pod that violates what is enforced, 422 for wrong labels."""
    if asked.obj is None:
        return ()
    if asked.resource == "namespaces":
        return _namespace(asked, asked.obj, reader) if not asked.subresource else ()
    if asked.subresource not in (_PARTS if asked.resource == "pods" else ("",)):
        return ()
    namespace = reader.get("namespaces", "", asked.namespace)
    labels = (namespace or {}).get("metadata", {}).get("labels") or {}
    if not any(label.startswith(PREFIX) for label in labels):
        return ()
    policy = policy_of(labels)[0]
    if asked.resource == "pods":
        return _pod(asked, asked.obj, policy)
    template: Any = asked.obj
    for field in TEMPLATES.get(asked.resource, ("template",)):
        template = template.get(field) or {}
    return _warned(policy.warn, template) if template else ()


def _pod(asked: Asked, pod: Obj, policy: Policy) -> tuple[str, ...]:
    if asked.old is not None and not _matters(pod, asked.old):
        return ()
    found = violations(policy.enforce, pod)
    if found:
        raise refused(asked, f'violates PodSecurity "{policy.enforce}": {found.details()}')
    return _warned(policy.warn, pod)


def _warned(standard: Standard, pod: Obj) -> tuple[str, ...]:
    found = violations(standard, pod)
    return (f'would violate PodSecurity "{standard}": {found.details()}',) if found else ()


def _matters(pod: Obj, old: Obj) -> bool:
    """Of a running pod only new images and new ephemeral containers are looked at."""
    for field in ("containers", "initContainers"):
        now, before = pod["spec"].get(field) or (), old["spec"].get(field) or ()
        if len(now) != len(before) or any(c.get("image") != b.get("image") for c, b in zip(now, before, strict=True)):
            return True
    known = {c.get("name"): c.get("image") for c in old["spec"].get("ephemeralContainers") or ()}
    return any(
        known.get(c.get("name")) != c.get("image") for c in pod["spec"].get("ephemeralContainers") or ()
    )  # fmt: skip


def _namespace(asked: Asked, namespace: Obj, reader: Reader) -> tuple[str, ...]:
    policy, errors = policy_of(namespace["metadata"].get("labels") or {})
    if asked.old is None:
        if errors:
            raise refusal(asked.kind, asked.name, errors)
        return ()
    was, known = policy_of(asked.old["metadata"].get("labels") or {})
    if errors and errors != known:
        raise refusal(asked.kind, asked.name, errors)
    now, before = policy.enforce, was.enforce
    relaxed = now.version == before.version and _LEVELS.index(now.level) <= _LEVELS.index(before.level)
    return () if now == before or relaxed or now.level == "privileged" else _existing(asked.name, now, reader)


def _existing(namespace: str, standard: Standard, reader: Reader) -> tuple[str, ...]:
    """Which of the pods that are there would be refused now; of one controller's all are alike."""
    pods = _first_of_each(list(reader.list("pods", namespace)))
    found: dict[str, list[str]] = {}
    for pod in pods[:_MOST_PODS]:
        wrong = violations(standard, pod)
        if wrong:
            found.setdefault(wrong.reasons(), []).append(pod["metadata"]["name"])
    told: list[str] = []
    if len(pods) > _MOST_PODS:
        told.append(
            f"new PodSecurity enforce level only checked against the first {_MOST_PODS} of {len(pods)} existing pods"
        )
    if found:
        told.append(f'existing pods in namespace "{namespace}" violate the new PodSecurity enforce level "{standard}"')
    return (*told, *sorted(f"{min(names)}{_others(len(names) - 1)}: {why}" for why, names in found.items()))


def _first_of_each(pods: list[Obj]) -> list[Obj]:
    first: list[Obj] = []
    rest: list[Obj] = []
    seen: set[str] = set()
    for pod in pods:
        owner = next((o["uid"] for o in pod["metadata"].get("ownerReferences") or () if o.get("controller")), None)
        (rest if owner in seen else first).append(pod)
        if owner is not None:
            seen.add(owner)
    return first + rest


def _others(count: int) -> str:
    return "" if not count else " (and 1 other pod)" if count == 1 else f" (and {count} other pods)"
