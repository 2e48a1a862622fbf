"""What looks wrong before anything is played."""

import pytest

from quorate.rehearsal.cautions import cautions
from quorate.rehearsal.given import Given
from quorate.rehearsal.workload import workload_of


def told(etcd) -> list[str]:
    docs = etcd.docs()
    given = [Given(f"a.yaml:{i + 1}", d) for i, d in enumerate(docs)]
    return list(cautions(given, [workload_of(d, beside=docs) for d in docs if d["kind"] == "StatefulSet"]))


def test_the_good_one_is_told_nothing(etcd) -> None:
    assert told(etcd) == []


def headed(etcd) -> None:
    etcd.service["spec"]["clusterIP"] = "10.96.0.7"


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda e: e.service["spec"].pop("publishNotReadyAddresses"),
         "a.yaml:1: Service etcd publishes ready members only (no publishNotReadyAddresses)"),
        (headed, "a.yaml:1: Service etcd is not headless (clusterIP: None)"),
        (lambda e: e.budget["spec"]["selector"]["matchLabels"].update(tier="db"),
         "a.yaml:2: PodDisruptionBudget etcd selects none of the pods of these manifests"),
        (lambda e: e.budget["metadata"].update(namespace="other"),
         "a.yaml:2: PodDisruptionBudget etcd selects none of the pods of these manifests"),
        (lambda e: e.pod["affinity"]["podAntiAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"][0].update(
            labelSelector={"matchExpressions": [{"key": "app", "operator": "In", "values": ["etcd"]}]}),
         "a.yaml:3: podAntiAffinity of etcd by kubernetes.io/hostname selects none of the pods of these manifests"),
        (lambda e: e.pod["topologySpreadConstraints"][0].pop("labelSelector"),
         "a.yaml:3: topologySpreadConstraints of etcd by topology.kubernetes.io/zone selects none"),
        (lambda e: e.spec.pop("podManagementPolicy"),
         "a.yaml:3: etcd-0 is told the names of all members, and OrderedReady creates etcd-1 when etcd-0 is ready"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_once(etcd, spoil, says: str) -> None:
    spoil(etcd)
    (told_,) = told(etcd)
    assert told_.startswith(says)


def test_rules_about_other_pods_are_fine(etcd) -> None:
    etcd.more.append(
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "labels": {"noisy": "yes"}}, "spec": {}}
    )
    terms = etcd.pod["affinity"]["podAntiAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    terms.append({"topologyKey": "kubernetes.io/hostname", "labelSelector": {"matchLabels": {"noisy": "yes"}}})
    terms.append(
        {"topologyKey": "kubernetes.io/hostname", "namespaces": ["x"], "labelSelector": {"matchLabels": {"a": "b"}}}
    )
    assert told(etcd) == []


def test_rules_that_select_nobody_do_not_keep_members_apart(etcd, rehearse) -> None:
    for term in etcd.pod["affinity"]["podAntiAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]:
        term["labelSelector"] = {"matchLabels": {"app": "etcd"}}
    del etcd.pod["topologySpreadConstraints"]
    report = rehearse(etcd, "node-crash", prove=True)
    assert report.outcomes[0].verdict == "fail" and [p.fix.id for p in report.cure.fixes] == ["spread"]
    assert report.warnings[0].endswith("selects none of the pods of these manifests")
