"""Pods that have a node and do not get ready: in every kind of workload, at first and in an update, beside sidecars."""

from typing import Any

from bench.faulty.case import Case
from bench.faulty.jobs import done
from bench.faulty.play import NAMESPACE, Play
from bench.faulty.variants.making import (
    DEPLOY,
    FIRST_SECONDS,
    STS,
    bare_pod,
    daemonset,
    job,
    well,
    well_daemonset,
    well_deployment,
)
from quorate.kernel.clock import MINUTE, SECOND

SIM = "sim.quorate.dev/"


def _later(play: Play, name: str, kind: str = "statefulset", minutes: int = 0) -> str:
    play.run(minutes * MINUTE or FIRST_SECONDS)
    return f"{kind}/{name}"


def _turn(play: Play, pod: str, **annotations: Any) -> None:
    """A pod that runs changes its ways."""
    said = {SIM + k.replace("_", "-"): v for k, v in annotations.items()}
    play.client.patch("pods", NAMESPACE, pod, {"metadata": {"annotations": said}})


def image_at_first(play: Play) -> str:
    return _later(play, play.statefulset(annotations={"fault": "ImagePullBackOff"}, wait=False))


def image_just_tried(play: Play) -> str:
    return _later(play, play.deployment(annotations={"fault": "ErrImagePull"}, wait=False), "deployment")


def image_of_a_daemonset(play: Play) -> str:
    return _later(play, daemonset(play, annotations={"fault": "ImagePullBackOff"}), "daemonset")


def image_of_a_job(play: Play) -> str:
    return _later(play, job(play, annotations={"fault": "ImagePullBackOff"}), "job")


def image_same_as_before(play: Play) -> str:
    """The pods that run have the same image: it was there once."""
    name = play.deployment()
    play.annotate_template(DEPLOY, name, fault="ImagePullBackOff")
    return _later(play, name, "deployment")


def image_name_of_a_set(play: Play) -> str:
    name = play.statefulset()
    play.annotate_template(STS, name, fault="InvalidImageName")
    return _later(play, name)


def config_of_a_daemonset(play: Play) -> str:
    return _later(play, daemonset(play, annotations={"fault": "CreateContainerConfigError"}), "daemonset")


def config_map_unsaid(play: Play) -> str:
    """The node says no more than that it cannot create the container; the ConfigMap is not there."""
    env = {"envFrom": [{"configMapRef": {"name": "tuning"}}]}
    return _later(
        play,
        play.deployment(container=env, annotations={"fault": "CreateContainerConfigError"}, wait=False),
        "deployment",
    )


def secret_of_a_set(play: Play) -> str:
    env = {"env": [{"name": "KEY", "valueFrom": {"secretKeyRef": {"name": "tls-key", "key": "key"}}}]}
    return _later(play, play.statefulset(container=env, wait=False))


def secret_mounted(play: Play) -> str:
    volumes = {"volumes": [{"name": "tls", "secret": {"secretName": "server-tls"}}]}
    return _later(play, play.statefulset(pod=volumes, wait=False))


def projected(play: Play) -> str:
    sources = [{"configMap": {"name": "conf-a"}}, {"secret": {"name": "conf-b", "optional": True}}]
    volumes = {"volumes": [{"name": "all", "projected": {"sources": sources}}]}
    return _later(play, play.deployment(pod=volumes, wait=False), "deployment")


def key_of_a_secret(play: Play) -> str:
    play.secret("login", user="x")
    env = {"env": [{"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": "login", "key": "password"}}}]}
    return _later(play, play.deployment(container=env, wait=False), "deployment")


def key_mounted(play: Play) -> str:
    play.config_map("settings", **{"main.conf": "x"})
    items = {"items": [{"key": "extra.conf", "path": "extra.conf"}]}
    volumes = {"volumes": [{"name": "conf", "configMap": {"name": "settings", **items}}]}
    return _later(play, play.deployment(pod=volumes, wait=False), "deployment")


