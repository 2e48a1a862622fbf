"""What goes on beside a fault: other troubles, restarts long past, events that have expired."""

from random import Random

from bench.faulty.play import Play
from quorate.contract.failures import Refused
from quorate.diagnosis.told import LIFE, told
from quorate.kernel.clock import MINUTE, SECOND


def annoy(play: Play, draw: Random) -> None:
    """One to three things that have nothing to do with any case."""
    for trouble in draw.sample(
        (
            _crashing_neighbour,
            _pending_neighbour,
            _restarted,
            _old_updates,
            _idle_claim,
            _failed_job_pod,
            _namesakes,
            _nightly,
        ),
        draw.randint(1, 3),
    ):
        trouble(play)


def _crashing_neighbour(play: Play) -> None:
    play.deployment("noise", replicas=1, wait=False, annotations={"fault": "CrashLoopBackOff"})


def _pending_neighbour(play: Play) -> None:
    play.deployment("noise", replicas=1, wait=False, container={"resources": {"requests": {"cpu": "500"}}})


def _restarted(play: Play) -> None:
    """A neighbour that crashed a few times and has got over it."""
    name = play.deployment("noise", replicas=2)
    pod = play.pods(name)[0]["metadata"]["name"]
    before = play.client.get("pods", "prod", pod)
    play.client.patch("pods", "prod", pod, {"metadata": {"annotations": {"sim.quorate.dev/crash-after": "2s"}}})
    play.run(2 * MINUTE)
    if before is not None:
        play.client.patch("pods", "prod", pod, {"metadata": {"annotations": {"sim.quorate.dev/crash-after": None}}})
    play.run(15 * MINUTE)


def _old_updates(play: Play) -> None:
    name = play.deployment("noise")
    for version in ("1.1", "1.2"):
        play.image("deployments.apps", name, f"registry.example.com/app:{version}")
        play.run(MINUTE)


def _idle_claim(play: Play) -> None:
    """A claim that waits for a pod that nobody makes: normal for its class."""
    spec = {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": "1Gi"}},
        "storageClassName": "topology-aware",
    }
    play.create("persistentvolumeclaims", "v1", "PersistentVolumeClaim", play.name("idle"), spec)


def _failed_job_pod(play: Play) -> None:
    container = {"name": "once", "image": "registry.example.com/once:1"}
    spec = {"restartPolicy": "Never", "containers": [container]}
    play.create(
        "pods", "v1", "Pod", play.name("once"), spec, metadata={"annotations": {"sim.quorate.dev/fault": "Failed"}}
    )


def _namesakes(play: Play) -> None:
    """In another namespace workloads of the same names are broken."""
    space = "staging"
    play.client.create("namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": space}})
    play.run(SECOND)
    for base in ("db", "web"):
        name = play.style.names.get(base, base)
        template = {
            "metadata": {"labels": {"app": name}, "annotations": {"sim.quorate.dev/fault": "CrashLoopBackOff"}},
            "spec": {"containers": [{"name": "app", "image": "registry.example.com/app:1.0"}]},
        }
        spec = {"replicas": 1, "serviceName": name, "selector": {"matchLabels": {"app": name}}, "template": template}
        play.create("statefulsets.apps", "apps/v1", "StatefulSet", name, spec, space)


def _nightly(play: Play) -> None:
    """A CronJob whose runs fail now and then."""
    container = {"name": "backup", "image": "registry.example.com/backup:1"}
    pod = {"restartPolicy": "Never", "containers": [container]}
    template = {"metadata": {"annotations": {"sim.quorate.dev/fault": "Failed"}}, "spec": pod}
    spec = {"schedule": "*/5 * * * *", "jobTemplate": {"spec": {"backoffLimit": 1, "template": template}}}
    play.create("cronjobs.batch", "batch/v1", "CronJob", play.name("backup"), spec)


def roll(play: Play) -> None:
    """A neighbour is in the middle of a healthy rollout."""
    name = play.deployment("noise", annotations={"ready_after": "20s"})
    play.run(MINUTE)
    play.image("deployments.apps", name, "registry.example.com/app:1.1")
    play.run(30 * SECOND)


def expire_events(play: Play) -> None:
    """As an API server does with events that nobody has repeated for an hour."""
    for event in play.client.list("events"):
        seen = told(event)
        if seen is not None and seen.last < play.world.now - LIFE:
            try:
                play.client.delete("events", event["metadata"]["namespace"], event["metadata"]["name"])
            except Refused:
                continue
