"""One pod of a set: how it is made, how it stands, what its identity is (Kubernetes: stateful_set_utils.go)."""

from typing import NamedTuple

from quorate.contract.plan import Obj
from quorate.controllers.statefulset.names import claim_name, parse_pod_name, pod_name
from quorate.kernel.clock import SECOND, Instant
from quorate.objects.owners import controller_reference
from quorate.objects.times import parse_time

POD_NAME_LABEL = "statefulset.kubernetes.io/pod-name"
POD_INDEX_LABEL = "apps.kubernetes.io/pod-index"
REVISION_LABEL = "controller-revision-hash"


class Member(NamedTuple):
    """A pod as the policy reads it; `pod` is None while it has yet to be made.

    ready         Running and Ready
    available     Ready for minReadySeconds
    available_at  when it is, or will be if it stays Ready; None while it is not Ready
    """

    pod: Obj | None
    name: str
    ordinal: int
    revision: str
    phase: str = ""
    terminating: bool = False
    ready: bool = False
    available: bool = False
    available_at: Instant | None = None

    @property
    def created(self) -> bool:
        return self.phase != ""

    @property
    def finished(self) -> bool:
        return self.phase in ("Failed", "Succeeded")

    @property
    def unavailable(self) -> bool:
        """It is no use to anybody: not Ready, not available, or on its way out."""
        return self.terminating or not self.ready or not self.available


def member(pod: Obj, min_ready: int, now: Instant) -> Member:
    meta, status = pod["metadata"], pod.get("status") or {}
    name, phase = meta["name"], status.get("phase") or ""
    revision = (meta.get("labels") or {}).get(REVISION_LABEL, "")
    available, at = False, None
    for condition in status.get("conditions") or ():
        if condition["type"] == "Ready":
            if condition["status"] == "True":
                since = condition.get("lastTransitionTime")
                at = (parse_time(since) if since else now) + min_ready * SECOND
                available = min_ready == 0 or (since is not None and at <= now)
            break
    ready = at is not None and phase == "Running"
    gone = bool(meta.get("deletionTimestamp"))
    return Member(pod, name, parse_pod_name(name)[1], revision, phase, gone, ready, available, at)


def new_pod(found: Obj, template: Obj, ordinal: int, revision: str) -> Obj:
    """The pod of this ordinal from this template. Its name, hostname, subdomain and identity labels are the set's."""
    meta, spec = found["metadata"], found["spec"]
    made = template.get("metadata") or {}
    name = pod_name(meta["name"], ordinal)
    labels = {**(made.get("labels") or {}), **_identity(name, ordinal), REVISION_LABEL: revision}
    metadata: Obj = {
        "name": name, "generateName": f"{meta['name']}-", "namespace": meta["namespace"], "labels": labels
    }  # fmt: skip
    for field in ("annotations", "finalizers"):
        if made.get(field):
            metadata[field] = made[field]
    metadata["ownerReferences"] = [controller_reference(found)]
    body = {k: v for k, v in template["spec"].items() if k not in ("hostname", "subdomain", "volumes")}
    body["hostname"] = name
    if spec.get("serviceName"):
        body["subdomain"] = spec["serviceName"]
    volumes = _volumes(found, template["spec"], ordinal)
    if volumes:
        body["volumes"] = volumes
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": body}


def identity_matches(found: Obj, mine: Member) -> bool:
    """The index label is not looked at: whoever changes it alone keeps the change."""
    assert mine.pod is not None
    labels = mine.pod["metadata"].get("labels") or {}
    return labels.get(POD_NAME_LABEL) == mine.name == pod_name(found["metadata"]["name"], mine.ordinal)


def storage_matches(found: Obj, mine: Member) -> bool:
    templates = found["spec"].get("volumeClaimTemplates")
    if not templates:
        return True
    assert mine.pod is not None
    claims = {
        volume["name"]: (volume.get("persistentVolumeClaim") or {}).get("claimName")
        for volume in mine.pod["spec"].get("volumes") or ()
    }
    set_name = found["metadata"]["name"]
    names = [template["metadata"].get("name", "") for template in templates]
    return all(claims.get(name) == claim_name(name, set_name, mine.ordinal) for name in names)


def repaired(found: Obj, mine: Member) -> Obj:
    """The pod with its identity and its claims put right."""
    assert mine.pod is not None
    meta, spec = mine.pod["metadata"], mine.pod["spec"]
    name = pod_name(found["metadata"]["name"], mine.ordinal)
    labels = {**(meta.get("labels") or {}), **_identity(name, mine.ordinal)}
    if not storage_matches(found, mine):
        spec = {**spec, "volumes": _volumes(found, spec, mine.ordinal)}
    return {**mine.pod, "metadata": {**meta, "name": name, "labels": labels}, "spec": spec}


def _identity(name: str, ordinal: int) -> dict[str, str]:
    return {POD_NAME_LABEL: name, POD_INDEX_LABEL: str(ordinal)}


def _volumes(found: Obj, spec: Obj, ordinal: int) -> list[Obj]:
    """The claims of the set's templates, then the pod's own volumes whose names no template has."""
    templates = found["spec"].get("volumeClaimTemplates") or ()
    names = [template["metadata"].get("name", "") for template in templates]
    claims = {name: claim_name(name, found["metadata"]["name"], ordinal) for name in names}
    out: list[Obj] = [{"name": n, "persistentVolumeClaim": {"claimName": c}} for n, c in claims.items()]
    return out + [volume for volume in spec.get("volumes") or () if volume["name"] not in claims]
