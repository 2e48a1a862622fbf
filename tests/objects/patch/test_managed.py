"""Who owns what after ordinary writes."""

import copy
import pickle
from typing import Any

import orjson
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from quorate.objects.patch.managed import ANCIENT, manager_name, same_but_for_times, track

POD, CONFIG_MAP, DEPLOYMENT = "io.k8s.api.core.v1.Pod", "io.k8s.api.core.v1.ConfigMap", "io.k8s.api.apps.v1.Deployment"
T0, T1 = "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z"
Obj = dict[str, Any]


def at(second: int) -> str:
    return f"2026-01-01T00:{second // 60:02d}:{second % 60:02d}Z"


def obj(text: str) -> Obj:
    return yaml.safe_load(text)


def fields(tracked: Obj, manager: str, **where: str) -> Any:
    found = [
        e for e in entries(tracked) if e["manager"] == manager and all(e.get(k, "") == v for k, v in where.items())
    ]
    return found[0]["fieldsV1"] if found else None


def entries(tracked: Obj) -> list[Obj]:
    return tracked["metadata"].get("managedFields") or []


def changed(tracked: Obj, **data: Any) -> Obj:
    """A config map with other data; None removes a key."""
    new = {k: v for k, v in {**tracked.get("data", {}), **data}.items() if v is not None}
    return {**tracked, "data": new}


CM = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "uid": "1"}, "data": {"k": "v"}}


def test_a_pod_made_by_a_controller() -> None:
    pod = obj("""
apiVersion: v1
kind: Pod
metadata:
  name: web-0
  generateName: web-
  namespace: ns
  uid: u
  creationTimestamp: "2026-01-01T00:00:00Z"
  labels: {app: web}
  ownerReferences: [{apiVersion: apps/v1, kind: StatefulSet, name: web, uid: "1", controller: true}]
spec:
  containers:
  - {name: c, image: i, resources: {limits: {cpu: "1"}}, ports: [{containerPort: 80, protocol: TCP}]}
  volumes: [{name: v, emptyDir: {}}]
  nodeSelector: {a: b}
  securityContext: {}
status: {phase: Pending}
""")
    made = track(POD, None, pod, "kube-controller-manager", T0, "v1")
    assert entries(made) == [{
        "manager": "kube-controller-manager", "operation": "Update", "apiVersion": "v1", "time": T0,
        "fieldsType": "FieldsV1",
        "fieldsV1": {
            "f:metadata": {
                "f:generateName": {}, "f:labels": {".": {}, "f:app": {}},
                "f:ownerReferences": {".": {}, 'k:{"uid":"1"}': {}},
            },
            "f:spec": {
                "f:containers": {'k:{"name":"c"}': {
                    ".": {}, "f:image": {}, "f:name": {},
                    "f:ports": {".": {}, 'k:{"containerPort":80,"protocol":"TCP"}': {
                        ".": {}, "f:containerPort": {}, "f:protocol": {},
                    }},
                    "f:resources": {".": {}, "f:limits": {".": {}, "f:cpu": {}}},
                }},
                "f:nodeSelector": {}, "f:securityContext": {},
                "f:volumes": {".": {}, 'k:{"name":"v"}': {".": {}, "f:emptyDir": {}, "f:name": {}}},
            },
        },
    }]  # fmt: skip
    assert list(entries(made)[0]["fieldsV1"]["f:metadata"]) == ["f:generateName", "f:labels", "f:ownerReferences"]


def test_struct_values_are_always_there_and_so_not_new() -> None:
    made = track(DEPLOYMENT, None, obj("""
metadata: {name: d}
spec:
  strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1}}
  selector: {matchLabels: {a: b}}
  template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c}]}}
"""), "kubectl", T0, "apps/v1")  # fmt: skip
    assert fields(made, "kubectl") == {
        "f:spec": {
            "f:selector": {},
            "f:strategy": {"f:rollingUpdate": {".": {}, "f:maxSurge": {}}, "f:type": {}},
            "f:template": {
                "f:metadata": {"f:labels": {".": {}, "f:a": {}}},
                "f:spec": {"f:containers": {'k:{"name":"c"}': {".": {}, "f:name": {}}}},
            },
        }
    }


