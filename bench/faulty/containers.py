"""Images, configuration, crashes, probes, init containers."""

from bench.faulty.case import Case
from bench.faulty.hand import on_hand
from bench.faulty.play import Obj, Play
from quorate.kernel.clock import MINUTE, SECOND

STS, DEPLOY = "statefulsets.apps", "deployments.apps"


def _updated_badly(play: Play, kind: str = "", **annotations: str) -> str:
    """An update of a StatefulSet or a Deployment whose new pods behave so."""
    if kind == "statefulset" or (not kind and play.random.random() < 0.5):
        name = play.statefulset()
        play.annotate_template(STS, name, **annotations)
        play.run(5 * MINUTE)
        return f"statefulset/{name}"
    name = play.deployment()
    play.annotate_template(DEPLOY, name, **annotations)
    play.run(5 * MINUTE)
    return f"deployment/{name}"


def _updated_well(play: Play) -> str:
    return _updated_badly(play, start_after="2s")


def image_missing(play: Play) -> str:
    return _updated_badly(play, fault="ImagePullBackOff")


def image_name(play: Play) -> str:
    name = play.deployment()
    play.image(DEPLOY, name, "registry.example.com/App:1.0")
    play.run(3 * MINUTE)
    return f"deployment/{name}"


def image_never(play: Play) -> str:
    hand, there = on_hand(play)
    name = play.deployment(replicas=1, pod=there, container={"imagePullPolicy": "Never"}, wait=False)
    play.run(5 * SECOND)
    for pod in hand.pods():
        hand.waits(
            pod,
            "ErrImageNeverPull",
            'Container image "registry.example.com/app:1.0" is not present with pull policy of Never',
        )
    play.run(2 * MINUTE)
    return f"deployment/{name}"


def registry_down(play: Play) -> str:
    play.fault("registry-down", registry="*")
    name = play.statefulset(container={"image": "registry.example.com/fresh:9"}, wait=False)
    play.run(5 * MINUTE)
    return f"statefulset/{name}"


DENIED = 'failed to pull and unpack image "registry.example.com/app:1.0": failed to resolve reference "registry.example.com/app:1.0": pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials'


def registry_denies(play: Play) -> str:
    hand, there = on_hand(play)
    name = play.deployment(replicas=2, pod=there, wait=False)
    play.run(5 * SECOND)
    for pod in hand.pods():
        hand.tells(
            pod,
            "Warning",
            "Failed",
            f'Failed to pull image "registry.example.com/app:1.0": rpc error: code = Unknown desc = {DENIED}',
        )
        hand.waits(
            pod,
            "ImagePullBackOff",
            f'Back-off pulling image "registry.example.com/app:1.0": ErrImagePull: rpc error: code = Unknown desc = {DENIED}',
        )
    play.run(2 * MINUTE)
    return f"deployment/{name}"


def pull_secret(play: Play) -> str:
    hand, there = on_hand(play)
    name = play.deployment(replicas=2, pod={**there, "imagePullSecrets": [{"name": "registry-login"}]}, wait=False)
    play.run(5 * SECOND)
    for pod in hand.pods():
        hand.tells(
            pod,
            "Warning",
            "FailedToRetrieveImagePullSecret",
            "Unable to retrieve some image pull secrets (registry-login); attempting to pull the image may not "
            "succeed.",
        )
        hand.waits(
            pod,
            "ImagePullBackOff",
            f'Back-off pulling image "registry.example.com/app:1.0": ErrImagePull: rpc error: code = Unknown desc = {DENIED}',
        )
    play.run(2 * MINUTE)
    return f"deployment/{name}"


def pull_secret_there(play: Play) -> str:
    play.secret("registry-login", user="u")
    return f"deployment/{play.deployment(pod={'imagePullSecrets': [{'name': 'registry-login'}]})}"


def slow_pull(play: Play) -> str:
    name = play.deployment(wait=False, annotations={"pull_after": "40s"})
    play.run(20 * SECOND)
    return f"deployment/{name}"


def config_map(play: Play) -> str:
    name = play.statefulset()
    env = [{"configMapRef": {"name": f"{name}-settings"}}]
    play.patch_template(STS, name, lambda t: t["spec"]["containers"][0].update(envFrom=env))
    play.run(3 * MINUTE)
    return f"statefulset/{name}"


def config_map_mounted(play: Play) -> str:
    name = play.deployment()
    play.patch_template(
        DEPLOY, name, lambda t: t["spec"].update(volumes=[{"name": "conf", "configMap": {"name": f"{name}-conf"}}])
    )
    play.run(3 * MINUTE)
    return f"deployment/{name}"


def config_map_there(play: Play) -> str:
    play.config_map("settings", colour="blue")
    return f"statefulset/{play.statefulset(container={'envFrom': [{'configMapRef': {'name': 'settings'}}, {'configMapRef': {'name': 'none', 'optional': True}}]})}"


