from typing import Any

import pytest

from quorate.contract.plan import Create, Tell, Update
from quorate.controllers.statefulset import claims
from quorate.controllers.statefulset.claims import Owners

SET = {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "web", "uid": "set-uid", "controller": True}
POD = {"apiVersion": "v1", "kind": "Pod", "name": "web-1", "uid": "pod-uid", "controller": True}
OTHER = {"apiVersion": "v1", "kind": "ConfigMap", "name": "x", "uid": "x-uid"}
POLICIES = [("Retain", "Retain"), ("Retain", "Delete"), ("Delete", "Retain"), ("Delete", "Delete")]


def owners(make: Any, policy: tuple[str, str], wanted: bool = True, pod_uid: str = "pod-uid") -> Owners:
    return Owners(make(policy=policy, templates=["data"]), "web-1", pod_uid, 1, wanted)


def claim(*refs: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "PersistentVolumeClaim", "metadata": {"name": "data-web-1", "ownerReferences": list(refs)}}


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("wanted", [True, False])
@pytest.mark.parametrize("before", [(), (SET,), (POD,), (SET, POD), (OTHER, SET), ({**SET, "controller": False},)])
def test_owners_end_up_as_the_policy_says(make: Any, policy: tuple[str, str], wanted: bool, before: Any) -> None:
    """Deleted with the pod that is scaled away, else with the set; owners that are none of these stay."""
    mine = owners(make, policy, wanted)
    held = {"data-web-1": claim(*before)}
    for action in claims.put_right(mine, held):
        assert isinstance(action, Update)
        held["data-web-1"] = action.obj
    uids = {ref["uid"] for ref in held["data-web-1"]["metadata"].get("ownerReferences", [])}
    by_pod = policy[0] == "Delete" and not wanted
    expected = ({"pod-uid"} if by_pod else set()) | ({"set-uid"} if policy[1] == "Delete" and not by_pod else set())
    assert uids == expected | ({"x-uid"} if OTHER in before else set())
    assert claims.kept_right(mine, held)
    assert claims.put_right(mine, held) == []


def test_owning_is_controlling(make: Any) -> None:
    (action,) = claims.put_right(owners(make, ("Delete", "Retain"), wanted=False), {"data-web-1": claim()})
    assert isinstance(action, Update)
    assert action.obj["metadata"]["ownerReferences"] == [{**POD, "blockOwnerDeletion": True}]


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("stale", [{**SET, "uid": "gone"}, {**POD, "uid": "gone"}])
def test_claims_of_earlier_owners_are_left_alone(make: Any, policy: tuple[str, str], stale: Any) -> None:
    mine = owners(make, policy)
    assert claims.kept_right(mine, {"data-web-1": claim(stale)})
    assert not [a for a in claims.put_right(mine, {"data-web-1": claim(stale)}) if isinstance(a, Update)]


def test_a_foreign_controller_is_told_of_and_respected(make: Any) -> None:
    foreign = {**OTHER, "controller": True}
    mine = owners(make, ("Retain", "Delete"))
    (told,) = claims.put_right(mine, {"data-web-1": claim(foreign)})
    assert isinstance(told, Tell)
    assert (told.type, told.reason) == ("Warning", "ConflictingController")
    assert told.message.startswith("PersistentVolumeClaim data-web-1 has a conflicting OwnerReference")
    _, update = claims.put_right(mine, {"data-web-1": claim(foreign, SET)})
    assert isinstance(update, Update)
    assert update.obj["metadata"]["ownerReferences"] == [foreign]


def test_a_foreign_controller_is_no_matter_when_everything_is_retained(make: Any) -> None:
    assert (
        claims.put_right(owners(make, ("Retain", "Retain")), {"data-web-1": claim({**OTHER, "controller": True})}) == []
    )


@pytest.mark.parametrize(
    ("policy", "ref", "stale"),
    [
        (("Delete", "Retain"), {**POD, "uid": "earlier"}, True),
        (("Retain", "Delete"), {**POD, "uid": "earlier"}, False),
        (("Delete", "Retain"), SET, False),
        (("Delete", "Retain"), {**POD, "name": "web-2"}, False),
    ],
)
def test_a_claim_that_still_goes_with_the_pod_before(make: Any, policy: Any, ref: Any, stale: bool) -> None:
    assert claims.stale(owners(make, policy, pod_uid=""), {"data-web-1": claim(ref)}) is stale


def test_missing_claims_are_made_from_every_template(make: Any) -> None:
    found = make(templates=["data", "logs"])
    found["spec"]["volumeClaimTemplates"][1]["metadata"] |= {
        "labels": {"a": "1", "app": "x"},
        "annotations": {"n": "v"},
    }
    actions, wrong = claims.missing(found, "web-1", 1, {}, "Create")
    made = [action.obj for action in actions if isinstance(action, Create)]
    assert wrong == ""
    assert [m["metadata"] for m in made] == [
        {"name": "data-web-1", "namespace": "default", "labels": {"app": "web"}},
        {"name": "logs-web-1", "namespace": "default", "labels": {"a": "1", "app": "web"}, "annotations": {"n": "v"}},
    ]
    assert made[0]["kind"] == "PersistentVolumeClaim"


def test_claims_that_exist_are_taken_and_going_ones_are_in_the_way(make: Any) -> None:
    found = make(templates=["a", "b", "c"])
    going = {"metadata": {"name": "a-web-1", "deletionTimestamp": "2026-01-01T00:00:00Z"}}
    actions, wrong = claims.missing(found, "web-1", 1, {"a-web-1": going, "b-web-1": claim()}, "Create")
    assert [a.obj["metadata"]["name"] for a in actions if isinstance(a, Create)] == ["c-web-1"]
    assert wrong == "pvc a-web-1 is being deleted"
    _, wrong = claims.missing(found, "web-1", 1, {"a-web-1": going, "b-web-1": going}, "Create")
    assert wrong == "[pvc a-web-1 is being deleted, pvc b-web-1 is being deleted]"
