"""What holds whatever comes: no node is overcommitted, no required rule is broken, no pod waits that would fit."""

from collections import Counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
ZONE, HOST = "topology.kubernetes.io/zone", "kubernetes.io/hostname"

APPS = st.sampled_from(("db", "web"))
PODS = st.fixed_dictionaries(
    {
        "app": APPS,
        "cpu": st.integers(0, 3),
        "memory": st.integers(0, 6),
        "anti": st.sampled_from((None, HOST, ZONE)),
        "near": st.sampled_from((None, None, ZONE)),
        "spread": st.sampled_from((None, HOST, ZONE)),
        "priority": st.sampled_from((0, 0, 0, 10)),
    }
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("pod"), PODS),
        st.tuples(st.just("pod"), PODS),
        st.tuples(st.just("remove"), st.integers(0, 30)),
        st.tuples(st.just("cordon"), st.integers(0, 3)),
        st.tuples(st.just("uncordon"), st.integers(0, 3)),
    ),
    min_size=3,
    max_size=30,
)


def selects(app: str) -> dict[str, Any]:
    return {"matchLabels": {"app": app}}


def spec_of(pod: dict[str, Any]) -> dict[str, Any]:
    affinity: dict[str, Any] = {}
    if pod["anti"]:
        affinity["podAntiAffinity"] = {REQUIRED: [{"topologyKey": pod["anti"], "labelSelector": selects(pod["app"])}]}
    if pod["near"]:
        affinity["podAffinity"] = {REQUIRED: [{"topologyKey": pod["near"], "labelSelector": selects("web")}]}
    spec: dict[str, Any] = {"priority": pod["priority"], **({"affinity": affinity} if affinity else {})}
    if pod["spread"]:
        constraint = {"maxSkew": 1, "topologyKey": pod["spread"], "whenUnsatisfiable": "DoNotSchedule"}
        spec["topologySpreadConstraints"] = [{**constraint, "labelSelector": selects(pod["app"])}]
    return spec


def check(stage: Any) -> None:
    view, placed = stage.view, [p for p in stage.cache.list("pods") if p["spec"].get("nodeName")]
    for entry in view.nodes():
        mine = [view.pods["ns", p["metadata"]["name"]] for p in placed if p["spec"]["nodeName"] == entry.name]
        assert sum(p.cpu for p in mine) == entry.used_cpu <= entry.cpu
        assert sum(p.memory for p in mine) == entry.used_memory <= entry.memory
        assert {p.key for p in mine} == set(entry.pods) and len(mine) <= entry.most_pods
    labels = {e.name: e.labels for e in view.nodes()}
    for pod in placed:
        for term in view.pods["ns", pod["metadata"]["name"]].anti:
            value = labels[pod["spec"]["nodeName"]][term.topology_key]
            near = [p for p in placed if p is not pod and labels[p["spec"]["nodeName"]][term.topology_key] == value]
            assert not any(term.picks("ns", p["metadata"]["labels"], {}.get) for p in near)


@given(STEPS)
@settings(max_examples=150, deadline=None)
def test_no_rule_is_ever_broken(new_stage: Any, steps: list[tuple[str, Any]]) -> None:
    stage = new_stage()
    stage.nodes(4, zones=2, size={"pods": "4"})
    made = 0
    for what, about in steps:
        match what:
            case "pod":
                requests = {"cpu": str(about["cpu"]), "memory": f"{about['memory']}Gi"}
                stage.pod(f"p{made}", {"app": about["app"]}, requests, **spec_of(about))
                made += 1
            case "remove":
                there = stage.cache.list("pods")
                if there:
                    stage.remove("pods", "ns", there[about % len(there)]["metadata"]["name"])
            case _:
                off = what == "cordon"
                stage.change("nodes", "", f"node-{about}", lambda n, off=off: n["spec"].update(unschedulable=off))
        stage.run()
        check(stage)
    # Nobody was forgotten: each pod that waits is turned down again when it is looked at anew.
    for name, node in stage.placed().items():
        if not node and not stage.cache.get("pods", "ns", name)["status"].get("nominatedNodeName"):
            stage.memory.clear()
            stage.look(name)
            assert not stage.placed()[name], f"{name} fits, but was not woken"
            stage.woken.clear()


@given(st.lists(st.integers(1, 3), min_size=1, max_size=12), st.sampled_from((HOST, ZONE)))
@settings(max_examples=60, deadline=None)
def test_the_spread_never_exceeds_its_skew(new_stage: Any, skews: list[int], key: str) -> None:
    stage = new_stage()
    stage.nodes(5, zones=3)
    for i, skew in enumerate(skews):
        constraint = {"maxSkew": skew, "topologyKey": key, "whenUnsatisfiable": "DoNotSchedule"}
        stage.pod(f"p{i}", {"app": "db"}, topologySpreadConstraints=[{**constraint, "labelSelector": selects("db")}])
        before = Counter(stage.view.entries[n].labels[key] for n in stage.placed().values() if n)
        stage.run()
        node = stage.placed()[f"p{i}"]
        domains = {e.labels[key] for e in stage.view.nodes()}
        assert node, "an empty domain always takes one"
        value = stage.view.entries[node].labels[key]
        assert before[value] + 1 - min(before[d] for d in domains) <= skew


@given(STEPS)
@settings(max_examples=60, deadline=None)
def test_running_counts_are_what_counting_anew_gives(new_stage: Any, steps: list[tuple[str, Any]]) -> None:
    stage = new_stage()
    stage.nodes(4, zones=2)
    for i, (what, about) in enumerate(steps):
        if what == "pod":
            stage.pod(f"p{i}", {"app": about["app"]}, **spec_of({**about, "cpu": 0, "memory": 0}))
            stage.run()
        elif what == "remove" and stage.cache.list("pods"):
            there = stage.cache.list("pods")
            stage.remove("pods", "ns", there[about % len(there)]["metadata"]["name"])
    fresh = new_stage()
    for resource in ("nodes", "pods"):
        for obj in stage.cache.list(resource):
            fresh.put(resource, obj)
    for pod in stage.view.pods.values():
        for term in (*pod.anti, *pod.affinity):
            assert stage.view.tally((term,)).counts == fresh.view.tally((term,)).counts
        mine = stage.view.refusals.about("ns", pod.labels, stage.view.namespace_labels)
        anew = fresh.view.refusals.about("ns", pod.labels, fresh.view.namespace_labels)
        assert {h.term: h.nodes for h in mine} == {h.term: h.nodes for h in anew}
