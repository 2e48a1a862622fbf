"""What cannot be rehearsed is refused in one line that says where and why; what need not be is skipped, and said."""

import pytest

from quorate.rehearsal.ports import Refusal


def refused(rehearse, what, **more) -> str:
    with pytest.raises(Refusal) as refusal:
        rehearse(what, "pod-delete", **more)
    assert "\n" not in str(refusal.value)
    return str(refusal.value)


def test_no_stateful_set(etcd, rehearse) -> None:
    assert refused(rehearse, []) == "no StatefulSet with replicas in these manifests: there is nothing to rehearse"
    told = "no StatefulSet with replicas in these manifests (there are PodDisruptionBudget, Service): there is nothing to rehearse"
    assert refused(rehearse, [etcd.service, etcd.budget]) == told
    etcd.spec["replicas"] = 0
    assert refused(rehearse, etcd) == told


def test_a_set_of_a_version_that_is_gone(etcd, rehearse) -> None:
    etcd.set["apiVersion"] = "apps/v1beta1"
    told = "a.yaml:3: StatefulSet etcd is skipped: apps/v1beta1 is not served any more, write apps/v1"
    assert refused(rehearse, etcd) == told


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda s: s["spec"].update(replicas=-1), 'a.yaml:3: StatefulSet.apps "etcd" is invalid: spec.replicas: Invalid value: -1'),
        (lambda s: s["spec"].update(replicas="three"), "a.yaml:3: StatefulSet in version"),
        (lambda s: s["spec"].update(selector={"matchLabels": {"a": "b"}}), "`selector` does not match template `labels`"),
        (lambda s: s["spec"]["template"]["spec"]["containers"][0].update(readynessProbe={}),
         'a.yaml:3: StatefulSet etcd: unknown field "spec.template.spec.containers[0].readynessProbe"'),
        (lambda s: s["spec"].pop("template"), "a.yaml:3: StatefulSet"),
        (lambda s: s.update(spec=[]), "a.yaml:3: StatefulSet in version"),
        (lambda s: s.update(spec=None), 'a.yaml:3: StatefulSet.apps "etcd" is invalid'),
        (lambda s: s["metadata"].update(name="Etcd_1"), 'a.yaml:3: StatefulSet.apps "Etcd_1" is invalid: metadata.name'),
        (lambda s: s["metadata"].update(name=None, generateName="etcd-"), "a.yaml:3: a StatefulSet with generateName"),
        (lambda s: s["metadata"].update(annotations={"quorate.dev/quorum": "most"}),
         'a.yaml:3: StatefulSet etcd: annotation quorate.dev/quorum is "most", not a number'),
        (lambda s: s["metadata"].update(annotations={"quorate.dev/quorum": "4"}),
         "a.yaml:3: StatefulSet etcd: a quorum of 4 is not possible with 3 replicas"),
        (lambda s: s["metadata"].update(annotations={"quorate.dev/failover": "soon"}),
         "a.yaml:3: StatefulSet etcd: annotation quorate.dev/failover: not a duration: 'soon'"),
    ],
)  # fmt: skip
def test_what_the_server_refuses_is_told_with_its_place(etcd, rehearse, spoil, says: str) -> None:
    spoil(etcd.set)
    assert says in refused(rehearse, etcd)


def test_a_quorum_that_a_set_cannot_have(etcd, rehearse) -> None:
    says = "a.yaml:3: StatefulSet etcd: a quorum of 4 is not possible with 3 replicas"
    assert refused(rehearse, etcd, quorum=4) == says


def test_the_same_object_twice(etcd, rehearse) -> None:
    etcd.more.append(etcd.set)
    assert 'statefulsets.apps "etcd" already exists' in refused(rehearse, etcd)


