"""Rollouts that stop: in the trap of the ordered rollout, at a partition, paused, at a deadline; and those that only look so."""

from typing import Any

from bench.faulty.case import Case
from bench.faulty.play import NAMESPACE, Obj, Play
from bench.faulty.variants.making import (
    DAEMON,
    DEPLOY,
    FIRST_SECONDS,
    STS,
    daemonset,
    scale,
    well,
    well_daemonset,
    well_deployment,
)
from quorate.kernel.clock import HOUR, MINUTE, SECOND


def _later(play: Play, name: str, kind: str = "statefulset", minutes: int = 0) -> str:
    play.run(minutes * MINUTE or FIRST_SECONDS)
    return f"{kind}/{name}"


def _image(template: Obj, version: str) -> None:
    template["spec"]["containers"][0]["image"] = f"registry.example.com/app:{version}"


def _bad(play: Play, name: str, **annotations: str) -> None:
    def change(template: Obj) -> None:
        said = {f"sim.quorate.dev/{k.replace('_', '-')}": v for k, v in annotations.items()}
        template["metadata"]["annotations"] = said
        _image(template, "2.0")

    play.patch_template(STS, name, change)


def _good(play: Play, name: str, version: str) -> None:
    def change(template: Obj) -> None:
        template["metadata"]["annotations"] = {}
        _image(template, version)

    play.patch_template(STS, name, change)


def rolled_forward(play: Play) -> str:
    """Not back but forward: the third revision is good, the second one's pod still blocks."""
    name = play.statefulset()
    _bad(play, name, fault="ImagePullBackOff")
    play.run(MINUTE)
    _good(play, name, "3.0")
    return _later(play, name)


def back_by_undo(play: Play) -> str:
    name = play.statefulset(replicas=5)
    _bad(play, name, fault="NeverReady")
    play.run(MINUTE)
    _good(play, name, "1.0")
    return _later(play, name)


def unschedulable_one(play: Play) -> str:
    """The bad revision asked for more than there is; its pod was never even scheduled."""
    name = play.statefulset()

    def greedy(template: Obj) -> None:
        template["spec"]["containers"][0]["resources"] = {"requests": {"cpu": "64"}}

    play.patch_template(STS, name, greedy)
    play.run(MINUTE)
    play.patch_template(
        STS,
        name,
        lambda t: t["spec"]["containers"][0].update(resources={"requests": {"cpu": "100m", "memory": "128Mi"}}),
    )
    return _later(play, name)


def with_a_partition(play: Play) -> str:
    """A canary went wrong and was taken back: only the ordinals from the partition on count."""
    name = play.statefulset(replicas=4)

    def canary(obj: Obj) -> None:
        obj["spec"]["updateStrategy"] = {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}

    play.change(STS, name, canary)
    _bad(play, name, fault="CrashLoopBackOff")
    play.run(MINUTE)
    _good(play, name, "1.0")
    return _later(play, name)


def parallel(play: Play) -> str:
    """With Parallel a bad pod does not block: it is replaced, and all is well."""
    name = play.statefulset(podManagementPolicy="Parallel")
    _bad(play, name, fault="CrashLoopBackOff")
    play.run(MINUTE)
    _good(play, name, "1.0")
    return _later(play, name, minutes=2)


def still_bad(play: Play) -> str:
    """Nobody has taken the bad revision back: there is no rollback that could be broken."""
    name = play.statefulset()
    _bad(play, name, fault="ImagePullBackOff")
    return _later(play, name)


def old_pod_ill(play: Play) -> str:
    """A member of the old revision is not ready, so the update of all does not even begin."""
    name = play.statefulset()
    play.run(MINUTE)
    patch = {"metadata": {"annotations": {"sim.quorate.dev/ready": "false"}}}
    play.client.patch("pods", NAMESPACE, f"{name}-0", patch)
    play.run(MINUTE)
    play.image(STS, name, "registry.example.com/app:2.0")
    return _later(play, name, minutes=2)


def above_all(play: Play) -> str:
    """The partition is above every ordinal, as somebody sets it before a release."""
    name = play.statefulset(updateStrategy={"type": "RollingUpdate", "rollingUpdate": {"partition": 10}})
    play.image(STS, name, "registry.example.com/app:2.0")
    return _later(play, name)