def config_of_init(play: Play) -> str:
    init = {"name": "seed", "image": "registry.example.com/seed:1", "envFrom": [{"secretRef": {"name": "seed-login"}}]}
    return _later(play, play.deployment(pod={"initContainers": [init]}, wait=False), "deployment")


def crash_at_first(play: Play) -> str:
    return _later(play, play.statefulset(annotations={"fault": "CrashLoopBackOff"}, wait=False))


def crash_of_a_daemonset(play: Play) -> str:
    return _later(play, daemonset(play, annotations={"fault": "CrashLoopBackOff"}), "daemonset")


def crash_of_a_bare_pod(play: Play) -> str:
    return _later(play, bare_pod(play, annotations={"fault": "CrashLoopBackOff"}), "pod")


def crash_of_one(play: Play) -> str:
    """One member of three, that has run, begins to crash; nobody has changed anything."""
    name = play.statefulset()
    play.run(10 * MINUTE)
    _turn(play, f"{name}-1", fault="CrashLoopBackOff")
    play.client.delete("pods", NAMESPACE, f"{name}-1")
    play.fault("pod-crashing", pod=f"{name}-1", namespace=NAMESPACE)
    return _later(play, name, minutes=2)


def fails_for_good(play: Play) -> str:
    """Its pods end as Failed, and are made anew over and over."""
    return _later(
        play,
        play.deployment(replicas=1, annotations={"fault": "Failed", "start_after": "2s"}, wait=False),
        "deployment",
    )


def fails_for_good_in_a_set(play: Play) -> str:
    return _later(play, play.statefulset(annotations={"fault": "Failed", "start_after": "2s"}, wait=False))


def ends_too_well(play: Play) -> str:
    """Its pods do their work and end: a Deployment wants them to run on."""
    return _later(
        play,
        play.deployment(replicas=1, annotations={"fault": "Succeeded", "start_after": "2s"}, wait=False),
        "deployment",
    )


def ends_too_well_in_a_set(play: Play) -> str:
    return _later(play, play.statefulset(annotations={"fault": "Succeeded", "start_after": "2s"}, wait=False))


def job_fails(play: Play) -> str:
    return _later(play, job(play, {"backoffLimit": 1}, annotations={"fault": "Failed"}), "job", 3)


def job_crashes(play: Play) -> str:
    name = job(play, {"backoffLimit": 20}, annotations={"fault": "CrashLoopBackOff"}, restartPolicy="OnFailure")
    return _later(play, name, "job", 2)


def job_suspended(play: Play) -> str:
    return _later(play, job(play, {"suspend": True}), "job", 2)


def job_runs(play: Play) -> str:
    return _later(play, job(play), "job", 2)


def never_ready_at_first(play: Play) -> str:
    return _later(play, play.statefulset(annotations={"fault": "NeverReady"}, wait=False), minutes=2)


def never_ready_deployment(play: Play) -> str:
    return _later(play, play.deployment(annotations={"fault": "NeverReady"}, wait=False), "deployment", 2)


def never_ready_daemonset(play: Play) -> str:
    return _later(play, daemonset(play, annotations={"fault": "NeverReady"}), "daemonset", 2)


def unready_by_and_by(play: Play) -> str:
    """One member that was ready is not any more."""
    name = play.statefulset()
    play.run(10 * MINUTE)
    _turn(play, f"{name}-0", ready="false")
    return _later(play, name)


def unready_and_back(play: Play) -> str:
    name = play.statefulset()
    play.run(10 * MINUTE)
    _turn(play, f"{name}-0", ready="false")
    play.run(MINUTE)
    _turn(play, f"{name}-0", ready="true")
    return _later(play, name)


def all_unready(play: Play) -> str:
    name = play.deployment()
    for pod in play.pods(name):
        _turn(play, pod["metadata"]["name"], ready="false")
    return _later(play, name, "deployment")