def test_the_fields_of_a_custom_resource_without_a_schema() -> None:
    made = track(
        "",
        None,
        obj("{apiVersion: e/v1, kind: X, metadata: {name: x, labels: {a: b}}, spec: {n: 1, l: [1]}}"),
        "m",
        T0,
        "e/v1",
    )
    assert fields(made, "m") == {
        "f:metadata": {"f:labels": {".": {}, "f:a": {}}}, "f:spec": {".": {}, "f:l": {}, "f:n": {}},
    }  # fmt: skip


def test_an_update_takes_over_what_it_changes_and_nothing_else() -> None:
    one = track(CONFIG_MAP, None, CM, "one", T0, "v1")
    two = track(CONFIG_MAP, one, changed(one, m="n"), "two", T1, "v1")
    assert fields(two, "one") == {"f:data": {".": {}, "f:k": {}}}
    assert fields(two, "two") == {"f:data": {"f:m": {}}}
    assert entries(two)[0] is entries(one)[0]
    three = track(CONFIG_MAP, two, changed(two, k="other"), "two", T1, "v1")
    assert fields(three, "one") == {"f:data": {}}
    assert fields(three, "two") == {"f:data": {"f:k": {}, "f:m": {}}}


def test_what_is_removed_is_nobodys_and_renews_nothing() -> None:
    one = track(CONFIG_MAP, None, changed(CM, m="n"), "one", T0, "v1")
    two = track(CONFIG_MAP, one, changed(one, m=None), "two", T1, "v1")
    assert fields(two, "one") == {"f:data": {".": {}, "f:k": {}}}
    assert [(e["manager"], e["time"]) for e in entries(two)] == [("one", T0)]


def test_a_write_that_changes_nothing_leaves_everything() -> None:
    one = track(CONFIG_MAP, None, CM, "one", T0, "v1")
    fresh = orjson.loads(orjson.dumps(one))
    assert entries(track(CONFIG_MAP, one, fresh, "two", T1, "v1")) is entries(one)
    without = {**fresh, "metadata": {k: v for k, v in fresh["metadata"].items() if k != "managedFields"}}
    assert entries(track(CONFIG_MAP, one, without, "two", T1, "v1")) is entries(one)
    assert track(CONFIG_MAP, one, one, "two", T1, "v1") is one


def test_a_status_write() -> None:
    pod = {"metadata": {"name": "p"}, "spec": {"containers": [{"name": "c"}]}, "status": {"phase": "Pending"}}
    made = track(POD, None, pod, "kubectl", T0, "v1")
    ready = {"type": "Ready", "status": "False", "lastProbeTime": None, "lastTransitionTime": T0}
    status = {
        "phase": "Running",
        "conditions": [ready],
        "podIPs": [{"ip": "10.0.0.1"}],
        "containerStatuses": [{"name": "c"}],
    }
    first = track(POD, made, {**made, "status": status}, "kubelet", T0, "v1", "status")
    condition = {".": {}, "f:lastProbeTime": {}, "f:lastTransitionTime": {}, "f:status": {}, "f:type": {}}
    assert fields(first, "kubelet", subresource="status") == {
        "f:status": {
            "f:conditions": {".": {}, 'k:{"type":"Ready"}': condition}, "f:containerStatuses": {}, "f:phase": {},
            "f:podIPs": {".": {}, 'k:{"ip":"10.0.0.1"}': {".": {}, "f:ip": {}}},
        }
    }  # fmt: skip
    again = {**first, "status": {**status, "conditions": [{**ready, "status": "True", "lastTransitionTime": T1}]}}
    second = track(POD, first, again, "kubelet", T1, "v1", "status")
    assert fields(second, "kubelet") is fields(first, "kubelet")
    assert [e["time"] for e in entries(second)] == [T0, T1]
    assert list(entries(second)[1]) == [
        "manager",
        "operation",
        "apiVersion",
        "time",
        "fieldsType",
        "fieldsV1",
        "subresource",
    ]


def test_fields_that_are_always_written_are_nothing_new_when_empty() -> None:
    event = obj("""
metadata: {name: e}
involvedObject: {kind: Pod}
source: {component: c}
eventTime: null
firstTimestamp: null
reportingComponent: c
reportingInstance: ""
reason: R
""")
    made = track("io.k8s.api.core.v1.Event", None, event, "m", T0, "v1")
    assert fields(made, "m") == {
        "f:involvedObject": {}, "f:reason": {}, "f:reportingComponent": {}, "f:source": {"f:component": {}},
    }  # fmt: skip