def secret(play: Play) -> str:
    name = play.deployment()
    variable = [{"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": f"{name}-login", "key": "password"}}}]
    play.patch_template(DEPLOY, name, lambda t: t["spec"]["containers"][0].update(env=variable))
    play.run(3 * MINUTE)
    return f"deployment/{name}"


def secret_there(play: Play) -> str:
    play.secret("login", password="x")
    variable = [{"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": "login", "key": "password"}}}]
    return f"deployment/{play.deployment(container={'env': variable})}"


def key(play: Play) -> str:
    play.config_map("limits", most="3")
    name = play.statefulset()
    variable = [{"name": "LEAST", "valueFrom": {"configMapKeyRef": {"name": "limits", "key": "least"}}}]
    play.patch_template(STS, name, lambda t: t["spec"]["containers"][0].update(env=variable))
    play.run(3 * MINUTE)
    return f"statefulset/{name}"


def config_refused(play: Play) -> str:
    return _updated_badly(play, fault="CreateContainerConfigError")


def out_of_memory(play: Play) -> str:
    limits = {"resources": {"requests": {"memory": "64Mi"}, "limits": {"memory": "64Mi"}}}
    name = play.deployment(container=limits)
    play.annotate_template(DEPLOY, name, crash_after="20s", exit_code="137")
    play.run(6 * MINUTE)
    return f"deployment/{name}"


def command(play: Play) -> str:
    return _updated_badly(play, fault="CrashLoopBackOff", exit_code=play.random.choice(["126", "127"]))


def signal(play: Play) -> str:
    return _updated_badly(play, fault="CrashLoopBackOff", exit_code=play.random.choice(["139", "134"]))


def application(play: Play) -> str:
    return _updated_badly(play, fault="CrashLoopBackOff", exit_code=play.random.choice(["1", "2", "3"]))


def crashes_slowly(play: Play) -> str:
    """Without a readiness probe it looks ready between its crashes."""
    return _updated_badly(play, crash_after="25s", exit_code="1")


def readiness_port(play: Play) -> str:
    probe = {"httpGet": {"path": "/healthz", "port": 9999}, "periodSeconds": 5}
    name = play.statefulset(
        container={"readinessProbe": {"httpGet": {"path": "/healthz", "port": 8080}, "periodSeconds": 5}}
    )
    play.annotate_template(STS, name, ready="false")
    play.patch_template(STS, name, lambda t: t["spec"]["containers"][0].update(readinessProbe=probe))
    play.run(5 * MINUTE)
    return f"statefulset/{name}"


def readiness_path(play: Play) -> str:
    hand, there = on_hand(play)
    probe = {"httpGet": {"path": "/ready", "port": 8080}, "periodSeconds": 5}
    name = play.deployment(replicas=2, pod=there, container={"readinessProbe": probe}, wait=False)
    play.run(5 * SECOND)
    for pod in hand.pods():
        hand.runs(pod, ready=False)
    play.run(MINUTE)
    for pod in hand.pods():
        hand.tells(pod, "Warning", "Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 404", 13)
    play.run(2 * MINUTE)
    return f"deployment/{name}"


def readiness_right(play: Play) -> str:
    probe = {"httpGet": {"path": "/healthz", "port": "http"}, "periodSeconds": 5}
    name = play.statefulset(container={"readinessProbe": probe}, wait=False, annotations={"ready_after": "20s"})
    play.run(45 * SECOND)
    return f"statefulset/{name}"


def liveness(play: Play) -> str:
    probe = {"httpGet": {"path": "/live", "port": 8080}, "periodSeconds": 10}
    name = play.deployment(container={"livenessProbe": probe})
    play.annotate_template(DEPLOY, name, live="false")
    play.run(8 * MINUTE)
    return f"deployment/{name}"


def liveness_right(play: Play) -> str:
    probe = {"httpGet": {"path": "/live", "port": 8080}, "periodSeconds": 10}
    return f"deployment/{play.deployment(container={'livenessProbe': probe})}"


def slow_start(play: Play) -> str:
    probe = {"tcpSocket": {"port": 8080}, "periodSeconds": 5, "failureThreshold": 6}
    name = play.statefulset(container={"startupProbe": probe}, annotations={"ready_after": "10s"})
    play.annotate_template(STS, name, ready_after="5m")
    play.run(8 * MINUTE)
    return f"statefulset/{name}"


def slow_but_in_time(play: Play) -> str:
    probe = {"tcpSocket": {"port": 8080}, "periodSeconds": 10, "failureThreshold": 60}
    name = play.statefulset(container={"startupProbe": probe}, annotations={"ready_after": "4m"}, wait=False)
    play.run(3 * MINUTE)
    return f"statefulset/{name}"


def never_ready(play: Play) -> str:
    return _updated_badly(play, fault="NeverReady")


def init_waits(play: Play) -> str:
    wait = {"name": "wait-for-db", "image": "registry.example.com/wait:1", "command": ["wait"]}
    name = play.deployment(pod={"initContainers": [wait]}, annotations={"init_after": "3h"}, wait=False)
    play.run(10 * MINUTE)
    return f"deployment/{name}"


