"""A pod's claims: made before the pod, owned as the retention policy says (Kubernetes: stateful_pod_control.go).

What a scaled-down or deleted set leaves behind is a matter of ownerReferences alone: garbage collection does the rest.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from quorate.contract.plan import Action, Create, Obj, Update
from quorate.controllers.statefulset import told
from quorate.controllers.statefulset.names import CLAIMS, claim_name


class Policy(NamedTuple):
    """persistentVolumeClaimRetentionPolicy, True for Delete."""

    when_scaled: bool
    when_deleted: bool


class Owners(NamedTuple):
    """Who may own a pod's claims: its set, itself (`pod_uid` is "" before it exists), and whether it is to stay."""

    found: Obj
    pod: str
    pod_uid: str
    ordinal: int
    wanted: bool


def policy_of(found: Obj) -> Policy:
    policy = found["spec"].get("persistentVolumeClaimRetentionPolicy") or {}
    return Policy(policy.get("whenScaled") == "Delete", policy.get("whenDeleted") == "Delete")


def missing(
    found: Obj, pod: str, ordinal: int, held: Mapping[str, Obj], verb: told.Verb | None
) -> tuple[list[Action], str]:
    """What makes the claims that are not there, and why it will not do: a claim that is being deleted ("": it will).

    `verb` is what is being done to the pod meanwhile, for the events; None when nothing is.
    """
    actions: list[Action] = []
    wrong = []
    for template, name in _names(found, ordinal):
        claim = held.get(name)
        if claim is None:
            actions.append(Create(CLAIMS, _new(found, template, name), told.of_claim(found, name, pod, verb)))
        elif claim["metadata"].get("deletionTimestamp"):
            wrong.append(f"pvc {name} is being deleted")
    return actions, wrong[0] if len(wrong) == 1 else f"[{', '.join(wrong)}]" if wrong else ""


def _new(found: Obj, template: Obj, name: str) -> Obj:
    """A claim carries its template's labels and annotations and the labels that the set selects by."""
    made, meta = template["metadata"], found["metadata"]
    labels = {**(made.get("labels") or {}), **((found["spec"].get("selector") or {}).get("matchLabels") or {})}
    metadata = {**made, "name": name, "namespace": meta["namespace"]}
    if labels:
        metadata["labels"] = labels
    return {**template, "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata}


def stale(owners: Owners, held: Mapping[str, Obj]) -> bool:
    """Whether a claim still belongs to an earlier pod of this name, which makes the pod wait for its going."""
    if not policy_of(owners.found).when_scaled:
        return False
    claims = (held.get(name) for _, name in _names(owners.found, owners.ordinal))
    return any(claim is not None and _stale_pod(claim, owners) for claim in claims)


def kept_right(owners: Owners, held: Mapping[str, Obj]) -> bool:
    """Whether the claims that exist are owned as the policy says."""
    if not owners.found["spec"].get("volumeClaimTemplates"):
        return True
    claims = (held.get(name) for _, name in _names(owners.found, owners.ordinal))
    return all(claim is None or _right(claim, owners) for claim in claims)


def put_right(owners: Owners, held: Mapping[str, Obj]) -> list[Action]:
    """What makes the existing claims owned as the policy says."""
    actions: list[Action] = []
    for _, name in _names(owners.found, owners.ordinal):
        claim = held.get(name)
        if claim is None:
            continue
        if _foreign_controller(claim, owners):
            actions.append(told.conflicting(owners.found, name))
        if not _right(claim, owners):
            meta = {k: v for k, v in claim["metadata"].items() if k != "ownerReferences"}
            references = _references(claim, owners)
            if references:
                meta["ownerReferences"] = references
            actions.append(Update(CLAIMS, {**claim, "metadata": meta}))
    return actions


def _names(found: Obj, ordinal: int) -> Iterator[tuple[Obj, str]]:
    set_name = found["metadata"]["name"]
    for template in found["spec"].get("volumeClaimTemplates") or ():
        yield template, claim_name(template["metadata"].get("name", ""), set_name, ordinal)


def _refs(claim: Obj) -> list[Obj]:
    return claim["metadata"].get("ownerReferences") or []


def _is_set(ref: Obj, owners: Owners) -> bool:
    name = owners.found["metadata"]["name"]
    return ref["apiVersion"] == "apps/v1" and ref["kind"] == "StatefulSet" and ref["name"] == name


def _is_pod(ref: Obj, owners: Owners) -> bool:
    return ref["apiVersion"] == "v1" and ref["kind"] == "Pod" and ref["name"] == owners.pod


def _stale_pod(claim: Obj, owners: Owners) -> bool:
    ref = next((r for r in _refs(claim) if _is_pod(r, owners)), None)
    return ref is not None and ref["uid"] != owners.pod_uid


def _stale_set(claim: Obj, owners: Owners) -> bool:
    ref = next((r for r in _refs(claim) if _is_set(r, owners)), None)
    return ref is not None and ref["uid"] != owners.found["metadata"]["uid"]


def _foreign_controller(claim: Obj, owners: Owners) -> bool:
    """Somebody else controls the claim, under a policy that would have the set or the pod control it."""
    if policy_of(owners.found) == (False, False):
        return False
    for ref in _refs(claim):
        if _is_set(ref, owners):
            if ref["uid"] != owners.found["metadata"]["uid"]:
                return True
        elif _is_pod(ref, owners):
            if ref["uid"] != owners.pod_uid:
                return True
        elif ref.get("controller"):
            return True
    return False


def _right(claim: Obj, owners: Owners) -> bool:
    """A claim of an earlier set or pod of the same name is left to the garbage collector, whatever the policy."""
    references = _refs(claim)
    policy = policy_of(owners.found)
    if references:
        if _stale_set(claim, owners) or _stale_pod(claim, owners):
            return True
        ours = [ref for ref in references if ref["uid"] in (owners.found["metadata"]["uid"], owners.pod_uid)]
        if _foreign_controller(claim, owners):
            return not ours
        if any(not ref.get("controller") for ref in ours):
            return False
    uids = {ref["uid"] for ref in references}
    by_set, by_pod = _wanted(policy, owners)
    return (owners.found["metadata"]["uid"] in uids) is by_set and (owners.pod_uid in uids) is by_pod


def _wanted(policy: Policy, owners: Owners) -> tuple[bool, bool]:
    """Whether the set, and whether the pod, should own the claim: a pod that is scaled away takes it along."""
    by_pod = policy.when_scaled and not owners.wanted
    return policy.when_deleted and not by_pod, by_pod


def _references(claim: Obj, owners: Owners) -> list[Obj]:
    kept = [ref for ref in _refs(claim) if not _is_set(ref, owners) and not _is_pod(ref, owners)]
    if _foreign_controller(claim, owners):
        return kept
    by_set, by_pod = _wanted(policy_of(owners.found), owners)
    meta = owners.found["metadata"]
    if by_pod and all(ref["uid"] != owners.pod_uid for ref in kept):
        kept.append(_reference("v1", "Pod", owners.pod, owners.pod_uid))
    if by_set and all(ref["uid"] != meta["uid"] for ref in kept):
        kept.append(_reference("apps/v1", "StatefulSet", meta["name"], meta["uid"]))
    return kept


def _reference(version: str, kind: str, name: str, uid: str) -> Obj:
    return {
        "apiVersion": version, "kind": kind, "name": name, "uid": uid, "controller": True, "blockOwnerDeletion": True
    }  # fmt: skip
