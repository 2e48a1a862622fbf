"""What a StatefulSet says of its members."""

import pytest

from quorate.kernel.clock import SECOND
from quorate.rehearsal.workload import BadAnnotation, budgets_over, peer_service, workload_of


@pytest.mark.parametrize(("replicas", "quorum"), [(None, 1), (1, 1), (2, 2), (3, 2), (4, 3), (5, 3), (7, 4)])
def test_a_majority_is_the_quorum(etcd, replicas, quorum: int) -> None:
    etcd.spec["replicas"] = replicas
    assert workload_of(etcd.set).quorum == quorum


@pytest.mark.parametrize(("annotation", "asked", "quorum"), [("3", None, 3), ("1", 2, 2), (None, 1, 1)])
def test_who_asks_for_a_quorum_gets_it(etcd, annotation, asked, quorum: int) -> None:
    if annotation:
        etcd.set["metadata"]["annotations"] = {"quorate.dev/quorum": annotation}
    assert workload_of(etcd.set, asked).quorum == quorum


@pytest.mark.parametrize("value", ["0", "4", "-1", "two", ""])
def test_a_quorum_that_cannot_be(etcd, value: str) -> None:
    etcd.set["metadata"]["annotations"] = {"quorate.dev/quorum": value}
    with pytest.raises(BadAnnotation, match=r"StatefulSet etcd: "):
        workload_of(etcd.set)


def test_the_rest_of_it(etcd) -> None:
    etcd.set["metadata"] |= {"namespace": "prod", "annotations": {"quorate.dev/failover": "1m30s"}}
    etcd.spec.update({"ordinals": {"start": 4}, "updateStrategy": {"rollingUpdate": {"partition": 1}}})
    made = workload_of(etcd.set, beside=etcd.docs())
    assert (made.title, made.probed, made.claims, made.first) == ("prod/etcd", True, ("data",), 4)
    assert (list(made.ordinals), made.updated, made.failover) == ([4, 5, 6], (5, 6), 90 * SECOND)
    assert made.service == "etcd" and not made.on_delete


@pytest.mark.parametrize(
    ("text", "by_name"),
    [
        ("http://etcd-1.etcd:2380", True), ("etcd-0.etcd.default.svc.cluster.local", True), ("$(POD_NAME).etcd", True),
        ("${HOSTNAME}.etcd:2380", True), ("etcd-0.etcd-headless:2380", False), ("http://other-1.etcd:2380", False),
        ("etcd.default.svc", False), ("etcd", False),
    ],
)  # fmt: skip
def test_members_that_name_each_other_depend_on_their_service(etcd, text: str, by_name: bool) -> None:
    etcd.container["command"] = ["etcd", text]
    assert peer_service(etcd.set, []) == ("etcd" if by_name else "")
    etcd.container["command"] = ["etcd"]
    config = {"kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"conf": f"peers={text}\n"}}
    assert peer_service(etcd.set, [config]) == ("etcd" if by_name else "")
    assert peer_service(etcd.set, [{**config, "metadata": {"name": "c", "namespace": "other"}}]) == ""


def test_budgets_go_by_selector_and_namespace(etcd) -> None:
    elsewhere = {**etcd.budget, "metadata": {"name": "b", "namespace": "other"}}
    others = {**etcd.budget, "spec": {"selector": {"matchLabels": {"app": "x"}}}}
    every = {**etcd.budget, "spec": {"selector": {}}}
    assert budgets_over([elsewhere, others, every, etcd.budget, etcd.set], etcd.set) == [every, etcd.budget]
