"""Refused by quota, bounds, hooks and policies, other than by the number of pods."""

from bench.faulty.case import Case
from bench.faulty.play import NAMESPACE, Obj, Play
from bench.faulty.variants.making import (
    DEPLOY,
    FIRST_SECONDS,
    STS,
    bare_pod,
    claim,
    daemonset,
    job,
    quota,
    quota_of,
    scale,
    template,
    well,
    well_daemonset,
    well_deployment,
)
from quorate.kernel.clock import HOUR, MINUTE, SECOND


def cpu_quota_in_a_rollout(play: Play) -> str:
    """There is room for the pods, none for the one more that a rollout makes."""
    name = play.deployment(
        container={"resources": {"requests": {"cpu": "500m", "memory": "64Mi"}, "limits": {"cpu": "500m"}}},
        strategy={"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}},
    )
    quota(play, **{"limits__cpu": "1600m"})
    play.image(DEPLOY, name, "registry.example.com/app:2.0")
    play.run(FIRST_SECONDS)
    return f"deployment/{name}"


def memory_quota(play: Play) -> str:
    name = play.statefulset(container={"resources": {"requests": {"memory": "1Gi", "cpu": "10m"}}})
    quota(play, **{"requests__memory": "4Gi"})
    scale(play, STS, name, 6)
    play.run(FIRST_SECONDS)
    return f"statefulset/{name}"


def quota_wants_limits(play: Play) -> str:
    quota(play, **{"limits__cpu": "40", "limits__memory": "40Gi"})
    name = play.deployment(wait=False)
    play.run(FIRST_SECONDS)
    return f"deployment/{name}"


def storage_quota(play: Play) -> str:
    name = play.statefulset(replicas=2)
    quota(play, **{"requests__storage": "2Gi"})
    scale(play, STS, name, 4)
    play.run(FIRST_SECONDS)
    return f"statefulset/{name}"


def claims_quota(play: Play) -> str:
    name = play.statefulset(replicas=2)
    quota_of(play, {"hard": {"standard.storageclass.storage.k8s.io/persistentvolumeclaims": "2"}})
    scale(play, STS, name, 4)
    play.run(FIRST_SECONDS)
    return f"statefulset/{name}"


def best_effort_quota(play: Play) -> str:
    quota_of(play, {"hard": {"pods": "0"}, "scopes": ["BestEffort"]})
    name = play.name("plain")
    spec = {"replicas": 2, "selector": {"matchLabels": {"app": name}}, "template": template(name)}
    play.create(DEPLOY, "apps/v1", "Deployment", name, spec)
    play.run(FIRST_SECONDS)
    return f"deployment/{name}"


def best_effort_quota_of_others(play: Play) -> str:
    """The quota counts only pods that ask for nothing: these do ask."""
    quota_of(play, {"hard": {"pods": "0"}, "scopes": ["BestEffort"]})
    return f"deployment/{play.deployment(container={'resources': {'requests': {'cpu': '10m'}}})}"


def daemon_quota(play: Play) -> str:
    quota(play, pods=str(len(play.client.list("pods", NAMESPACE)) + 1))
    name = daemonset(play)
    play.run(FIRST_SECONDS)
    return f"daemonset/{name}"


def job_quota(play: Play) -> str:
    quota(play, pods="0")
    name = job(play)
    play.run(FIRST_SECONDS)
    return f"job/{name}"


def quota_long_ago(play: Play) -> str:
    """Nothing of it is told any more but what the quota itself and the condition say."""
    name = play.deployment(replicas=2)
    quota(play, pods=str(len(play.client.list("pods", NAMESPACE))))
    scale(play, DEPLOY, name, 4)
    play.run(2 * HOUR)
    play.forget_events()
    return f"deployment/{name}"


def quota_of_a_set_long_ago(play: Play) -> str:
    name = play.statefulset(replicas=2)
    quota(play, pods=str(len(play.client.list("pods", NAMESPACE))))
    scale(play, STS, name, 4)
    play.run(2 * HOUR)
    play.forget_events()
    return f"statefulset/{name}"


def full_quota_that_nobody_needs(play: Play) -> str:
    name = play.statefulset(replicas=2)
    quota(play, pods=str(len(play.client.list("pods", NAMESPACE))))
    play.run(MINUTE)
    return f"statefulset/{name}"


def _bounds(play: Play, **item: object) -> None:
    play.create("limitranges", "v1", "LimitRange", play.name("bounds"), {"limits": [{"type": "Container", **item}]})


def least_cpu(play: Play) -> str:
    _bounds(play, min={"cpu": "200m"})
    name = play.statefulset(wait=False)
    play.run(FIRST_SECONDS)
    return f"statefulset/{name}"


def ratio(play: Play) -> str:
    _bounds(play, maxLimitRequestRatio={"cpu": "2"})
    resources = {"resources": {"requests": {"cpu": "100m"}, "limits": {"cpu": "1"}}}
    name = play.deployment(container=resources, wait=False)
    play.run(FIRST_SECONDS)
    return f"deployment/{name}"


def whole_pod(play: Play) -> str:
    _bounds(play, type="Pod", max={"cpu": "1"})
    resources = {"resources": {"requests": {"cpu": "1500m"}, "limits": {"cpu": "1500m"}}}
    name = play.deployment(container=resources, wait=False)
    play.run(FIRST_SECONDS)
    return f"deployment/{name}"


def claim_bounds(play: Play) -> str:
    _bounds(play, type="PersistentVolumeClaim", max={"storage": "500Mi"})
    name = play.statefulset(wait=False)
    play.run(FIRST_SECONDS)
    return f"statefulset/{name}"


def account_of_a_daemonset(play: Play) -> str:
    name = daemonset(play, serviceAccountName="collector")
    play.run(FIRST_SECONDS)
    return f"daemonset/{name}"


def account_deleted_later(play: Play) -> str:
    """Its pods ran for long; then the account went, and then a pod."""
    play.create("serviceaccounts", "v1", "ServiceAccount", "runner", {})
    name = play.statefulset(pod={"serviceAccountName": "runner"})
    play.client.delete("serviceaccounts", NAMESPACE, "runner")
    play.client.delete("pods", NAMESPACE, f"{name}-2")
    play.run(2 * MINUTE)
    return f"statefulset/{name}"


def account_of_a_deployment(play: Play) -> str:
    name = play.deployment()
    play.patch_template(DEPLOY, name, lambda t: t["spec"].update(serviceAccountName="web-v2"))
    play.run(FIRST_SECONDS)
    return f"deployment/{name}"


def owners_wanted(play: Play) -> str:
    """A ValidatingAdmissionPolicy as people write them."""
    name = play.deployment(replicas=2)
    rules = [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}]
    spec: Obj = {
        "failurePolicy": "Fail",
        "matchConstraints": {"resourceRules": rules},
        "validations": [
            {
                "expression": "has(object.metadata.labels) && 'owner' in object.metadata.labels",
                "message": "say who owns it",
            }
        ],
    }
    group = "admissionregistration.k8s.io"
    policies = f"validatingadmissionpolicies.{group}"
    play.create(policies, f"{group}/v1", "ValidatingAdmissionPolicy", "owners", spec)
    bound = {
        "policyName": "owners",
        "validationActions": ["Deny"],
        "matchResources": {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": NAMESPACE}}},
    }
    play.create(
        f"validatingadmissionpolicybindings.{group}",
        f"{group}/v1",
        "ValidatingAdmissionPolicyBinding",
        "owners-here",
        bound,
    )
    play.run(2 * SECOND)
    scale(play, DEPLOY, name, 4)
    play.run(FIRST_SECONDS)
    return f"deployment/{name}"


def policy_on_replicasets(play: Play) -> str:
    name = play.deployment(replicas=2)
    play.fault("write-denied", resource="replicasets.apps", namespace=NAMESPACE, names=f"{name}-*", message="frozen")
    play.image(DEPLOY, name, "registry.example.com/app:2.0")
    play.run(FIRST_SECONDS)
    return f"deployment/{name}"


def revision_webhook(play: Play) -> str:
    name = play.statefulset()
    play.fault(
        "write-denied", resource="controllerrevisions.apps", namespace=NAMESPACE, names=f"{name}-*", message="frozen"
    )
    play.run(20 * SECOND)
    play.image(STS, name, "registry.example.com/app:2.0")
    other = play.statefulset("other")
    play.run(5 * SECOND)
    play.change(STS, other, lambda o: o["spec"].update(replicas=4))
    play.run(2 * MINUTE)
    return f"statefulset/{name}"


def replicaset_quota(play: Play) -> str:
    name = play.deployment()
    count = len(play.client.list("replicasets.apps", NAMESPACE))
    quota_of(play, {"hard": {"count/replicasets.apps": str(count)}})
    play.image(DEPLOY, name, "registry.example.com/app:2.0")
    play.run(2 * MINUTE)
    return f"deployment/{name}"


def webhook_of_claims(play: Play) -> str:
    name = play.statefulset(replicas=1)
    play.fault(
        "write-denied", resource="persistentvolumeclaims", namespace=NAMESPACE, names="data-*", message="no disks"
    )
    scale(play, STS, name, 3)
    play.run(FIRST_SECONDS)
    return f"statefulset/{name}"


def job_webhook(play: Play) -> str:
    play.fault("write-denied", resource="pods", namespace=NAMESPACE, names="import*", message="image is not signed")
    name = job(play)
    play.run(FIRST_SECONDS)
    return f"job/{name}"


def webhook_in_a_rollout(play: Play) -> str:
    """The pods of the revision before serve on."""
    name = play.deployment()
    play.fault(
        "write-denied", resource="pods", namespace=NAMESPACE, names=f"{name}-*", message="tag must not be latest"
    )
    play.image(DEPLOY, name, "registry.example.com/app:latest")
    play.run(FIRST_SECONDS)
    return f"deployment/{name}"


def long_name(play: Play) -> str:
    """A set's name may be longer than the labels that its pods get."""
    name = "a-very-long-name-of-a-set-that-somebody-has-given-it"[:52] + "-x"
    body = {
        "replicas": 1,
        "serviceName": "short",
        "selector": {"matchLabels": {"app": "short"}},
        "template": template("short"),
    }
    play.create(STS, "apps/v1", "StatefulSet", name, body)
    play.service("short", headless=True)
    play.run(FIRST_SECONDS)
    return f"statefulset/{name}"


def finished_job(play: Play) -> str:
    name = job(play, annotations={"fault": "Succeeded"})
    play.run(MINUTE)
    return f"job/{name}"


def idle_pod(play: Play) -> str:
    claim(play, "mine")
    name = bare_pod(play)
    play.run(20 * SECOND)
    return f"pod/{name}"


CASES = (
    Case("quota-exceeded", cpu_quota_in_a_rollout, well_deployment, reach="wide"),
    Case("quota-exceeded", memory_quota, well, reach="wide"),
    Case("quota-exceeded", quota_wants_limits, well_deployment, reach="wide"),
    Case("quota-exceeded", storage_quota, well, reach="wide"),
    Case("quota-exceeded", claims_quota, well, reach="wide"),
    Case("quota-exceeded", best_effort_quota, best_effort_quota_of_others, reach="wide"),
    Case("quota-exceeded", daemon_quota, well_daemonset, reach="wide"),
    Case("quota-exceeded", job_quota, finished_job, reach="wide"),
    Case("quota-exceeded", quota_long_ago, full_quota_that_nobody_needs, reach="wide"),
    Case("quota-exceeded", quota_of_a_set_long_ago, full_quota_that_nobody_needs, reach="wide"),
    Case("limit-range-refused", least_cpu, well, reach="wide"),
    Case("limit-range-refused", ratio, well_deployment, reach="wide"),
    Case("limit-range-refused", whole_pod, well_deployment, reach="wide"),
    Case("limit-range-refused", claim_bounds, well, reach="wide"),
    Case("service-account-missing", account_of_a_daemonset, well_daemonset),
    Case("service-account-missing", account_deleted_later, well),
    Case("service-account-missing", account_of_a_deployment, well_deployment),
    Case("policy-refused", owners_wanted, well_deployment, reach="wide"),
    Case("writes-rejected", policy_on_replicasets, well_deployment),
    Case("writes-rejected", revision_webhook, well),
    Case("writes-rejected", replicaset_quota, well_deployment, reach="wide"),
    Case("webhook-refused", webhook_of_claims, well, reach="wide"),
    Case("webhook-refused", job_webhook, finished_job, reach="wide"),
    Case("webhook-refused", webhook_in_a_rollout, well_deployment),
    Case("creation-refused", long_name, idle_pod),
)
