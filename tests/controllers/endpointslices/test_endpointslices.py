"""The slices of a service: what is in them, how they change, and that they always say the truth."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quorate.contract.plan import Create, Delete, Plan, Tell, Update
from quorate.controllers.endpointslices import CONTROLLERS
from quorate.controllers.endpointslices.packing import MOST, packed
from quorate.kernel.clock import SECOND
from quorate.objects.collection import Collection

Obj = dict[str, Any]
SLICE_CONTROLLER, LEGACY, MIRROR = CONTROLLERS
RESOURCES = {
    "Service": "services", "Pod": "pods", "Node": "nodes", "EndpointSlice": "endpointslices.discovery.k8s.io",
    "Endpoints": "endpoints",
}  # fmt: skip


def service(name: str = "web", labels: Obj | None = None, **spec: Any) -> Obj:
    full = {
        "selector": {"app": "web"},
        "ports": [{"port": 80, "protocol": "TCP", "targetPort": 8080}],
        "clusterIP": "10.0.0.1",
    }
    meta = {"name": name, "namespace": "n", "uid": f"svc-{name}", "creationTimestamp": "2026-01-01T00:00:00Z"}
    if labels:
        meta["labels"] = labels  # type: ignore[assignment]
    return {"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": {**full, "ipFamilies": ["IPv4"], **spec}}


def pod(
    name: str, ip: str | None = "", ready: bool = True, phase: str = "Running", node: str = "node-0", **spec: Any
) -> Obj:
    meta: Obj = {"name": name, "namespace": "n", "uid": name, "labels": {"app": "web"}}
    if spec.pop("deleted", False):
        meta["deletionTimestamp"] = "x"
    found = f"10.1.0.{len(name)}{ord(name[-1])}" if ip == "" else ip
    status: Obj = {"phase": phase, "conditions": [{"type": "Ready", "status": "True" if ready else "False"}]}
    if found:
        status |= {"podIP": found, "podIPs": [{"ip": found}]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": {"nodeName": node, **spec}, "status": status}


NODE = {
    "kind": "Node", "metadata": {"name": "node-0", "uid": "node", "labels": {"topology.kubernetes.io/zone": "zone-a"}}, "spec": {},
}  # fmt: skip


def cache(*objs: Obj) -> Collection:
    made = Collection()
    for controller in CONTROLLERS:
        for view in controller.views:
            made.add_view(view)
        for index in controller.indexes:
            made.add_index(index.resource, index.name, index.values)
    for obj in objs:
        made.apply(RESOURCES[obj["kind"]], None, obj, 1)
    return made


def look(*objs: Obj, controller: Any = SLICE_CONTROLLER, key: tuple[str, str] = ("n", "web")) -> Plan:
    seen = controller.snapshot(cache(NODE, *objs), key, None)
    return Plan() if seen is None else controller.decide(seen, 0)


def made(plan: Plan) -> Obj:
    (only,) = plan.actions
    assert isinstance(only, Create | Update)
    return only.obj


def stored(obj: Obj, name: str = "web-x") -> Obj:
    meta = {k: v for k, v in obj["metadata"].items() if k != "generateName"}
    return {**obj, "metadata": {**meta, "name": name, "uid": name, "resourceVersion": "1"}}


def conditions(obj: Obj) -> dict[str, tuple[bool, bool, bool]]:
    found = {e["targetRef"]["name"]: e["conditions"] for e in obj["endpoints"]}
    return {name: (c["ready"], c["serving"], c["terminating"]) for name, c in found.items()}


def test_a_new_slice() -> None:
    plan = look(service(labels={"team": "x"}), pod("web-0", "10.1.0.7", hostname="web-0", subdomain="web"))
    assert isinstance(plan.actions[0], Create)
    obj = made(plan)
    assert obj["metadata"]["generateName"] == "web-" and obj["metadata"]["labels"] == {
        "team": "x", "kubernetes.io/service-name": "web",
        "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
    }  # fmt: skip
    assert obj["metadata"]["ownerReferences"] == [
        {
            "apiVersion": "v1",
            "kind": "Service",
            "name": "web",
            "uid": "svc-web",
            "controller": True,
            "blockOwnerDeletion": True,
        }
    ]
    assert obj["addressType"] == "IPv4" and obj["ports"] == [{"name": "", "port": 8080, "protocol": "TCP"}]
    assert obj["endpoints"] == [{
        "addresses": ["10.1.0.7"], "conditions": {"ready": True, "serving": True, "terminating": False},
        "targetRef": {"kind": "Pod", "namespace": "n", "name": "web-0", "uid": "web-0"}, "hostname": "web-0",
        "nodeName": "node-0", "zone": "zone-a",
    }]  # fmt: skip


STATES = [
    pod("good"),
    pod("bad", ready=False),
    pod("leaves", deleted=True),
    pod("leaves-bad", ready=False, deleted=True),
]


def test_conditions() -> None:
    others = [pod("failed", phase="Failed"), pod("done", phase="Succeeded"), pod("homeless", ip=None, phase="Pending")]
    assert conditions(made(look(service(), *STATES, *others))) == {
        "good": (True, True, False), "bad": (False, False, False), "leaves": (False, True, True),
        "leaves-bad": (False, False, True),
    }  # fmt: skip
    lax = made(look(service(publishNotReadyAddresses=True), *STATES, *others))
    assert conditions(lax) == {
        "good": (True, True, False), "bad": (True, False, False), "leaves": (True, True, True), "leaves-bad": (True, False, True),
    }  # fmt: skip


def test_headless_services_say_so_and_may_have_no_ports() -> None:
    obj = made(look(service(clusterIP="None", ports=[]), pod("a")))
    assert obj["metadata"]["labels"]["service.kubernetes.io/headless"] == "" and obj["ports"] is None


def test_hostnames_only_under_the_governing_service() -> None:
    obj = made(look(service("other"), pod("web-0", hostname="web-0", subdomain="web"), key=("n", "other")))
    assert "hostname" not in obj["endpoints"][0]


def test_named_target_ports_split_the_pods() -> None:
    named = service(ports=[{"name": "h", "port": 80, "targetPort": "http"}, {"name": "m", "port": 9, "targetPort": 99}])
    with_port = pod("a", containers=[{"ports": [{"name": "http", "containerPort": 8000}]}])
    sidecar = pod("b", initContainers=[{"restartPolicy": "Always", "ports": [{"name": "http", "containerPort": 7000}]}])
    plan = look(named, with_port, sidecar, pod("c"))
    found = {
        e["targetRef"]["name"]: [p["port"] for p in a.obj["ports"]]
        for a in plan.actions if isinstance(a, Create) for e in a.obj["endpoints"]
    }  # fmt: skip
    assert found == {"a": [8000, 99], "b": [7000, 99], "c": [99]}


def test_pods_of_a_node_that_is_gone_are_left_out() -> None:
    plan = look(service(), pod("a", node="lost"))
    write, told = plan.actions
    assert isinstance(write, Create) and write.obj["endpoints"] == []
    assert isinstance(told, Tell) and told.reason == "FailedToUpdateEndpointSlices"
    assert told.component == "endpoint-slice-controller"
    assert told.message == (
        "Error updating Endpoint Slices for Service n/web: skipping Pod a for Service n/web: Node lost Not Found"
    )
    assert (plan.look_again, plan.remember) == (SECOND, 1), "a node may come back, and no pod would tell of it"
    lax = service(publishNotReadyAddresses=True)
    assert len(made(look(lax, pod("a", node="lost")))["endpoints"]) == 1


def test_a_service_that_matches_nothing_has_one_empty_slice() -> None:
    obj = made(look(service()))
    assert (obj["endpoints"], obj["ports"]) == ([], None)
    assert look(service(), stored(obj)).actions == ()


def test_services_that_are_not_ours() -> None:
    assert look(service(selector=None), pod("a")) == Plan()
    assert look(service(selector={}), pod("a")) == Plan()
    assert look(service(type="ExternalName"), pod("a")) == Plan()


def test_what_is_right_is_left_alone_and_a_change_keeps_the_name() -> None:
    first = stored(made(look(service(), pod("a"), pod("b"))))
    assert look(service(), first, pod("a"), pod("b")).actions == ()
    update = look(service(), first, pod("a"), pod("b", ready=False)).actions[0]
    assert isinstance(update, Update) and update.obj["metadata"]["name"] == "web-x"
    assert update.obj["metadata"]["resourceVersion"] == "1"
    assert conditions(update.obj) == {"a": (True, True, False), "b": (False, False, False)}
    emptied = made(look(service(), first))
    assert emptied["metadata"]["name"] == "web-x" and (emptied["endpoints"], emptied["ports"]) == ([], None)
    refilled = made(look(service(), stored(emptied), pod("a")))
    assert refilled["metadata"]["name"] == "web-x" and len(refilled["endpoints"]) == 1


def test_labels_follow_the_service() -> None:
    first = stored(made(look(service(), pod("a"))))
    update = made(look(service(labels={"team": "y"}), first, pod("a")))
    assert update["metadata"]["labels"]["team"] == "y" and update["endpoints"] == first["endpoints"]


def test_slices_of_an_earlier_service_of_that_name_are_replaced() -> None:
    old = stored(made(look(service(), pod("a"))))
    old["metadata"]["ownerReferences"][0]["uid"] = "svc-old"
    plan = look(service(), old, pod("a"))
    assert sorted(type(a).__name__ for a in plan.actions) == ["Create", "Delete"]


def test_large_services_have_several_slices() -> None:
    pods = [pod(f"p{i:03}", f"10.2.{i // 200}.{i % 200}") for i in range(250)]
    plan = look(service(), *pods)
    assert sorted(len(a.obj["endpoints"]) for a in plan.actions if isinstance(a, Create)) == [50, 100, 100]


def test_what_wakes_whom() -> None:
    held = cache(service(), service("old", selector={"app": "old"}))
    keys = SLICE_CONTROLLER.watches[1].keys
    assert list(keys(held, None, pod("a"))) == [("n", "web")]
    assert list(keys(held, pod("a"), pod("a"))) == []
    assert list(keys(held, pod("a"), pod("a", ready=False))) == [("n", "web")]
    moved = pod("a")
    moved["metadata"]["labels"] = {"app": "old"}
    assert list(keys(held, pod("a"), moved)) == [("n", "web"), ("n", "old")]
    of_slices = SLICE_CONTROLLER.watches[2].keys
    assert list(of_slices(held, stored(made(look(service()))), None)) == [("n", "web")]
    assert list(of_slices(held, {"metadata": {"name": "x", "namespace": "n"}}, None)) == []


@pytest.mark.parametrize(
    ("distribution", "hinted"), [(None, None), ("PreferClose", {"forZones": [{"name": "zone-a"}]})]
)
def test_hints(distribution: str | None, hinted: Obj | None) -> None:
    obj = made(look(service(trafficDistribution=distribution), pod("a")))
    assert obj["endpoints"][0].get("hints") == hinted


# -- packing


def endpoint(i: int, version: int = 0) -> Obj:
    return {"addresses": [f"ip-{i}"], "targetRef": {"uid": str(i)}, "version": version}


@given(
    st.lists(st.dictionaries(st.integers(0, 400), st.integers(0, 1), max_size=MOST), max_size=5),
    st.dictionaries(st.integers(0, 400), st.integers(0, 1), max_size=300),
)
def test_packing_holds_exactly_what_is_wanted(before: list[dict[int, int]], after: dict[int, int]) -> None:
    slices = [{"name": n, "endpoints": [endpoint(i, v) for i, v in one.items()]} for n, one in enumerate(before)]
    write, unused = packed(slices, [endpoint(i, v) for i, v in after.items()])
    written = {one["name"] for one, _ in write if one is not None} | {one["name"] for one in unused}
    left = [one["endpoints"] for one in slices if one["name"] not in written]
    result = [e for endpoints in (*(e for _, e in write), *left) for e in endpoints]
    assert sorted(e["addresses"][0] for e in result) == sorted(f"ip-{i}" for i in after)
    assert all(e["version"] == after[int(e["targetRef"]["uid"])] for e in result)
    assert all(0 < len(endpoints) <= MOST for _, endpoints in write)


# -- the older object


def legacy(*objs: Obj) -> Plan:
    return look(*objs, controller=LEGACY)


def test_endpoints_object() -> None:
    obj = made(legacy(service(), *STATES))
    (subset,) = obj["subsets"]
    assert [a["targetRef"]["name"] for a in subset["addresses"]] == ["good"]
    assert [a["targetRef"]["name"] for a in subset["notReadyAddresses"]] == ["bad"]
    assert subset["ports"] == [{"port": 8080, "protocol": "TCP"}]
    assert obj["metadata"]["labels"] == {"endpoints.kubernetes.io/managed-by": "endpoint-controller"}
    same = {**obj, "metadata": {**obj["metadata"], "uid": "e"}}
    assert legacy(service(), same, *STATES) == Plan()
    emptied = made(legacy(service(), same))
    assert "subsets" not in emptied
    (gone,) = legacy(same).actions
    assert isinstance(gone, Delete)


# -- endpoints kept by hand


def by_hand(**changes: Any) -> Obj:
    meta = {"name": "web", "namespace": "n", "uid": "e", "labels": {"team": "x"}, "annotations": {"note": "y"}}
    addresses = [{"ip": "10.9.0.1", "hostname": "a"}, {"ip": "fd00::1"}]
    ports = [{"name": "p", "port": 5, "protocol": "TCP"}]
    subset = {"addresses": addresses, "notReadyAddresses": [{"ip": "10.9.0.2"}], "ports": ports}
    return {"apiVersion": "v1", "kind": "Endpoints", "metadata": {**meta, **changes}, "subsets": [subset]}


def mirrored(*objs: Obj) -> Plan:
    return look(*objs, controller=MIRROR)


def test_endpoints_kept_by_hand_are_mirrored() -> None:
    four, six = (a.obj for a in mirrored(service(selector=None), by_hand()).actions if isinstance(a, Create))
    assert (four["addressType"], six["addressType"]) == ("IPv4", "IPv6")
    assert four["endpoints"] == [
        {"addresses": ["10.9.0.1"], "conditions": {"ready": True}, "hostname": "a"},
        {"addresses": ["10.9.0.2"], "conditions": {"ready": False}},
    ]
    assert four["metadata"]["labels"] == {
        "team": "x", "kubernetes.io/service-name": "web",
        "endpointslice.kubernetes.io/managed-by": "endpointslicemirroring-controller.k8s.io",
    }  # fmt: skip
    assert four["metadata"]["annotations"] == {"note": "y"} and four["metadata"]["generateName"] == "web-"
    assert four["metadata"]["ownerReferences"][0]["kind"] == "Endpoints"
    held = [stored(four, "web-4"), stored(six, "web-6")]
    assert mirrored(service(selector=None), by_hand(), *held).actions == ()
    assert [type(a) for a in mirrored(service(), by_hand(), *held).actions] == [Delete, Delete]
    assert [type(a) for a in mirrored(service(selector=None), *held).actions] == [Delete, Delete]
    skipped = by_hand(labels={"endpointslice.kubernetes.io/skip-mirror": "true"})
    assert mirrored(service(selector=None), skipped) == Plan()
    assert mirrored(by_hand()) == Plan()


def test_what_is_too_much_to_be_mirrored_is_told() -> None:
    many = [{"ip": f"10.{i // 250}.1.{i % 250}"} for i in range(999)]
    few = {"addresses": [{"ip": "10.9.9.9"}], "ports": [{"port": 7}]}
    full = {"addresses": many, "notReadyAddresses": [{"ip": "10.9.9.1"}, {"ip": "10.9.9.2"}], "ports": [{"port": 5}]}
    plan = mirrored(service(selector=None), {**by_hand(), "subsets": [few, full]})
    (told,) = (a for a in plan.actions if isinstance(a, Tell))
    assert (told.reason, told.component) == ("TooManyAddressesToMirror", "endpoint-slice-mirroring-controller")
    assert told.message == (
        "A max of 1000 addresses can be mirrored to EndpointSlices per Endpoints subset. 1 addresses were skipped"
    )
    slices = [a.obj for a in plan.actions if isinstance(a, Create)]
    assert sum(len(one["endpoints"]) for one in slices) == 1001
