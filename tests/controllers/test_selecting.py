"""The views agree with looking through everything, whatever happened before."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from quorate.controllers.selecting import PodsByLabel, Selectors, selected_pods
from quorate.objects.collection import Collection
from quorate.objects.selectors import Selector, selector

Obj = dict[str, Any]


class Budgets(Selectors):
    resources: tuple[str, ...] = ("budgets",)

    def selector_of(self, obj: Obj) -> Selector:
        return selector(obj["spec"])


LABELS = st.dictionaries(st.sampled_from("ab"), st.sampled_from("xy"), max_size=2)
TERM = st.fixed_dictionaries({
    "key": st.sampled_from("ab"), "operator": st.sampled_from(["In", "NotIn", "Exists", "DoesNotExist"]),
    "values": st.lists(st.sampled_from("xy"), min_size=1, max_size=2),
})  # fmt: skip
SPEC = st.none() | st.fixed_dictionaries({"matchLabels": LABELS, "matchExpressions": st.lists(TERM, max_size=2)})
STEP = st.tuples(
    st.sampled_from(["pods", "budgets"]), st.sampled_from(["n", "m"]), st.sampled_from("pqr"), st.none() | LABELS, SPEC
)


@given(st.lists(STEP, max_size=30), SPEC, LABELS)
def test_views_agree_with_a_scan(steps: list[Any], spec: Obj | None, labels: dict[str, str]) -> None:
    cache = Collection()
    cache.add_view(PodsByLabel)
    cache.add_view(Budgets)
    for resource, namespace, name, carried, wants in steps:
        old = cache.get(resource, namespace, name)
        gone = carried is None if resource == "pods" else False
        new = {
            "metadata": {"namespace": namespace, "name": name, "uid": name, "labels": carried},
            "spec": wants or {"volumes": []},
        }
        if resource == "budgets":
            new["spec"] = wants
        if not gone or old is not None:
            cache.apply(resource, old, None if gone else new, 1)
    wanted = selector(spec)
    scan = [p for p in cache.list("pods", "n") if wanted.matches(p["metadata"]["labels"])]
    assert selected_pods(cache, "n", wanted) == scan
    picks = [b["metadata"]["name"] for b in cache.list("budgets", "n") if selector(b["spec"]).matches(labels)]
    assert cache.view(Budgets).picking("n", labels) == picks
