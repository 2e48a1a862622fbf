"""Changes what is immutable: deletes the workload alone, and makes it again so, over the same pods and claims."""

from typing import Any

import yaml

from quorate.diagnosis.fixing.asked import Asked
from quorate.diagnosis.fixing.steps import Await, CannotFix, Fix, Make, NeedsValue, Remove, Step, ref_of
from quorate.diagnosis.workload import WORKLOADS

Obj = dict[str, Any]

ID = "recreate"
TITLE = "Make the workload again over its pods"
TAKES = {"*": "a field and what it is to be, e.g. spec.podManagementPolicy=Parallel; of a list, spec.LIST.NAME.FIELD"}
NEEDS = ()

GONE = ("uid", "resourceVersion", "generation", "creationTimestamp", "managedFields", "selfLink", "deletionTimestamp")
IDENTITY = ("spec.selector", "spec.template.metadata.labels")


def plan(asked: Asked) -> Fix:
    case = asked.case
    obj = asked.workload("StatefulSet", "Deployment", "DaemonSet")
    meta = obj["metadata"]
    if not asked.given:
        raise NeedsValue("say what is to change: --set spec.FIELD=VALUE, e.g. spec.podManagementPolicy=Parallel")
    if meta.get("finalizers"):
        raise CannotFix(
            f"{case.label} has finalizers ({', '.join(meta['finalizers'])}): whoever set them has to let it go"
        )
    retention = case.spec.get("persistentVolumeClaimRetentionPolicy") or {}
    if retention.get("whenDeleted") == "Delete":
        raise CannotFix(
            f"{case.label} deletes its claims with itself (persistentVolumeClaimRetentionPolicy.whenDeleted is Delete): "
            "set that to Retain first"
        )
    spec: Obj = obj["spec"]
    for path, value in asked.given.items():
        if not path.startswith("spec.") or path.startswith(IDENTITY):
            raise CannotFix(
                f"--set {path}: {'its pods would no longer be its own' if path.startswith(IDENTITY) else 'only fields below spec'}"
            )
        spec = _set(spec, path.split(".")[1:], _value(value), path)
    if spec == obj["spec"]:
        raise CannotFix(f"{case.label} is so already")
    again = {
        "apiVersion": obj["apiVersion"], "kind": obj["kind"], "metadata": {k: v for k, v in meta.items() if k not in GONE}, "spec": spec,
    }  # fmt: skip
    ref = ref_of(obj, WORKLOADS[case.kind])
    told = ", ".join(f"{p} = {v}" for p, v in asked.given.items())
    return Fix(
        ID, f"make {case.label} again over its pods, with {told}",
        (
            Step(f"delete {case.label} alone: its pods and claims stay (--cascade=orphan)", Remove(ref, orphan=True), obj),
            Step(f"wait until {case.label} is gone", Await(ref, "gone", meta["uid"])),
            Step(f"make {case.label} again with {told}", Make(ref, again, again=True)),
        ),
        ("between the two nobody replaces a pod that fails", "its history of revisions begins anew, as far as they are not adopted"),
    )  # fmt: skip


def _value(said: Any) -> Any:
    try:
        return yaml.safe_load(said) if isinstance(said, str) else said
    except yaml.YAMLError:
        raise CannotFix(f"not a value: {said}") from None


def _set(tree: Obj, path: list[str], value: Any, whole: str) -> Obj:
    """A tree with this field so; the one that was given stays as it is. Of a list, `path` names an element."""
    head, *rest = path
    if not rest:
        return {**tree, head: value}
    below = tree.get(head)
    if isinstance(below, list):
        at, *inside = rest
        names = [
            str(one.get("name") or (one.get("metadata") or {}).get("name")) for one in below if isinstance(one, dict)
        ]
        if at not in names or not inside:
            raise CannotFix(f"--set {whole}: {head} holds {', '.join(names) or 'nothing'}; write {head}.NAME.FIELD")
        return {
            **tree,
            head: [_set(one, inside, value, whole) if names[i] == at else one for i, one in enumerate(below)],
        }
    if below is not None and not isinstance(below, dict):
        raise CannotFix(f"--set {whole}: {head} holds no fields")
    return {**tree, head: _set(below or {}, rest, value, whole)}