NEVER = "StatefulSet etcd never became ready ("


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda e: e.container["resources"].update(limits={"example.com/tpu": "1", "hugepages-2Mi": "64Mi"}), None),
        (lambda e: e.pod.update(nodeName="elsewhere"), "0 of 3 after 30m): "),
        (lambda e: e.pod["topologySpreadConstraints"].append(
            {"maxSkew": 1, "topologyKey": "rack", "whenUnsatisfiable": "DoNotSchedule",
             "labelSelector": {"matchLabels": {"app.kubernetes.io/name": "etcd"}}}),
         "Pod etcd-0: FailedScheduling: 0/15 nodes are available: 15 node(s) didn't match pod topology spread constraints "
         "(missing required label)"),
        (lambda e: e.spec["template"]["metadata"].update(annotations={"sim.quorate.dev/fault": "ImagePullBackOff"}),
         "Pod etcd-0: Failed: Error: ImagePullBackOff"),
        (lambda e: e.spec["template"]["metadata"].update(annotations={"sim.quorate.dev/fault": "CrashLoopBackOff"}),
         "Pod etcd-0: BackOff: Back-off restarting failed container etcd in pod etcd-0"),
        (lambda e: e.spec["template"]["metadata"].update(annotations={"sim.quorate.dev/fault": "NeverReady"}),
         "Pod etcd-0: Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 503"),
        (lambda e: e.more.append({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "few"},
                                  "spec": {"hard": {"pods": "2"}}}),
         "exceeded quota: few"),
    ],
)  # fmt: skip
def test_a_set_that_never_gets_ready_is_told_by_the_world_s_own_events(etcd, rehearse, spoil, says) -> None:
    spoil(etcd)
    if says is None:
        # Nodes are taken to have what is asked of them.
        assert rehearse(etcd, "pod-delete").outcomes[0].verdict == "pass"
        return
    told = refused(rehearse, etcd)
    assert told.startswith(NEVER) and says in told and len(told) < 500


def test_too_few_nodes_are_told(etcd, rehearse) -> None:
    told = refused(rehearse, etcd, nodes=2, zones=2)
    assert "(2 of 3 after 30m): Pod etcd-2: FailedScheduling: 0/2 nodes are available: " in told
    assert "preemption" not in told


def test_kinds_that_are_not_known_are_skipped_and_said(etcd, rehearse) -> None:
    etcd.more += [
        {"apiVersion": "monitoring.coreos.com/v1", "kind": "ServiceMonitor", "metadata": {"name": "m"}, "spec": {}},
        {"apiVersion": "policy/v1beta1", "kind": "PodDisruptionBudget", "metadata": {"name": "old"}, "spec": {}},
        {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "h"}, "spec": {}},
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "t", "annotations": {"helm.sh/hook": "test"}},
            "spec": {},
        },
    ]
    report = rehearse(etcd, "pod-delete")
    assert report.warnings == (
        "a.yaml:1: ServiceMonitor m is skipped: monitoring.coreos.com/v1 is not known here",
        "a.yaml:2: PodDisruptionBudget old is skipped: policy/v1beta1 is not served any more, write policy/v1",
        "a.yaml:3: HorizontalPodAutoscaler h is skipped: drills are played at a fixed number of members",
        "a.yaml:4: Pod t is a test of a chart: skipped",
    )


def test_custom_kinds_and_namespaces_come_first_wherever_they_stand(etcd, rehearse) -> None:
    custom = {
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "crons.a.dev"},
        "spec": {
            "group": "a.dev", "scope": "Namespaced", "names": {"kind": "Cron", "plural": "crons", "singular": "cron"},
            "versions": [{"name": "v1", "served": True, "storage": True, "schema": {
                "openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}}],
        },
    }  # fmt: skip
    for doc in etcd.docs():
        doc["metadata"]["namespace"] = "prod"
    docs = [
        {"apiVersion": "a.dev/v1", "kind": "Cron", "metadata": {"name": "c", "namespace": "prod"}, "spec": {"x": 1}},
        *etcd.docs(), {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "prod"}}, custom,
    ]  # fmt: skip
    assert rehearse(docs, "pod-delete").warnings == ()


def test_a_storage_class_of_ones_own_takes_the_place_of_one_that_is_there(etcd, rehearse) -> None:
    etcd.more.append({
        "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "topology-aware"},
        "provisioner": "ebs.csi.aws.com", "volumeBindingMode": "WaitForFirstConsumer",
        "allowedTopologies": [{"matchLabelExpressions": [{"key": "topology.ebs.csi.aws.com/zone", "values": ["eu-1a"]}]}],
    })  # fmt: skip
    etcd.without_spread()
    report = rehearse(etcd, "zone-loss", prove=True)
    assert report.outcomes[0].verdict == "fail"
    assert [p.fix.ids for p in report.cure.fixes] == [{"spread", "zones"}]
    assert "is served by a simulated driver, not ebs.csi.aws.com" in report.warnings[0]
