"""Pods that wait for an image, and what the kubelet says about the pull."""

import re
from dataclasses import dataclass
from typing import Any

from quorate.diagnosis.case import Case, names, verb
from quorate.diagnosis.finding import Weigh
from quorate.diagnosis.podstate import PodState

UNAUTHORIZED = re.compile(
    r"unauthorized|authentication required|403 forbidden|401 unauthorized|access denied|denied:|insufficient_scope|"
    r"no basic auth credentials|authorization failed|pull access denied",
    re.I,
)
UNREACHABLE = re.compile(
    r"i/o timeout|no such host|connection refused|connection reset|network is unreachable|no route to host|"
    r"TLS handshake timeout|x509:|certificate|context deadline exceeded|server misbehaving|EOF|50[0-4] |"
    r"toomanyrequests|429|rate limit|dial tcp|RegistryUnavailable",
    re.I,
)
NOT_FOUND = re.compile(
    r"not found|manifest unknown|does not exist|name unknown|repository .* not|no match for platform", re.I
)


@dataclass(frozen=True, slots=True)
class Pull:
    """Pods that wait for one image. `said` is all that the kubelet tells about it."""

    pods: list[PodState]
    image: str
    said: str

    @property
    def first(self) -> PodState:
        return self.pods[0]


def pulls(case: Case) -> list[Pull]:
    by_image: dict[str, list[PodState]] = {}
    for pod in case.at("image"):
        by_image.setdefault(str(pod.spec_of().get("image") or "?"), []).append(pod)
    out = []
    for image, pods in by_image.items():
        told = [
            t.message
            for p in pods
            for t in case.events_of(p.pod, "Failed", "InspectFailed", "FailedToRetrieveImagePullSecret")
        ]
        out.append(Pull(pods, image, "\n".join(dict.fromkeys([*(p.message for p in pods if p.message), *told]))))
    return out


def kind_of(pull: Pull) -> str:
    """ "name", "secret", "unauthorized", "not-found", "unreachable", "never", "" when the kubelet does not say."""
    if pull.first.reason == "InvalidImageName":
        return "name"
    if pull.first.reason == "ErrImageNeverPull":
        return "never"
    if "insufficient_scope" in pull.said or UNAUTHORIZED.search(pull.said):
        return "unauthorized"
    if NOT_FOUND.search(pull.said):
        return "not-found"
    if pull.first.reason == "RegistryUnavailable" or UNREACHABLE.search(pull.said):
        return "unreachable"
    return ""


def weigh(pull: Pull, weight: float) -> Weigh:
    pod = pull.first
    out = Weigh().says(
        weight,
        f"{names(pull.pods)} {verb(pull.pods, 'waits')} with {pod.reason}: {_short(pod.message) or pull.image}",
        f"{pod.status_path}.state.waiting",
        pod.since,
    )
    detail = _detail(pull.said)
    if detail and detail not in pod.message:
        out.says(0.4, _short(detail), f"event on {pod.label}")
    return out


def _detail(said: str) -> str:
    lines = [line for line in said.splitlines() if not line.startswith(("Error: ", "Back-off"))]
    return lines[-1] if lines else ""


def _short(text: str, most: int = 240) -> str:
    return text if len(text) <= most else f"{text[:most]}..."


def others_pull(case: Case, pull: Pull) -> list[str]:
    """Pods that run this very image: then it exists, and this node or its credentials are at fault."""
    out = []
    for pod in case.evidence.list("pods", case.namespace):
        for status in (pod.get("status") or {}).get("containerStatuses") or ():
            spec: dict[str, Any] = next(
                (c for c in pod["spec"].get("containers") or () if c.get("name") == status.get("name")), {}
            )
            if spec.get("image") == pull.image and status.get("imageID") and (status.get("state") or {}).get("running"):
                out.append(pod["metadata"]["name"])
    return out
