"""Pods that are refused when they are created."""

from bench.faulty.case import Case
from bench.faulty.play import NAMESPACE, Play
from quorate.kernel.clock import MINUTE, SECOND


def _quota(play: Play, **hard: str) -> None:
    play.create("resourcequotas", "v1", "ResourceQuota", play.name("team"), {"hard": hard})
    play.run(2 * SECOND)


def quota_exceeded(play: Play) -> str:
    name = play.statefulset(replicas=2)
    pods = len(play.client.list("pods", NAMESPACE))
    _quota(play, pods=str(pods))
    play.change("statefulsets.apps", name, lambda o: o["spec"].update(replicas=4))
    play.run(3 * MINUTE)
    return f"statefulset/{name}"


def quota_roomy(play: Play) -> str:
    name = play.statefulset(replicas=2)
    _quota(play, pods="40", **{"requests.cpu": "50"})
    play.change("statefulsets.apps", name, lambda o: o["spec"].update(replicas=4))
    play.run(3 * MINUTE)
    return f"statefulset/{name}"


def limit_range(play: Play) -> str:
    limits = [{"type": "Container", "max": {"memory": "256Mi"}}]
    play.create("limitranges", "v1", "LimitRange", play.name("bounds"), {"limits": limits})
    name = play.deployment(
        container={"resources": {"requests": {"memory": "1Gi"}, "limits": {"memory": "1Gi"}}}, wait=False
    )
    play.run(3 * MINUTE)
    return f"deployment/{name}"


def limit_range_kept(play: Play) -> str:
    limits = [{"type": "Container", "max": {"memory": "2Gi"}}]
    play.create("limitranges", "v1", "LimitRange", play.name("bounds"), {"limits": limits})
    return f"deployment/{play.deployment(container={'resources': {'requests': {'memory': '1Gi'}, 'limits': {'memory': '1Gi'}}})}"


def webhook(play: Play) -> str:
    name = play.deployment(replicas=2)
    play.fault("write-denied", resource="pods", namespace=NAMESPACE, names=f"{name}-*", message="image is not signed")
    play.change("deployments.apps", name, lambda o: o["spec"].update(replicas=4))
    play.run(3 * MINUTE)
    return f"deployment/{name}"


def webhook_passed(play: Play) -> str:
    name = play.deployment(replicas=2)
    play.fault("write-denied", resource="pods", namespace=NAMESPACE, names="other-*", message="image is not signed")
    play.change("deployments.apps", name, lambda o: o["spec"].update(replicas=4))
    play.run(MINUTE)
    return f"deployment/{name}"


def webhook_down(play: Play) -> str:
    name = play.statefulset(replicas=2)
    play.fault("webhook-down", resource="pods", namespace=NAMESPACE)
    play.change("statefulsets.apps", name, lambda o: o["spec"].update(replicas=4))
    play.run(3 * MINUTE)
    return f"statefulset/{name}"


def policy(play: Play) -> str:
    name = play.deployment(replicas=2)
    message = "ValidatingAdmissionPolicy 'limits' with binding 'limits-prod' denied request: replicas need a team label"
    _deny(play, f"{name}-*", message)
    play.change("deployments.apps", name, lambda o: o["spec"].update(replicas=4))
    play.run(3 * MINUTE)
    return f"deployment/{name}"


def _deny(play: Play, names: str, message: str) -> None:
    """An admission of the server itself that refuses in these words, as those that it has built in do."""
    from quorate.contract.declared import Denial, Scope
    from quorate.faults.switchboard.reach import declare

    declare(
        play.world,
        Denial(
            Scope("pods", frozenset({"CREATE"}), NAMESPACE, names),
            "Forbidden",
            f'pods "{names[:-1]}0" is forbidden: {message}',
        ),
    )


def pod_security(play: Play) -> str:
    name = play.name("db")
    space = play.client.get("namespaces", "", NAMESPACE)
    labels = {**(space["metadata"].get("labels") or {}), "pod-security.kubernetes.io/enforce": "baseline"}
    play.client.update("namespaces", {**space, "metadata": {**space["metadata"], "labels": labels}})
    _deny(
        play,
        f"{name}-*",
        'violates PodSecurity "baseline:latest": privileged (container "app" must not set securityContext.privileged=true)',
    )
    play.count -= 1
    play.statefulset("db", container={"securityContext": {"privileged": True}}, wait=False)
    play.run(3 * MINUTE)
    return f"statefulset/{name}"


def pod_security_kept(play: Play) -> str:
    space = play.client.get("namespaces", "", NAMESPACE)
    labels = {**(space["metadata"].get("labels") or {}), "pod-security.kubernetes.io/enforce": "baseline"}
    play.client.update("namespaces", {**space, "metadata": {**space["metadata"], "labels": labels}})
    return f"statefulset/{play.statefulset()}"


def service_account(play: Play) -> str:
    name = play.statefulset(pod={"serviceAccountName": "db-runner"}, wait=False)
    play.run(3 * MINUTE)
    return f"statefulset/{name}"


def service_account_there(play: Play) -> str:
    play.create("serviceaccounts", "v1", "ServiceAccount", "db-runner", {})
    return f"statefulset/{play.statefulset(pod={'serviceAccountName': 'db-runner'})}"


def priority_class(play: Play) -> str:
    name = play.deployment(pod={"priorityClassName": "gold"}, wait=False)
    play.run(3 * MINUTE)
    return f"deployment/{name}"


def priority_class_there(play: Play) -> str:
    play.create("priorityclasses.scheduling.k8s.io", "scheduling.k8s.io/v1", "PriorityClass", "gold", {}, value=1000)
    return f"deployment/{play.deployment(pod={'priorityClassName': 'gold'})}"


def refused_otherwise(play: Play) -> str:
    name = play.deployment(replicas=2)
    _deny(play, f"{name}-*", "node selector conflicts with the namespace's node selector")
    play.change("deployments.apps", name, lambda o: o["spec"].update(replicas=4))
    play.run(3 * MINUTE)
    return f"deployment/{name}"


CASES = (
    Case("quota-exceeded", quota_exceeded, quota_roomy, reach="wide"),
    Case("limit-range-refused", limit_range, limit_range_kept, reach="wide"),
    Case("webhook-refused", webhook, webhook_passed),
    Case("webhook-unreachable", webhook_down, webhook_passed, reach="wide"),
    Case("policy-refused", policy, webhook_passed),
    Case("pod-security-refused", pod_security, pod_security_kept, reach="wide"),
    Case("service-account-missing", service_account, service_account_there),
    Case("priority-class-missing", priority_class, priority_class_there),
    Case("creation-refused", refused_otherwise, webhook_passed),
)
