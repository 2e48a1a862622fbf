from typing import Any

from quorate.controllers.statefulset.pods import identity_matches, member, new_pod, repaired, storage_matches
from quorate.kernel.clock import EPOCH


def test_a_pod_gets_its_identity_from_the_set(make: Any) -> None:
    template = {
        "metadata": {
            "name": "ignored", "annotations": {"note": "copied"}, "finalizers": ["x/y"],
            "labels": {
                "app": "web", "statefulset.kubernetes.io/pod-name": "wrong", "controller-revision-hash": "wrong"
            },
        },
        "spec": {"containers": [], "hostname": "mine", "subdomain": "mine"},
    }  # fmt: skip
    made = new_pod(make(serviceName="peers"), template, 7, "web-abc")
    assert made["metadata"] == {
        "name": "web-7", "generateName": "web-", "namespace": "default",
        "labels": {
            "app": "web", "statefulset.kubernetes.io/pod-name": "web-7", "apps.kubernetes.io/pod-index": "7",
            "controller-revision-hash": "web-abc",
        },
        "annotations": {"note": "copied"}, "finalizers": ["x/y"],
        "ownerReferences": [
            {
                "apiVersion": "apps/v1", "kind": "StatefulSet", "name": "web", "uid": "set-uid", "controller": True,
                "blockOwnerDeletion": True,
            }
        ],
    }  # fmt: skip
    assert made["spec"] == {"containers": [], "hostname": "web-7", "subdomain": "peers"}
    assert template["metadata"]["labels"]["controller-revision-hash"] == "wrong"


def test_without_a_service_there_is_no_subdomain(make: Any) -> None:
    assert "subdomain" not in new_pod(make(serviceName=""), make()["spec"]["template"], 0, "r")["spec"]


def test_claims_take_the_place_of_volumes_of_their_name(make: Any) -> None:
    found = make(templates=["data"])
    template = {"spec": {"volumes": [{"name": "tmp", "emptyDir": {}}, {"name": "data", "emptyDir": {}}]}}
    made = new_pod(found, template, 0, "r")
    assert made["spec"]["volumes"] == [
        {"name": "data", "persistentVolumeClaim": {"claimName": "data-web-0"}},
        {"name": "tmp", "emptyDir": {}},
    ]
    assert storage_matches(found, member(made, 0, EPOCH))


def test_identity_is_the_name_label_alone(make: Any) -> None:
    found = make()
    pod = new_pod(found, found["spec"]["template"], 0, "r")
    labels = pod["metadata"]["labels"]
    assert identity_matches(found, member(pod, 0, EPOCH))
    without_index = {k: v for k, v in labels.items() if k != "apps.kubernetes.io/pod-index"}
    assert identity_matches(found, member({**pod, "metadata": {**pod["metadata"], "labels": without_index}}, 0, EPOCH))
    bare = member({**pod, "metadata": {**pod["metadata"], "labels": {"app": "web"}}}, 0, EPOCH)
    assert not identity_matches(found, bare)
    assert repaired(found, bare)["metadata"]["labels"] == {
        "app": "web", "statefulset.kubernetes.io/pod-name": "web-0", "apps.kubernetes.io/pod-index": "0"
    }  # fmt: skip


def test_a_name_with_a_leading_zero_is_not_the_pods_own(make: Any) -> None:
    found = make()
    pod = new_pod(found, found["spec"]["template"], 1, "r")
    labels = {"statefulset.kubernetes.io/pod-name": "web-01"}
    odd = member({**pod, "metadata": {**pod["metadata"], "name": "web-01", "labels": labels}}, 0, EPOCH)
    assert odd.ordinal == 1
    assert not identity_matches(found, odd)


def test_a_pod_without_its_claim_is_given_it(make: Any) -> None:
    found = make(templates=["data"])
    pod = new_pod(make(), found["spec"]["template"], 0, "r")
    mine = member(pod, 0, EPOCH)
    assert not storage_matches(found, mine)
    assert repaired(found, mine)["spec"]["volumes"] == [
        {"name": "data", "persistentVolumeClaim": {"claimName": "data-web-0"}}
    ]