def init_fails(play: Play) -> str:
    hand, there = on_hand(play)
    migrate = {"name": "migrate", "image": "registry.example.com/migrate:1"}
    name = play.deployment(replicas=1, pod={**there, "initContainers": [migrate]}, wait=False)
    play.run(5 * SECOND)
    for pod in hand.pods():
        hand.crashes(pod, 1, init=True)
        play.log(pod["metadata"]["name"], "migrate", "migrating 12 -> 13", "ERROR: relation users does not exist")
    play.run(3 * MINUTE)
    return f"deployment/{name}"


def init_runs(play: Play) -> str:
    wait = {"name": "migrate", "image": "registry.example.com/wait:1"}
    name = play.deployment(pod={"initContainers": [wait]}, annotations={"init_after": "40s"}, wait=False)
    play.run(20 * SECOND)
    return f"deployment/{name}"


def _crashes_saying(play: Play, *lines: str, code: int = 1) -> str:
    hand, there = on_hand(play)
    mounts = [{"name": "data", "mountPath": "/var/lib/data"}]
    name = play.statefulset(replicas=1, pod=there, container={"volumeMounts": mounts}, wait=False)
    play.run(10 * SECOND)
    for pod in hand.pods():
        hand.crashes(pod, code)
        play.log(pod["metadata"]["name"], "app", *lines)
    play.run(2 * MINUTE)
    return f"statefulset/{name}"


def full(play: Play) -> str:
    return _crashes_saying(
        play,
        "LOG: checkpoint starting",
        'PANIC: could not write to file "pg_wal/xlogtemp.29": No space left on device',
        code=1,
    )


def permission(play: Play) -> str:
    return _crashes_saying(
        play, 'initdb: error: could not change permissions of directory "/var/lib/data": Operation not permitted'
    )


def corrupt(play: Play) -> str:
    return _crashes_saying(
        play, "LOG: database system was interrupted", "PANIC: could not locate a valid checkpoint record", code=134
    )


def dns(play: Play) -> str:
    labels = {"k8s-app": "kube-dns"}
    template: Obj = {
        "metadata": {"labels": labels, "annotations": {"sim.quorate.dev/ready": "false"}},
        "spec": {"containers": [{"name": "coredns", "image": "coredns:1"}]},
    }
    play.create(
        "deployments.apps",
        "apps/v1",
        "Deployment",
        "coredns",
        {"replicas": 2, "selector": {"matchLabels": labels}, "template": template},
        "kube-system",
    )
    name = play.statefulset(annotations={"fault": "CrashLoopBackOff"}, wait=False)
    for pod in play.pods(name):
        play.log(
            pod["metadata"]["name"],
            "app",
            f"FATAL dial tcp: lookup {name}-1.{name}.prod.svc.cluster.local: no such host",
        )
    play.run(5 * MINUTE)
    return f"statefulset/{name}"


def dns_up(play: Play) -> str:
    labels = {"k8s-app": "kube-dns"}
    template: Obj = {
        "metadata": {"labels": labels},
        "spec": {"containers": [{"name": "coredns", "image": "coredns:1"}]},
    }
    play.create(
        "deployments.apps",
        "apps/v1",
        "Deployment",
        "coredns",
        {"replicas": 2, "selector": {"matchLabels": labels}, "template": template},
        "kube-system",
    )
    return f"statefulset/{play.statefulset()}"


CASES = (
    Case("image-not-found", image_missing, slow_pull),
    Case("image-name-invalid", image_name, _updated_well),
    Case("image-never-pulled", image_never, slow_pull),
    Case("registry-unreachable", registry_down, slow_pull, reach="wide"),
    Case("registry-refused", registry_denies, slow_pull),
    Case("pull-secret-missing", pull_secret, pull_secret_there),
    Case("config-map-missing", config_map, config_map_there),
    Case("config-map-missing", config_map_mounted, config_map_there),
    Case("secret-missing", secret, secret_there),
    Case("config-key-missing", key, config_map_there),
    Case("config-error", config_refused, config_map_there),
    Case("crash-out-of-memory", out_of_memory, _updated_well),
    Case("crash-command", command, _updated_well),
    Case("crash-signal", signal, _updated_well),
    Case("crash-application", application, _updated_well),
    Case("crash-application", crashes_slowly, _updated_well),
    Case("readiness-probe-wrong", readiness_port, readiness_right),
    Case("readiness-probe-wrong", readiness_path, readiness_right),
    Case("liveness-probe-wrong", liveness, liveness_right),
    Case("slow-start", slow_start, slow_but_in_time),
    Case("not-ready", never_ready, readiness_right),
    Case("init-stuck", init_waits, init_runs),
    Case("init-stuck", init_fails, init_runs),
    Case("volume-full", full, _updated_well),
    Case("volume-permission", permission, _updated_well),
    Case("data-corrupt", corrupt, _updated_well),
    Case("dns-not-ready", dns, dns_up, reach="wide"),
)