def init_image(play: Play) -> str:
    init = {"name": "wait", "image": "registry.example.com/UPPER:1"}
    return _later(play, play.deployment(pod={"initContainers": [init]}, wait=False), "deployment")


def init_of_a_set(play: Play) -> str:
    init = {"name": "wait", "image": "registry.example.com/wait:1"}
    name = play.statefulset(pod={"initContainers": [init]}, annotations={"init_after": "5h"}, wait=False)
    return _later(play, name, minutes=5)


def starts_slowly(play: Play) -> str:
    name = play.deployment(annotations={"start_after": "20s"}, wait=False)
    play.run(12 * SECOND)
    return f"deployment/{name}"


def warms_up(play: Play) -> str:
    name = play.statefulset(annotations={"ready_after": "25s"}, wait=False)
    play.run(40 * SECOND)
    return f"statefulset/{name}"


def scaled_to_nothing(play: Play) -> str:
    name = play.deployment(annotations={"fault": "CrashLoopBackOff"}, wait=False)
    play.run(MINUTE)
    play.change(DEPLOY, name, lambda o: o["spec"].update(replicas=0))
    play.run(MINUTE)
    return f"deployment/{name}"


def failed_before(play: Play) -> str:
    """Pods of the revision before ended as Failed and still lie about; those of the newest are well."""
    name = play.deployment(replicas=2, annotations={"fault": "Failed", "start_after": "5s"}, wait=False)
    play.run(MINUTE)
    play.patch_template(DEPLOY, name, lambda t: t["metadata"].update(annotations={}))
    play.run(MINUTE)
    return f"deployment/{name}"


def got_over_it(play: Play) -> str:
    """It crashed for a while, and has run for long since."""
    name = play.deployment(replicas=1)
    pod = play.pods(name)[0]["metadata"]["name"]
    _turn(play, pod, crash_after="2s")
    play.run(3 * MINUTE)
    _turn(play, pod, crash_after=None)
    play.run(30 * MINUTE)
    return f"deployment/{name}"


CASES = (
    Case("image-not-found", image_at_first, warms_up),
    Case("image-not-found", image_just_tried, starts_slowly),
    Case("image-not-found", image_of_a_daemonset, well_daemonset),
    Case("image-not-found", image_of_a_job, job_runs),
    Case("image-not-found", image_same_as_before, well_deployment),
    Case("image-name-invalid", image_name_of_a_set, well),
    Case("image-name-invalid", init_image, starts_slowly),
    Case("config-error", config_of_a_daemonset, well_daemonset),
    Case("config-map-missing", config_map_unsaid, well_deployment),
    Case("secret-missing", secret_of_a_set, well),
    Case("secret-missing", secret_mounted, well),
    Case("config-map-missing", projected, well_deployment),
    Case("config-key-missing", key_of_a_secret, well_deployment),
    Case("config-key-missing", key_mounted, well_deployment),
    Case("secret-missing", config_of_init, starts_slowly),
    Case("crash-application", crash_at_first, warms_up),
    Case("crash-application", crash_of_a_daemonset, failed_before),
    Case("crash-application", crash_of_a_bare_pod, got_over_it),
    Case("crash-application", crash_of_one, unready_and_back),
    Case("crash-application", fails_for_good, scaled_to_nothing, restless=True),
    Case("crash-application", fails_for_good_in_a_set, warms_up, restless=True),
    Case("crash-application", ends_too_well, done, restless=True),
    Case("crash-application", ends_too_well_in_a_set, done, restless=True),
    Case("crash-application", job_fails, job_suspended),
    Case("crash-application", job_crashes, job_runs),
    Case("not-ready", never_ready_at_first, warms_up),
    Case("not-ready", never_ready_deployment, starts_slowly),
    Case("not-ready", never_ready_daemonset, well_daemonset),
    Case("not-ready", unready_by_and_by, unready_and_back),
    Case("not-ready", all_unready, well_deployment),
    Case("init-stuck", init_of_a_set, warms_up),
)
