"""The one door to the three kinds of patch."""

import pickle

import pytest

from quorate.objects.kinds import by_kind
from quorate.objects.patch import PatchError, patched, patched_plain


def test_each_kind_of_patch() -> None:
    pod = by_kind("v1", "Pod")
    assert pod is not None
    obj = {"metadata": {"name": "p"}, "spec": {"containers": [{"name": "a"}, {"name": "b"}]}}
    item = {"name": "b", "image": "i"}
    body = {"spec": {"containers": [item]}}
    assert patched(pod, obj, body, "strategic")["spec"]["containers"] == [{"name": "a"}, item]
    assert patched(pod, obj, body, "merge")["spec"]["containers"] == [item]
    op = {"op": "replace", "path": "/spec/containers/1", "value": item}
    assert patched(pod, obj, [op], "json")["spec"]["containers"] == [{"name": "a"}, item]


def test_a_scale() -> None:
    assert patched_plain({"spec": {"replicas": 1}}, {"spec": {"replicas": 2}}, "strategic") == {"spec": {"replicas": 2}}


def test_a_refusal_survives_pickling() -> None:
    with pytest.raises(PatchError) as refused:
        patched_plain({}, [{}], "json")
    again = pickle.loads(pickle.dumps(refused.value))
    assert (again.message, again.code, again.reason, again.details) == (
        "the server rejected our request due to an error in our request", 422, "Invalid", {},
    )  # fmt: skip