def test_what_is_new_in_an_entry_is_in_order() -> None:
    made = track(POD, None, obj("{metadata: {name: p}, spec: {nodeName: n}, status: {conditions: []}}"), "m", T0, "v1")
    for kind in ("B", "A"):
        conditions = [*made["status"]["conditions"], {"type": kind, "status": "True", "message": ""}]
        made = track(POD, made, {**made, "status": {"conditions": conditions}}, "kubelet", T0, "v1", "status")
    owned = fields(made, "kubelet")["f:status"]["f:conditions"]
    assert list(owned) == ['k:{"type":"A"}', 'k:{"type":"B"}']
    assert [list(item) for item in owned.values()] == [[".", "f:message", "f:status", "f:type"]] * 2


def test_what_a_write_cannot_change_is_not_owned() -> None:
    made = track(
        DEPLOYMENT, None, obj("{metadata: {name: d}, spec: {replicas: 1}, status: {replicas: 3}}"), "m", T0, "apps/v1"
    )
    assert fields(made, "m") == {"f:spec": {"f:replicas": {}}}
    new = obj("{metadata: {name: d, labels: {a: b}, annotations: {c: d}}, spec: {replicas: 2}, status: {replicas: 1}}")
    done = track(DEPLOYMENT, made, new, "ctl", T0, "apps/v1", "status")
    assert fields(done, "ctl") == {
        "f:metadata": {"f:annotations": {".": {}, "f:c": {}}},
        "f:status": {"f:replicas": {}},
    }
    assert fields(done, "m") == {"f:spec": {"f:replicas": {}}}


def test_a_scale_takes_the_replicas_and_carries_no_time() -> None:
    made = track(DEPLOYMENT, None, obj("{metadata: {name: d}, spec: {replicas: 1, paused: true}}"), "m", T0, "apps/v1")
    done = track(DEPLOYMENT, made, {**made, "spec": {"replicas": 2, "paused": True}}, "hpa", T1, "apps/v1", "scale")
    assert fields(done, "m") == {"f:spec": {"f:paused": {}}}
    assert entries(done)[0] == {
        "manager": "hpa", "operation": "Update", "apiVersion": "apps/v1", "fieldsType": "FieldsV1",
        "fieldsV1": {"f:spec": {"f:replicas": {}}}, "subresource": "scale",
    }  # fmt: skip


@pytest.mark.parametrize("reset", [[], [{}]])
def test_reset(reset: list[Any]) -> None:
    one = track(CONFIG_MAP, None, CM, "one", T0, "v1")
    bare = track(CONFIG_MAP, one, {**one, "metadata": {**one["metadata"], "managedFields": reset}}, "two", T1, "v1")
    assert "managedFields" not in bare["metadata"]
    # From then on it is not tracked: only the next apply starts anew.
    assert "managedFields" not in track(CONFIG_MAP, bare, changed(bare, x="y"), "three", T1, "v1")["metadata"]


def test_a_client_may_write_the_entries_itself_but_not_nonsense() -> None:
    one = track(CONFIG_MAP, None, CM, "one", T0, "v1")
    given_ = [
        {
            "manager": "me",
            "operation": "Apply",
            "apiVersion": "v1",
            "fieldsType": "FieldsV1",
            "fieldsV1": {"f:data": {"f:k": {}}},
        }
    ]
    meta = {**one["metadata"], "managedFields": given_}
    assert entries(track(CONFIG_MAP, one, {**one, "metadata": meta}, "two", T1, "v1")) == given_
    for nonsense in ([{"manager": "me"}], [{**given_[0], "fieldsType": "V2"}], [{**given_[0], "operation": "Burn"}]):
        meta = {**one["metadata"], "managedFields": nonsense}
        assert entries(track(CONFIG_MAP, one, {**one, "metadata": meta}, "two", T1, "v1")) == entries(one)
    # A subresource's writes never do.
    meta = {**one["metadata"], "managedFields": given_}
    assert entries(track(CONFIG_MAP, one, {**one, "metadata": meta}, "two", T1, "v1", "status")) == entries(one)