def from_a_start(play: Play) -> str:
    """Ordinals begin at five, and the partition counts from there: two are held back."""
    name = play.statefulset(
        ordinals={"start": 5}, updateStrategy={"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}
    )
    play.image(STS, name, "registry.example.com/app:2.0")
    return _later(play, name)


def from_a_start_without(play: Play) -> str:
    name = play.statefulset(
        ordinals={"start": 5}, updateStrategy={"type": "RollingUpdate", "rollingUpdate": {"partition": 0}}
    )
    play.image(STS, name, "registry.example.com/app:2.0")
    return _later(play, name, minutes=2)


def canary_fails(play: Play) -> str:
    """The canary is what is wrong; that the others are held back is wise."""
    name = play.statefulset(updateStrategy={"type": "RollingUpdate", "rollingUpdate": {"partition": 2}})
    _bad(play, name, fault="CrashLoopBackOff")
    return _later(play, name)


def daemons_on_delete(play: Play) -> str:
    name = daemonset(play)
    play.change(DAEMON, name, lambda o: o["spec"].update(updateStrategy={"type": "OnDelete"}))
    play.patch_template(DAEMON, name, lambda t: _image(t, "2.0"))
    return _later(play, name, "daemonset")


def daemons_updated(play: Play) -> str:
    name = daemonset(play)
    play.patch_template(DAEMON, name, lambda t: _image(t, "2.0"))
    return _later(play, name, "daemonset", 3)


def half_deleted(play: Play) -> str:
    """OnDelete: one pod was deleted and is new, the others wait."""
    name = play.statefulset(updateStrategy={"type": "OnDelete"})
    play.image(STS, name, "registry.example.com/app:2.0")
    play.run(10 * SECOND)
    play.client.delete("pods", NAMESPACE, f"{name}-1")
    return _later(play, name)


def paused_in_the_middle(play: Play) -> str:
    name = play.deployment(replicas=4, annotations={"ready_after": "8s"})
    play.image(DEPLOY, name, "registry.example.com/app:2.0")
    play.run(5 * SECOND)
    play.change(DEPLOY, name, lambda o: o["spec"].update(paused=True))
    return _later(play, name, "deployment", 2)


def born_paused(play: Play) -> str:
    return _later(play, play.deployment(paused=True, wait=False), "deployment")


def paused_and_scaled(play: Play) -> str:
    """Scaling goes on while it is paused; nothing else waits."""
    name = play.deployment()
    play.change(DEPLOY, name, lambda o: o["spec"].update(paused=True))
    scale(play, DEPLOY, name, 5)
    return _later(play, name, "deployment", 2)


def deadline_at_birth(play: Play) -> str:
    name = play.deployment(progressDeadlineSeconds=20, annotations={"fault": "NeverReady"}, wait=False)
    return _later(play, name, "deployment", 2)


def deadline_long_past(play: Play) -> str:
    """It was late, and is there by now: the condition is True again."""
    name = play.deployment(progressDeadlineSeconds=20)
    play.annotate_template(DEPLOY, name, ready_after="40s")
    return _later(play, name, "deployment", 6)


def recreate(play: Play) -> str:
    """All old pods are gone, and the new ones do not come up: an outage, not a surge."""
    name = play.deployment(strategy={"type": "Recreate"})
    play.annotate_template(DEPLOY, name, fault="CrashLoopBackOff")
    return _later(play, name, "deployment")


def surge_of_a_quarter(play: Play) -> str:
    name = play.deployment(replicas=8)
    play.annotate_template(DEPLOY, name, ready="false")
    return _later(play, name, "deployment", 2)


def available_late(play: Play) -> str:
    """Its pods are ready, and count as available only later: the rollout goes on, slowly."""
    name = play.deployment(replicas=2, minReadySeconds=90)
    play.run(3 * MINUTE)
    play.image(DEPLOY, name, "registry.example.com/app:2.0")
    return _later(play, name, "deployment")


def available_late_in_a_set(play: Play) -> str:
    name = play.statefulset(minReadySeconds=90, wait=False)
    return _later(play, name, minutes=2)


def large_and_slow(play: Play) -> str:
    name = play.deployment(replicas=10, annotations={"ready_after": "15s"})
    play.run(MINUTE)
    play.image(DEPLOY, name, "registry.example.com/app:2.0")
    play.run(20 * SECOND)
    return f"deployment/{name}"


def restarted(play: Play) -> str:
    """kubectl rollout restart, under way."""
    name = play.statefulset(replicas=5, annotations={"ready_after": "12s"}, wait=False)
    play.run(3 * MINUTE)
    play.patch_template(
        STS, name, lambda t: t["metadata"]["annotations"].update({"kubectl.kubernetes.io/restartedAt": "now"})
    )
    play.run(30 * SECOND)
    return f"statefulset/{name}"


def daemons_under_way(play: Play) -> str:
    name = daemonset(play, annotations={"ready_after": "20s"})
    play.run(2 * MINUTE)
    play.patch_template(DAEMON, name, lambda t: _image(t, "2.0"))
    play.run(30 * SECOND)
    return f"daemonset/{name}"


def daemons_crash(play: Play) -> str:
    """One after the other: the first that is updated crashes, the others run on."""
    name = daemonset(play)

    def change(template: Obj) -> None:
        template["metadata"]["annotations"] = {"sim.quorate.dev/fault": "CrashLoopBackOff"}

    play.patch_template(DAEMON, name, change)
    return _later(play, name, "daemonset")


def scaled_down_stuck(play: Play) -> str:
    """An ordered set that shrinks deletes nothing while two of those that should go are not ready."""
    name = play.statefulset(replicas=4)
    patch = {"metadata": {"annotations": {"sim.quorate.dev/ready": "false"}}}
    for i in (2, 3):
        play.client.patch("pods", NAMESPACE, f"{name}-{i}", patch)
    play.run(30 * SECOND)
    scale(play, STS, name, 2)
    return _later(play, name, minutes=2)


def deadlock_by_crash(play: Play) -> str:
    """The first member does not get past looking for its peers, and ends."""
    name = play.name("db")
    play.count -= 1
    env = [{"name": "PEERS", "value": ",".join(f"{name}-{i}.{name}" for i in range(3))}]
    play.statefulset(container={"env": env}, annotations={"fault": "CrashLoopBackOff"}, wait=False)
    play.log(f"{name}-0", "app", f"FATAL: lookup {name}-1.{name}: no such host")
    return _later(play, name, minutes=2)


def scaled_up(play: Play) -> str:
    name = play.statefulset(replicas=1, annotations={"ready_after": "10s"})
    scale(play, STS, name, 6)
    play.run(25 * SECOND)
    return f"statefulset/{name}"


def deleting(play: Play) -> str:
    """A pod takes its time to stop: a grace period of ten minutes, and it uses four."""
    name = play.statefulset(pod={"terminationGracePeriodSeconds": 600}, annotations={"stop_after": "4m"})
    play.client.delete("pods", NAMESPACE, f"{name}-2")
    play.run(2 * MINUTE)
    return f"statefulset/{name}"


def canary_decided(play: Play) -> str:
    name = play.statefulset(updateStrategy={"type": "RollingUpdate", "rollingUpdate": {"partition": 2}})
    play.image(STS, name, "registry.example.com/app:2.0")
    play.run(2 * HOUR)
    strategy: dict[str, Any] = {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}}
    play.change(STS, name, lambda o: o["spec"].update(updateStrategy=strategy))
    return _later(play, name, minutes=2)


