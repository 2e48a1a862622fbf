"""The annotations by which a manifest says how its containers behave on simulated nodes.

On a Pod (durations as Go writes them: "300ms", "2s", "1m30s"); one that cannot be read counts as absent:

    sim.quorate.dev/start-after   from bound to its node to started                                    default 0s
    sim.quorate.dev/ready-after   from started to answering its readiness and startup probes           default 0s
    sim.quorate.dev/ready         "false": its readiness probe fails while this says so (live)         default true
    sim.quorate.dev/needs-peers   its readiness probe fails until so many pods of its workload, itself included, run
                                  and are found by name: those that are ready, or all of them where their Service
                                  has publishNotReadyAddresses (live)                                  default 0
    sim.quorate.dev/live          "false": its liveness probe, if it has one, fails (live)             default true
    sim.quorate.dev/stop-after    from asked to stop to exited, within the grace period                default 0s
    sim.quorate.dev/fault         ImagePullBackOff, ErrImagePull, InvalidImageName, CreateContainerConfigError,
                                  CrashLoopBackOff, Failed, Succeeded, NeverReady (live)               default none
    sim.quorate.dev/crash-after   its containers exit this long after each start                       default never
    sim.quorate.dev/exit-code     with which they exit, there and under CrashLoopBackOff and Failed;
                                  137 counts as killed for lack of memory (OOMKilled)                  default 1
    sim.quorate.dev/pull-after    a pull of an image that its node does not have yet takes this long   default 0s
    sim.quorate.dev/init-after    each of its init containers runs this long                           default 0s
    sim.quorate.dev/metrics       what its /metrics says besides its own, as Prometheus reads it (live) default none
    sim.quorate.dev/cpu, memory   what it uses: "300m", "200Mi", for HorizontalPodAutoscalers (live);
                                  of one container: sim.quorate.dev/cpu.CONTAINER                      default none

On a Node:

    sim.quorate.dev/down          "true": its kubelet stops until the annotation goes
    sim.quorate.dev/registry-down the registry that it cannot reach, e.g. "docker.io"; "*" for all
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from quorate.kernel.clock import Duration
from quorate.objects.times import parse_duration

Obj = dict[str, Any]

PREFIX = "sim.quorate.dev/"
DOWN = PREFIX + "down"
REGISTRY_DOWN = PREFIX + "registry-down"

IMAGE_FAULTS = frozenset({"ErrImagePull", "ImagePullBackOff", "InvalidImageName"})
START_FAULTS = IMAGE_FAULTS | {"CreateContainerConfigError"}
END_FAULTS = frozenset({"Failed", "Succeeded"})


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How a pod's containers behave, as its annotations say now."""

    start_after: Duration = 0
    ready_after: Duration = 0
    ready: bool = True
    needs_peers: int = 0
    live: bool = True
    stop_after: Duration = 0
    fault: str = ""
    crash_after: Duration | None = None
    exit_code: int = 1
    pull_after: Duration = 0
    init_after: Duration = 0


PLAIN = Behaviour()


def behaviour(pod: Obj) -> Behaviour:
    annotations = pod["metadata"].get("annotations")
    if not annotations:
        return PLAIN
    said = tuple((k, str(v)) for k, v in annotations.items() if k.startswith(PREFIX))
    return _read(said) if said else PLAIN


@lru_cache(maxsize=1024)
def _read(said: tuple[tuple[str, str], ...]) -> Behaviour:
    given = {key[len(PREFIX) :]: value for key, value in said}
    code = given.get("exit-code", "1").strip()
    peers = given.get("needs-peers", "").strip()
    return Behaviour(
        start_after=_duration(given.get("start-after")) or 0,
        ready_after=_duration(given.get("ready-after")) or 0,
        ready=given.get("ready") != "false",
        needs_peers=int(peers) if peers.isdecimal() and len(peers) < 6 else 0,
        live=given.get("live") != "false",
        stop_after=_duration(given.get("stop-after")) or 0,
        fault=given.get("fault", ""),
        crash_after=_duration(given.get("crash-after")),
        exit_code=int(code) if code.isdecimal() and int(code) < 256 else 1,
        pull_after=_duration(given.get("pull-after")) or 0,
        init_after=_duration(given.get("init-after")) or 0,
    )


def _duration(text: str | None) -> Duration | None:
    if not text:
        return None
    try:
        return parse_duration(text)
    except ValueError:
        return None


def is_down(node: Obj) -> bool:
    """Whether the node's kubelet is stopped."""
    annotations = node["metadata"].get("annotations")
    return bool(annotations) and annotations.get(DOWN) == "true"


def registry_down(node: Obj) -> str:
    """The registry that the node cannot reach; "*" for all, "" for none."""
    annotations = node["metadata"].get("annotations")
    return str(annotations.get(REGISTRY_DOWN, "")) if annotations else ""