def test_ten_updaters_at_most() -> None:
    now = track(CONFIG_MAP, None, CM, "m0", at(0), "v1")
    for i in range(1, 15):
        now = track(CONFIG_MAP, now, changed(now, **{f"k{i}": "v"}), f"m{i}", at(i), "v1")
    assert len(entries(now)) == 10
    first = entries(now)[0]
    assert (first["manager"], first["time"]) == (ANCIENT, at(5))
    assert first["fieldsV1"] == {"f:data": {".": {}, "f:k": {}, **{f"f:k{i}": {} for i in range(1, 6)}}}
    assert [e["manager"] for e in entries(now)[1:]] == [f"m{i}" for i in range(6, 15)]


def test_order_of_entries() -> None:
    def entry(manager: str, operation: str, time: str | None) -> Obj:
        e = {
            "manager": manager,
            "operation": operation,
            "apiVersion": "v1",
            "fieldsType": "FieldsV1",
            "fieldsV1": {"f:data": {f"f:{manager}": {}}},
        }
        return e if time is None else {**e, "time": time}

    given_ = [
        entry("c", "Update", T0),
        entry("a", "Update", T1),
        entry("z", "Apply", T1),
        entry("b", "Update", T0),
        entry("n", "Update", None),
    ]
    one = {**CM, "metadata": {"name": "a", "uid": "1", "managedFields": given_}}
    done = track(CONFIG_MAP, one, changed(one, new="x"), "late", at(9), "v1")
    assert [e["manager"] for e in entries(done)] == ["z", "n", "b", "c", "a", "late"]


def test_items_with_the_same_key_are_owned_together() -> None:
    twice = {
        "metadata": {"name": "p"},
        "spec": {"containers": [{"name": "c", "env": [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]}]},
    }
    made = track(POD, None, twice, "m", T0, "v1")
    assert fields(made, "m")["f:spec"]["f:containers"]['k:{"name":"c"}']["f:env"] == {".": {}, 'k:{"name":"A"}': {}}


def test_order_in_a_keyed_list_is_nobodys() -> None:
    made = track(POD, None, obj("{metadata: {name: p}, spec: {containers: [{name: a}, {name: b}]}}"), "m", T0, "v1")
    turned = {**made, "spec": {"containers": made["spec"]["containers"][::-1]}}
    assert entries(track(POD, made, turned, "n", T1, "v1")) is entries(made)


def test_only_times_differ() -> None:
    one = track(CONFIG_MAP, None, CM, "one", T0, "v1")
    later = {**one, "metadata": {**one["metadata"], "managedFields": [{**entries(one)[0], "time": T1}]}}
    assert same_but_for_times(later, one)
    assert not same_but_for_times(changed(later, x="y"), one)
    assert not same_but_for_times({**one, "metadata": {"name": "a", "uid": "1"}}, one)


@pytest.mark.parametrize(
    ("field_manager", "agent", "name"),
    [
        ("me", "kubectl/v1.36", "me"),
        ("", "kubectl/v1.36 (linux)", "kubectl"),
        ("", "kube-controller-manager/v1", "kube-controller-manager"),
        ("", "", "unknown"),
        ("", "a" * 200, "a" * 128),
        ("", "a\tb", "ab"),
    ],
)
def test_manager_names(field_manager: str, agent: str, name: str) -> None:
    assert manager_name(field_manager, agent) == name


DATA = st.dictionaries(st.sampled_from("abcd"), st.sampled_from(["1", "2"]), max_size=4)
WRITES = st.lists(st.tuples(st.sampled_from(["one", "two", "three"]), DATA), max_size=6)


@given(DATA, WRITES)
def test_every_field_has_its_last_writer(first: dict[str, str], writes: list[tuple[str, dict[str, str]]]) -> None:
    now = track(CONFIG_MAP, None, {**CM, "data": first}, "zero", T0, "v1")
    last = dict.fromkeys(first, "zero")
    for manager, data in writes:
        before = copy.deepcopy(now)
        new = track(CONFIG_MAP, now, {**now, "data": data}, manager, T0, "v1")
        assert now == before
        last = {k: last[k] if now["data"].get(k) == v else manager for k, v in data.items()}
        now = new
        if not entries(now):
            return  # an object that nobody owns anything of is no longer tracked
    owned = {(key[2:], e["manager"]) for e in entries(now) for key in e["fieldsV1"].get("f:data", {}) if key != "."}
    assert owned == set(last.items())
    assert pickle.loads(pickle.dumps(now)) == now
