"""The view must always say what a count from scratch says."""

import pickle
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from quorate.controllers.daemonset.coverage import Cover, Coverage
from quorate.objects.collection import Collection

OWNER = {"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "agent", "uid": "ds", "controller": True}


def a_set(selected: bool, min_ready: int) -> dict[str, Any]:
    spec = {"nodeSelector": {"on": "yes"}} if selected else {}
    return {
        "metadata": {"name": "agent", "namespace": "default", "uid": "ds"},
        "spec": {
            "selector": {"matchLabels": {"app": "agent"}}, "template": {"spec": spec}, "minReadySeconds": min_ready,
        },
    }  # fmt: skip


def a_node(name: str, on: bool, taint: str) -> dict[str, Any]:
    taints = [{"key": "t", "effect": taint}] if taint else []
    labels = {"on": "yes"} if on else {}
    return {"metadata": {"name": name, "uid": name, "labels": labels}, "spec": {"taints": taints}}


def a_pod(name: str, node: str, ready: bool, mark: str, mine: bool, app: str) -> dict[str, Any]:
    meta = {"name": name, "namespace": "default", "uid": name, "labels": {"app": app, "controller-revision-hash": mark}}
    if mine:
        meta["ownerReferences"] = [OWNER]
    condition = {"type": "Ready", "status": "True" if ready else "False"}
    return {"metadata": meta, "spec": {"nodeName": node}, "status": {"phase": "Running", "conditions": [condition]}}


NODE = st.builds(a_node, st.sampled_from("abc"), st.booleans(), st.sampled_from(["", "", "NoSchedule", "NoExecute"]))
POD = st.builds(
    a_pod, st.sampled_from("pqrst"), st.sampled_from("abcd"), st.booleans(), st.sampled_from("12"),
    st.booleans(), st.sampled_from(["agent", "agent", "other"]),
)  # fmt: skip
CHANGE = st.one_of(
    st.tuples(st.just("nodes"), NODE),
    st.tuples(st.just("pods"), POD),
    st.tuples(st.just("daemonsets.apps"), st.builds(a_set, st.booleans(), st.sampled_from([0, 5]))),
)


@settings(max_examples=150, deadline=None)
@given(changes=st.lists(st.tuples(CHANGE, st.booleans()), max_size=25))
def test_it_is_as_if_counted_from_scratch(changes: list[Any]) -> None:
    cache = Collection()
    cache.add_view(Coverage)
    for (resource, obj), stays in changes:
        meta = obj["metadata"]
        held = cache.get(resource, meta.get("namespace", ""), meta["name"])
        if stays or held is not None:
            cache.apply(resource, held, obj if stays else None, cache.revision + 1)
    found = cache.get("daemonsets.apps", "default", "agent")
    if found is None:
        return
    fresh = Collection()
    for resource in ("pods", "nodes", "daemonsets.apps"):
        for obj in cache.list(resource):
            fresh.apply(resource, None, obj, 1)
    fresh.add_view(Coverage)
    assert told(cache.view(Coverage).of(found)) == told(fresh.view(Coverage).of(found))
    assert told(pickle.loads(pickle.dumps(cache)).view(Coverage).of(found)) == told(cache.view(Coverage).of(found))


def told(cover: Cover) -> Any:
    return cover.quiet, cover.busy, {k: sorted(p["metadata"]["name"] for p in v) for k, v in cover.strays.items()}
