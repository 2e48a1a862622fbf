"""What a DaemonSet's pods and revisions are called and marked with."""

from quorate.contract.plan import Obj

DAEMONSETS, PODS, NODES = "daemonsets.apps", "pods", "nodes"
HASH_LABEL = "controller-revision-hash"
GENERATION_LABEL, GENERATION_ANNOTATION = "pod-template-generation", "deprecated.daemonset.template.generation"

Mark = tuple[str, str]
"""The revision hash and the template generation in a pod's labels; "" for none."""


def mark_of(pod: Obj) -> Mark:
    labels = pod["metadata"].get("labels") or {}
    return labels.get(HASH_LABEL, ""), labels.get(GENERATION_LABEL, "")


def template_generation(found: Obj) -> str:
    """As its pods are marked with it; "" when the annotation is missing or no number."""
    text: str = (found["metadata"].get("annotations") or {}).get(GENERATION_ANNOTATION, "")
    digits = text.removeprefix("-")
    return str(int(text)) if digits.isascii() and digits.isdigit() else ""


def is_updated(mark: Mark, hashed: str, generation: str) -> bool:
    """Whether a pod so marked is of the current template; the generation is how it was told before there were hashes."""
    return (hashed != "" and mark[0] == hashed) or (generation != "" and mark[1] == generation)