CASES = (
    Case("broken-rollback", rolled_forward, parallel),
    Case("broken-rollback", back_by_undo, parallel),
    Case("broken-rollback", unschedulable_one, well),
    Case("broken-rollback", with_a_partition, canary_decided),
    Case("image-not-found", still_bad, parallel),
    Case("not-ready", old_pod_ill, parallel),
    Case("partition-forgotten", above_all, canary_decided),
    Case("partition-forgotten", from_a_start, from_a_start_without),
    Case("crash-application", canary_fails, canary_decided),
    Case("on-delete-drift", daemons_on_delete, daemons_updated),
    Case("on-delete-drift", half_deleted, well),
    Case("deployment-paused", paused_in_the_middle, paused_and_scaled),
    Case("deployment-paused", born_paused, paused_and_scaled),
    Case("not-ready", deadline_at_birth, deadline_long_past, also=("progress-deadline",)),
    Case("crash-application", recreate, well_deployment),
    Case("not-ready", surge_of_a_quarter, deadline_long_past, also=("unhealthy-surge",)),
    Case("rollout-in-progress", available_late, deadline_long_past),
    Case("rollout-in-progress", available_late_in_a_set, well),
    Case("rollout-in-progress", large_and_slow, well_deployment),
    Case("rollout-in-progress", restarted, well),
    Case("rollout-in-progress", daemons_under_way, well_daemonset),
    Case("crash-application", daemons_crash, daemons_updated),
    Case("not-ready", scaled_down_stuck, well),
    Case("bootstrap-deadlock", deadlock_by_crash, well, also=("dns-not-ready",)),
    Case("rollout-in-progress", scaled_up, well),
    Case("grace-period-running", deleting, well),
)
