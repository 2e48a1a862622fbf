"""A fault in a world, diagnosed, mended and verified; and what keeps a machine from mending."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from bench.faulty.catalogue import CASES
from bench.faulty.play import NAMESPACE, Play

from quorate.assemble.diagnosing import Question
from quorate.assemble.fixing import Order, Place, WorldLine, fix, in_world
from quorate.diagnosis.fixing.result import Result, report
from quorate.diagnosis.fixing.steps import Fix
from quorate.diagnosis.target import parse_target
from quorate.edge.hand import ApiHand
from quorate.kernel.clock import HOUR, MINUTE, SECOND

Obj = dict[str, Any]
STS, DEPLOY, CLAIMS = "statefulsets.apps", "deployments.apps", "persistentvolumeclaims"


@pytest.fixture
def play() -> Play:
    return Play(5)


def question(target: str) -> Question:
    return Question(((parse_target([target], NAMESPACE), None),), NAMESPACE)  # type: ignore[arg-type]


def mend(
    play: Play, target: str, remedy: str = "", *, yes: bool = True, within: int = 5 * MINUTE, dry_run: bool = False,
    meanwhile: Callable[[], object] | None = None, **values: str,
) -> Result:  # fmt: skip
    """`meanwhile` happens between the plan and its carrying out."""

    def agree(shown: Result) -> bool:
        if meanwhile is not None:
            meanwhile()
        return yes

    asked = question(target)
    given = {k.replace("__", ".").replace("_", "-"): v for k, v in values.items()}
    return fix(in_world(play.world), Order(asked, remedy, given, yes=yes, dry_run=dry_run, within=within), agree)


def verbs(result: Result) -> list[str]:
    return [s["verb"] for s in report(result)["steps"]]


def bad_update(play: Play, **spec: Any) -> str:
    """A revision that never gets ready has stopped the rollout of a set."""
    name = play.statefulset(**spec)
    play.annotate_template(STS, name, fault="CrashLoopBackOff")
    play.run(3 * MINUTE)
    return f"sts/{name}"


def bad_parallel(play: Play) -> str:
    return bad_update(play, podManagementPolicy="Parallel")


def of_cause(cause: str) -> Callable[[Play], str]:
    """The first fault of the catalogue that brings it."""
    return next(c.play for c in CASES if c.cause == cause)


# -- what is mended


@dataclass
class Mended:
    id: str
    fault: Callable[[Play], str]
    remedy: str
    cause: str
    verbs: list[str]


def paused(play: Play) -> str:
    name = play.deployment()
    play.change(DEPLOY, name, lambda o: o["spec"].update(paused=True))
    play.image(DEPLOY, name, "registry.example.com/app:2.0")
    play.run(10 * MINUTE)
    return f"deployment/{name}"


def bad_deployment(play: Play) -> str:
    name = play.deployment()
    play.annotate_template(DEPLOY, name, fault="ImagePullBackOff")
    play.run(3 * MINUTE)
    return f"deployment/{name}"


def full_of_revisions(play: Play) -> str:
    name = play.statefulset()
    play.create("resourcequotas", "v1", "ResourceQuota", "history", {"hard": {"count/controllerrevisions.apps": "1"}})
    play.run(5 * SECOND)
    play.image(STS, name, "registry.example.com/app:2.0")
    play.run(10 * MINUTE)
    return f"sts/{name}"


MENDED = [
    Mended("broken rollback", of_cause("broken-rollback"), "delete-pod", "broken-rollback", ["delete"]),
    Mended("bad update of an ordered set", bad_update, "fix-then-delete", "crash-application", ["patch", "watch", "delete"]),
    Mended("bad update of a parallel set", bad_parallel, "undo", "crash-application", ["patch"]),
    Mended("bad update of a Deployment", bad_deployment, "undo", "image-not-found", ["patch"]),
    Mended("forgotten partition", of_cause("partition-forgotten"), "partition", "partition-forgotten", ["patch"]),
    Mended("OnDelete", of_cause("on-delete-drift"), "delete-pod", "on-delete-drift", ["evict", "watch"] * 3),
    Mended("paused", paused, "resume", "deployment-paused", ["patch"]),
    Mended("quota", of_cause("quota-exceeded"), "quota", "quota-exceeded", ["patch"]),
    Mended("quota of revisions", full_of_revisions, "quota", "writes-rejected", ["patch"]),
    Mended("budget", of_cause("budget-blocks"), "budget", "budget-blocks", ["patch"]),
    Mended("cordoned", of_cause("nodes-cordoned"), "uncordon", "nodes-cordoned", ["patch"]),
    Mended("bootstrap deadlock", of_cause("bootstrap-deadlock"), "start-together", "bootstrap-deadlock",
           ["patch", "delete", "watch", "create"]),
    Mended("anti-affinity", of_cause("anti-affinity"), "scale", "anti-affinity", ["patch"]),
]  # fmt: skip


@pytest.mark.parametrize("case", MENDED, ids=lambda c: c.id)
def test_it_is_well_afterwards(play: Play, case: Mended) -> None:
    target = case.fault(play)
    result = mend(play, target)
    assert result.state == "fixed", (result.why, result.headline)
    assert (result.cause, result.fix and result.fix.remedy, result.after) == (case.cause, case.remedy, "healthy")
    assert verbs(result) == case.verbs
    assert result.exit_code == 0 and not result.left


# -- remedies that somebody asks for by name


def test_drain(play: Play) -> None:
    name = play.statefulset(claims=False)
    play.create("poddisruptionbudgets.policy", "policy/v1", "PodDisruptionBudget", name, {
        "maxUnavailable": 1, "selector": {"matchLabels": {"app": name}},
    })  # fmt: skip
    play.run(5 * SECOND)
    node = play.pods(name)[0]["spec"]["nodeName"]
    result = mend(play, f"node/{node}", "drain")
    assert result.state == "fixed", result.why
    assert verbs(result)[0] == "patch" and "evict" in verbs(result)
    assert all(p["spec"]["nodeName"] != node for p in play.pods(name))
    back = mend(play, f"sts/{name}", "uncordon", node=node)
    assert back.state == "fixed" and not play.get("nodes", node, "")["spec"].get("unschedulable")


def test_a_drain_waits_for_the_majority(play: Play) -> None:
    """Two members of three on one node, and no budget: the second goes once the first is back."""
    name = play.statefulset(claims=False, annotations={"ready_after": "40s"}, wait=False)
    play.run(4 * MINUTE)
    nodes = [p["spec"]["nodeName"] for p in play.pods(name)]
    for node in {n["metadata"]["name"] for n in play.client.list("nodes")} - {nodes[0]}:
        play.change("nodes", node, lambda o: o["spec"].update(unschedulable=True), "")
    for pod in play.pods(name)[1:]:
        play.client.delete("pods", NAMESPACE, pod["metadata"]["name"])
        play.run(4 * MINUTE)
    assert {p["spec"]["nodeName"] for p in play.pods(name)} == {nodes[0]}
    for node in {n["metadata"]["name"] for n in play.client.list("nodes")} - {nodes[0]}:
        play.change("nodes", node, lambda o: o["spec"].update(unschedulable=None), "")
    watcher = Majority(play, name)
    result = mend(play, f"node/{nodes[0]}", "drain", within=HOUR)
    assert result.state == "fixed", result.why
    assert watcher.least == 2
    assert all(p["spec"]["nodeName"] != nodes[0] for p in play.pods(name))


class Majority:
    """The fewest ready pods that there ever were."""

    def __init__(self, play: Play, name: str) -> None:
        self.play, self.name, self.least = play, name, 99
        play.world.follow(self.hear)

    def hear(self, change: Any) -> None:
        ready = [
            p for p in self.play.pods(self.name)
            if not p["metadata"].get("deletionTimestamp")
            and any(c["type"] == "Ready" and c["status"] == "True" for c in p["status"].get("conditions") or ())
        ]  # fmt: skip
        self.least = min(self.least, len(ready))


def test_resources(play: Play) -> None:
    target = of_cause("crash-out-of-memory")(play)
    assert "say how much app is to have" in mend(play, target).why
    result = mend(play, target, memory="512Mi")
    assert result.fix is not None and result.fix.remedy == "resources", result.why
    name = target.partition("/")[2]
    resource = STS if "stateful" in target else DEPLOY
    main = play.get(resource, name)["spec"]["template"]["spec"]["containers"][0]
    assert main["resources"]["limits"]["memory"] == "512Mi"
    assert "+" in report(result)["steps"][0]["diff"]


def test_recreate_keeps_pods_and_claims(play: Play) -> None:
    name = play.statefulset()
    before = {p["metadata"]["uid"] for p in play.pods(name)}
    result = mend(play, f"sts/{name}", "recreate", spec__podManagementPolicy="Parallel")
    assert result.state == "fixed", result.why
    assert verbs(result) == ["delete", "watch", "create"]
    assert play.get(STS, name)["spec"]["podManagementPolicy"] == "Parallel"
    assert {p["metadata"]["uid"] for p in play.pods(name)} == before


def test_expand(play: Play) -> None:
    name = play.statefulset()
    for found in play.client.list("storageclasses.storage.k8s.io"):
        play.change(
            "storageclasses.storage.k8s.io",
            found["metadata"]["name"],
            lambda o: o.update(allowVolumeExpansion=True),
            "",
        )
    claim = f"data-{name}-0"
    assert mend(play, f"pvc/{claim}", "expand").why.startswith("say to which size")
    result = mend(play, f"pvc/{claim}", "expand", size="2Gi")
    assert result.state == "fixed", result.why
    assert play.get(CLAIMS, claim)["spec"]["resources"]["requests"]["storage"] == "2Gi"
    assert "never shrinks" in mend(play, f"pvc/{claim}", "expand", size="1Gi").why


def test_what_a_new_replica_claims_is_changed_by_recreating(play: Play) -> None:
    """As the remedy `expand` advises."""
    name = play.statefulset()
    shown = mend(play, f"sts/{name}", "expand", dry_run=True, claim=f"data-{name}-0", size="2Gi")
    advice = next(risk for risk in report(shown)["plan"]["risks"] if "--remedy recreate" in risk)
    field, _, size = advice.partition("--set ")[2].partition("=")
    place = in_world(play.world)
    result = fix(place, Order(question(f"sts/{name}"), "recreate", {field: size}, yes=True), lambda _: True)
    assert result.state == "fixed", result.why
    assert mend(play, f"sts/{name}", "scale", to="4").state == "fixed"
    sizes = [play.get(CLAIMS, f"data-{name}-{i}")["spec"]["resources"]["requests"]["storage"] for i in (0, 3)]
    assert sizes == ["1Gi", "2Gi"]


def test_a_partition_is_raised(play: Play) -> None:
    """It stops an update before it reaches more pods; those that have it keep it."""
    name = play.statefulset(annotations={"ready_after": "60s"}, wait=False)
    play.run(5 * MINUTE)
    play.image(STS, name, "registry.example.com/app:2.0")
    play.run(20 * SECOND)
    result = mend(play, f"sts/{name}", "partition", to="2")
    assert verbs(result) == ["patch"] and "partition of 2 keeps" in result.headline, "which is what was asked for"
    play.run(10 * MINUTE)
    images = [p["spec"]["containers"][0]["image"].rpartition(":")[2] for p in play.pods(name)]
    assert images == ["1.0", "1.0", "2.0"]
    assert mend(play, f"sts/{name}", "partition", to="0").state == "fixed"
    assert all(p["spec"]["containers"][0]["image"].endswith("2.0") for p in play.pods(name))


def test_pause_and_scale(play: Play) -> None:
    name = play.deployment()
    assert mend(play, f"deploy/{name}", "pause").state == "fixed"
    assert play.get(DEPLOY, name)["spec"]["paused"] is True
    assert "paused already" in mend(play, f"deploy/{name}", "pause").why
    assert mend(play, f"deploy/{name}", "scale", to="5").state == "fixed"
    assert len(play.pods(name)) == 5


def test_evict_and_cordon(play: Play) -> None:
    name = play.statefulset()
    uid = play.get("pods", f"{name}-0")["metadata"]["uid"]
    assert mend(play, f"pod/{name}-0", "evict-pod").state == "fixed"
    assert play.get("pods", f"{name}-0")["metadata"]["uid"] != uid
    assert mend(play, "node/node-0", "cordon").state in ("fixed", "refused")
    assert mend(play, f"sts/{name}", "cordon", node="node-1").state == "fixed"
    assert play.get("nodes", "node-1", "")["spec"]["unschedulable"] is True


# -- orphan claims


def scaled_down(play: Play) -> str:
    name = play.statefulset()
    play.change(STS, name, lambda o: o["spec"].update(replicas=2))
    play.run(MINUTE)
    return name


def test_an_orphan_claim_is_shown_and_goes_only_with_yes(play: Play) -> None:
    name = scaled_down(play)
    claim = f"data-{name}-2"
    seen: list[Fix] = []

    def agree(shown: Result) -> bool:
        assert shown.fix is not None
        seen.append(shown.fix)
        return True

    asked = question(f"sts/{name}")
    result = fix(in_world(play.world), Order(asked, "remove-claim", {"claim": claim}), agree)
    assert result.state == "refused" and "--yes" in result.why, "agreeing at the prompt is not enough"
    assert any("holds 1Gi" in fact for fact in seen[0].shows)
    assert play.get(CLAIMS, claim)
    result = mend(play, f"sts/{name}", "remove-claim", claim=claim)
    assert result.state == "fixed", result.why
    assert all(c["metadata"]["name"] != claim for c in play.client.list(CLAIMS, NAMESPACE))


@pytest.mark.parametrize("number", [0, 1])
def test_a_claim_that_is_used_stays(play: Play, number: int) -> None:
    name = scaled_down(play)
    result = mend(play, f"sts/{name}", "remove-claim", claim=f"data-{name}-{number}")
    assert result.state == "refused" and "no orphan" in result.why


def test_a_claim_of_a_replica_that_is_missing_stays(play: Play) -> None:
    """Nobody mounts it just now, but its pod will be back."""
    name = play.statefulset()
    play.fault("controller-stopped", controller="statefulset")
    play.client.delete("pods", NAMESPACE, f"{name}-1")
    play.run(MINUTE)
    result = mend(play, f"sts/{name}", "remove-claim", claim=f"data-{name}-1")
    assert "belongs to replica 1" in result.why


def test_a_claim_that_a_cron_job_will_mount_stays(play: Play) -> None:
    name = scaled_down(play)
    volume = {"name": "data", "persistentVolumeClaim": {"claimName": f"data-{name}-2"}}
    pod = {"restartPolicy": "Never", "containers": [{"name": "main", "image": "backup"}], "volumes": [volume]}
    play.create("cronjobs.batch", "batch/v1", "CronJob", "backup", {
        "schedule": "0 3 * * *", "jobTemplate": {"spec": {"template": {"spec": pod}}},
    })  # fmt: skip
    assert "CronJob backup mounts it" in mend(play, f"sts/{name}", "remove-claim", claim=f"data-{name}-2").why


def test_a_claim_that_has_an_owner_stays(play: Play) -> None:
    name = scaled_down(play)
    claim = f"data-{name}-2"
    owner = {"apiVersion": "v1", "kind": "Pod", "name": "scratch", "uid": play.pods(name)[0]["metadata"]["uid"]}
    play.change(CLAIMS, claim, lambda o: o["metadata"].update(ownerReferences=[owner]))
    assert "Pod/scratch owns it" in mend(play, f"sts/{name}", "remove-claim", claim=claim).why


def test_claims_are_never_removed_by_the_way(play: Play) -> None:
    name = play.statefulset(
        persistentVolumeClaimRetentionPolicy={"whenScaled": "Delete", "whenDeleted": "Delete"}, replicas=5
    )
    assert "their data would be gone" in mend(play, f"sts/{name}", "scale", to="4").why
    assert "whenDeleted" in mend(play, f"sts/{name}", "recreate", spec__podManagementPolicy="Parallel").why


# -- what keeps a machine from acting


def stopped(result: Result, why: str) -> None:
    assert result.state == "refused", result
    assert why in result.why
    assert result.exit_code == 2


def test_the_majority(play: Play) -> None:
    name = play.statefulset()
    ill = play.get("pods", f"{name}-1")
    meta = {
        **ill["metadata"],
        "annotations": {**(ill["metadata"].get("annotations") or {}), "sim.quorate.dev/ready": "false"},
    }
    play.client.update("pods", {**ill, "metadata": meta})
    play.run(MINUTE)
    stopped(mend(play, f"sts/{name}", "delete-pod", pod=f"{name}-0"), "majority is 2")
    stopped(mend(play, f"sts/{name}", "scale", to="1"), "majority is 2")


def test_the_budget(play: Play) -> None:
    name = play.statefulset(replicas=5)
    play.create("poddisruptionbudgets.policy", "policy/v1", "PodDisruptionBudget", name, {
        "minAvailable": 5, "selector": {"matchLabels": {"app": name}},
    })  # fmt: skip
    play.run(5 * SECOND)
    for remedy in ("delete-pod", "evict-pod"):
        stopped(mend(play, f"sts/{name}", remedy, pod=f"{name}-0"), f"budget {name} allows no disruption now")
    node = play.pods(name)[0]["spec"]["nodeName"]
    stopped(mend(play, f"node/{node}", "drain"), "never lets")


def test_an_operator(play: Play) -> None:
    name = bad_update(play).partition("/")[2]
    kafka = {"apiVersion": "kafka.strimzi.io/v1", "kind": "Kafka", "name": "prod", "uid": "k", "controller": True}
    play.change(STS, name, lambda o: o["metadata"].update(ownerReferences=[kafka]))
    play.run(SECOND)
    stopped(mend(play, f"sts/{name}"), "Kafka/prod (an operator) owns")
    stopped(mend(play, f"sts/{name}", "delete-pod", pod=f"{name}-2"), "an operator")


def test_a_gitops_tool(play: Play) -> None:
    name = bad_update(play).partition("/")[2]
    play.change(STS, name, lambda o: o["metadata"].update(labels={"argocd.argoproj.io/instance": "shop"}))
    stopped(mend(play, f"sts/{name}"), "Argo CD owns")
    # A pod is nobody's wish: what the repository says of the set stays as it is.
    assert mend(play, f"sts/{name}", "delete-pod", pod=f"{name}-2", within=10 * SECOND).state == "done"


def test_pods_that_nobody_finds_are_not_started_together(play: Play) -> None:
    target = of_cause("bootstrap-deadlock")(play)
    name = target.partition("/")[2]
    service = play.get("services", name)
    play.change("services", name, lambda o: o["metadata"].update(labels={"argocd.argoproj.io/instance": "shop"}))
    stopped(mend(play, target), "Argo CD owns")
    play.client.delete("services", NAMESPACE, name)
    stopped(mend(play, target, "start-together"), f"Service/{name} does not exist")
    assert play.get(STS, name)["spec"]["podManagementPolicy"] == "OrderedReady"
    fresh = {k: v for k, v in service["metadata"].items() if k in ("name", "namespace")}
    play.client.create("services", {"metadata": fresh, "spec": {**service["spec"], "publishNotReadyAddresses": True}})
    result = mend(play, target, "start-together")
    assert (result.state, verbs(result)) == ("fixed", ["delete", "watch", "create"]), result.why
    stopped(mend(play, target, "start-together"), "starts its pods together already")


def test_an_autoscaler(play: Play) -> None:
    name = play.deployment()
    scale = play.world.client(manager="kube-controller-manager")
    scale.patch(DEPLOY, NAMESPACE, name, {"spec": {"replicas": 4}}, "merge", "scale")
    play.run(20 * SECOND)
    stopped(mend(play, f"deploy/{name}", "scale", to="6"), "an autoscaler keeps")
    other = play.deployment()
    play.create("horizontalpodautoscalers.autoscaling", "autoscaling/v2", "HorizontalPodAutoscaler", "scaler", {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": other}, "minReplicas": 2, "maxReplicas": 6,
    })  # fmt: skip
    stopped(mend(play, f"deploy/{other}", "scale", to="6"), "autoscaler scaler keeps")


def test_somebody_changed_it_meanwhile(play: Play) -> None:
    target = bad_update(play)
    name = target.partition("/")[2]
    result = mend(play, target, meanwhile=lambda: play.image(STS, name, "registry.example.com/app:3.0"))
    assert result.state == "failed" and "somebody has changed" in result.why
    assert result.exit_code == 2 and len(result.left) == 3
    assert play.get(STS, name)["spec"]["template"]["spec"]["containers"][0]["image"].endswith("3.0")


def test_another_pod_of_the_name(play: Play) -> None:
    target = of_cause("broken-rollback")(play)
    name = target.partition("/")[2]

    def again() -> None:
        play.client.delete("pods", NAMESPACE, f"{name}-2")
        play.run(MINUTE)

    uid_before = play.get("pods", f"{name}-2")["metadata"]["uid"]
    result = mend(play, target, meanwhile=again)
    assert result.state == "failed" and "another object" in result.why
    assert play.get("pods", f"{name}-2")["metadata"]["uid"] != uid_before


def test_its_status_may_change_meanwhile(play: Play) -> None:
    """A crash loop writes all the time: only what somebody wants of the object counts."""
    target = bad_update(play)
    assert mend(play, target, meanwhile=lambda: play.run(10 * MINUTE)).state == "fixed"


def test_partly_done(play: Play) -> None:
    """The controller is gone once the template is back: what was done and what is left is told."""
    target = bad_update(play)
    name = target.partition("/")[2]
    result = mend(
        play, target, meanwhile=lambda: play.fault("controller-stopped", controller="statefulset"), within=MINUTE
    )
    assert result.state == "partly" and result.exit_code == 2
    assert [s["state"] for s in report(result)["steps"]] == ["done", "failed", "left"]
    assert report(result)["left"][-1].startswith(f"delete {name}-2")
    assert "in vain" in result.why


def test_a_problem_that_stays(play: Play) -> None:
    """Every step was done, and it is still ill with something else."""
    name = play.statefulset()
    play.annotate_template(STS, name, fault="CrashLoopBackOff")
    play.run(3 * MINUTE)
    result = mend(play, f"sts/{name}", "delete-pod", pod=f"{name}-2", within=30 * SECOND)
    assert result.state == "done" and result.exit_code == 1
    assert result.after != "healthy" and result.headline


def test_nothing_is_wrong(play: Play) -> None:
    name = play.statefulset()
    result = mend(play, f"sts/{name}")
    assert (result.state, result.exit_code, result.steps) == ("needless", 0, ())


def test_one_at_a_time(play: Play) -> None:
    bad_update(play)
    bad_deployment(play)
    asked = Question((), NAMESPACE)
    result = fix(in_world(play.world), Order(asked, yes=True), lambda shown: True)
    stopped(result, "one workload at a time")


@pytest.mark.parametrize(
    ("remedy", "values", "why"),
    [
        ("delet-pod", {}, "no such remedy: delet-pod (delete-pod"),
        ("scale", {"to": "many"}, "not a whole number"),
        ("scale", {"to": "-1"}, "must not be negative"),
        ("scale", {"replicas": "4"}, "scale does not take that"),
        ("scale", {"to": "3"}, "wants 3 replicas already"),
        ("resources", {"memory": "lots"}, "not a quantity"),
        ("resources", {"memory": "1Mi"}, "more than its limit"),
        ("partition", {"to": "0"}, "is 0 already"),
        ("undo", {"to": "7"}, "has no revision 7"),
        ("undo", {}, "no earlier revision"),
        ("resume", {}, "this is for a Deployment"),
        ("delete-pod", {"pod": "db-9"}, "has no pod db-9"),
        ("delete-pod", {}, "say which Pod"),
        ("uncordon", {"node": "node-9"}, "does not exist"),
        ("drain", {}, "say which Node"),
        ("expand", {"claim": "data-db-0", "size": "1Gi"}, "never shrinks"),
        ("recreate", {}, "say what is to change"),
        ("recreate", {"spec.selector.matchLabels.app": "x"}, "no longer be its own"),
        ("recreate", {"metadata.name": "x"}, "only fields below spec"),
        ("recreate", {"spec.volumeClaimTemplates.logs.spec": "x"}, "volumeClaimTemplates holds data"),
        ("recreate", {"spec.volumeClaimTemplates.data": "x"}, "write volumeClaimTemplates.NAME.FIELD"),
        ("remove-claim", {}, "say which PersistentVolumeClaim"),
        ("budget", {"budget": "x"}, "no budget x covers"),
        ("quota", {"quota": "x"}, "does not exist"),
        ("fix-then-delete", {}, "no earlier revision"),
    ],
)
def test_what_cannot_be_is_told(play: Play, remedy: str, values: dict[str, str], why: str) -> None:
    name = play.statefulset()
    before = play.world.store.revision
    asked = question(f"sts/{name}")
    result = fix(in_world(play.world), Order(asked, remedy, values, yes=True), lambda shown: True)
    stopped(result, why)
    assert play.world.store.revision == before


# -- only what was agreed to


class Listener(WorldLine):
    """Hears every request."""

    def __init__(self, play: Play) -> None:
        super().__init__(play.world)
        self.heard: list[tuple[str, str, bool]] = []

    def ask(self, method: str, path: str, query: dict[str, str], content_type: str, body: bytes) -> tuple[int, bytes]:
        dry = query.get("dryRun") == "All" or b'"dryRun":["All"]' in body
        self.heard.append((method, path, dry))
        return super().ask(method, path, query, content_type, body)


@pytest.mark.parametrize("dry_run", [True, False], ids=["dry run", "declined"])
def test_nothing_is_written_unasked(play: Play, dry_run: bool) -> None:
    target = bad_update(play)
    line = Listener(play)
    asked = question(target)
    place = Place(in_world(play.world).ask, ApiHand(line, line))
    before = play.world.store.revision
    result = fix(place, Order(asked, dry_run=dry_run), lambda shown: False)
    assert result.state == ("planned" if dry_run else "declined") and result.exit_code == 1
    written = [h for h in line.heard if h[0] != "GET"]
    assert written and all(dry for _, _, dry in written)
    assert play.world.store.revision == before
    steps = report(result)["steps"]
    assert "+" in steps[0]["diff"] and "CrashLoopBackOff" in steps[0]["diff"]
    assert steps[2]["diff"].startswith("- Pod/")
