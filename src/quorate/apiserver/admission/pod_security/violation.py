"""What a check finds wrong with a pod, and the words for it."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from quorate.contract.plan import Obj


class Violation(NamedTuple):
    """`reason` alone is told of existing pods; both of a pod that is asked for: "hostPort (container "c" uses hostPort 80)"."""

    reason: str
    detail: str


class Check(NamedTuple):
    """`since` is the first minor version of the standard that has it; `replaces` the check of a lower level that it contains."""

    name: str
    since: int
    find: Callable[[Obj, int], Violation | None]
    """Asked with the pod (or its template) and the minor version of the standard."""
    replaces: str = ""


def containers(pod: Obj) -> Iterator[Obj]:
    spec = pod.get("spec") or {}
    for field in ("initContainers", "containers", "ephemeralContainers"):
        yield from spec.get(field) or ()


def context(of: Obj) -> Obj:
    """The security context of a container, or of a pod's spec."""
    return of.get("securityContext") or {}


def pod_context(pod: Obj) -> Obj:
    return context(pod.get("spec") or {})


def quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def listed(noun: str, names: list[str]) -> str:
    """`container "a"`, `containers "a", "b"`."""
    return f"{noun}{'s' if len(names) != 1 else ''} {quoted(names)}"


def setters(pod_too: bool, names: list[str]) -> str:
    """Who has set something wrong: "pod", the containers, or both."""
    found = ["pod"] if pod_too else []
    if names:
        found.append(listed("container", names))
    return " and ".join(found)


def those(pod: Obj, wrong: Callable[[Obj], bool]) -> list[str]:
    """The names of the containers that are wrong."""
    return [c.get("name", "") for c in containers(pod) if wrong(c)]


def on_windows(pod: Obj) -> bool:
    return bool(((pod.get("spec") or {}).get("os") or {}).get("name") == "windows")


def own_users(pod: Obj, version: int) -> bool:
    """A pod with users of its own: what is root in it is nobody on the node (since 1.35)."""
    return version >= 35 and (pod.get("spec") or {}).get("hostUsers") is False
