"""Server-side apply: what holds for any configurations."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from quorate.objects.patch.apply import apply

CONFIG_MAP = "io.k8s.api.core.v1.ConfigMap"
T0, T1 = "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z"
Obj = dict[str, Any]

CONFIGS = st.fixed_dictionaries(
    {},
    optional={
        "data": st.dictionaries(st.sampled_from("abc"), st.sampled_from("12"), min_size=1, max_size=3),
        "metadata": st.fixed_dictionaries({}, optional={
            "labels": st.dictionaries(st.sampled_from("xyz"), st.sampled_from("12"), min_size=1, max_size=2),
            "finalizers": st.lists(st.sampled_from(["f/1", "f/2", "f/3"]), unique=True, min_size=1),
        }),
    },
)  # fmt: skip


def config_map(config: Obj) -> Obj:
    return {"apiVersion": "v1", "kind": "ConfigMap", **config, "metadata": {"name": "d", **config.get("metadata", {})}}


def lay(live: Obj | None, config: Obj, manager: str, now: str = T0) -> Obj:
    return apply(CONFIG_MAP, live, config_map(config), manager, True, now, "v1")


@given(CONFIGS, CONFIGS, CONFIGS)
def test_applying_twice_is_applying_once(first: Obj, other: Obj, again: Obj) -> None:
    live = lay(lay(lay(None, first, "one"), other, "two"), again, "one")
    assert lay(live, again, "one", T1) is live


@given(CONFIGS, CONFIGS)
def test_everything_applied_is_there(first: Obj, second: Obj) -> None:
    live = lay(lay(None, first, "one"), second, "two")
    assert second.get("data", {}).items() <= live.get("data", {}).items()
    assert set(second.get("metadata", {}).get("finalizers", [])) <= set(live["metadata"].get("finalizers", []))


@given(CONFIGS, CONFIGS)
def test_withdrawing_a_configuration_leaves_that_of_the_others(first: Obj, second: Obj) -> None:
    """The second manager applies and then applies nothing: what the first still owns is there, and no more."""
    alone = lay(None, first, "one")
    both = lay(alone, second, "two")
    left = lay(both, {}, "two")
    kept = both["metadata"].get("managedFields", [])
    mine = next((e["fieldsV1"] for e in kept if e["manager"] == "one"), {})
    assert {f"f:{k}" for k in left.get("data", {})} == set(mine.get("f:data", {}))
    assert all(e["manager"] != "two" for e in left["metadata"].get("managedFields", []))


@given(CONFIGS, st.sampled_from("abc"))
def test_leaving_out_one_field_removes_just_that(config: Obj, key: str) -> None:
    data = {**config.get("data", {}), key: "1"}
    less = {k: v for k, v in data.items() if k != key}
    full = lay(None, {**config, "data": data}, "one")
    done = lay(full, {**config, "data": less}, "one")
    assert done.get("data", {}) == less
    rest = [{k: v for k, v in obj["metadata"].items() if k != "managedFields"} for obj in (done, full)]
    assert rest[0] == rest[1]
