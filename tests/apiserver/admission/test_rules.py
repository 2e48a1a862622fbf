"""The admission rules, run in their order over small stores; messages as real Kubernetes gives them."""

from typing import Any

import pytest

from quorate.apiserver.access.user import ADMIN
from quorate.apiserver.admission import MUTATING, VALIDATING
from quorate.apiserver.admission.chain import Chain
from quorate.apiserver.admission.topology_labels import topology_labels
from quorate.apiserver.asked import Asked
from quorate.contract.failures import Refused
from quorate.kernel.chance import Chance
from quorate.kernel.clock import EPOCH, SECOND
from quorate.objects.collection import Collection
from quorate.objects.kinds import by_resource
from quorate.objects.quantity import canonical
from quorate.objects.times import time_text

Obj = dict[str, Any]
CLASSES = "storageclasses.storage.k8s.io"
PRIORITIES = "priorityclasses.scheduling.k8s.io"
_serial = iter(range(1, 1_000_000))


def named(name: str, namespace: str = "n", **rest: Any) -> Obj:
    meta: Obj = {"name": name, "uid": f"uid-{name}-{next(_serial)}"}
    if namespace:
        meta["namespace"] = namespace
    return {"metadata": {**meta, **rest.pop("metadata", {})}, **rest}


def pod(name: str = "p", *containers: Obj, metadata: Obj | None = None, **spec: Any) -> Obj:
    return named(name, metadata=metadata or {}, spec={"containers": list(containers) or [{"name": "c"}], **spec})


def container(name: str, requests: Obj | None = None, limits: Obj | None = None) -> Obj:
    given = {"requests": requests, "limits": limits}
    return {"name": name, "resources": {k: v for k, v in given.items() if v}}


def claim(name: str, storage: str, **spec: Any) -> Obj:
    return named(name, spec={"resources": {"requests": {"storage": storage}}, **spec})


class Server:
    """Admission and nothing else."""

    def __init__(self) -> None:
        self.store, self.now = Collection(), EPOCH
        self.mutating, self.validating = Chain(MUTATING), Chain(VALIDATING)
        self.put("namespaces", named("n", "", status={"phase": "Active"}))

    def put(self, resource: str, obj: Obj) -> Obj:
        meta = obj["metadata"]
        old = self.store.get(resource, meta.get("namespace", ""), meta["name"])
        self.store.apply(resource, old, obj, self.store.revision + 1)
        return obj

    def remove(self, resource: str, name: str) -> None:
        self.store.apply(resource, self.store.get(resource, "n", name), None, self.store.revision + 1)

    def asked(self, operation: Any, resource: str, obj: Obj | None, old: Obj | None, subresource: str = "") -> Asked:
        kind = by_resource(resource)
        assert kind is not None
        meta = (obj or old or {})["metadata"]
        namespace = meta.get("namespace", "") if kind.namespaced else ""
        return Asked(operation, kind, namespace, meta["name"], subresource, obj, old, ADMIN, self.now, Chance(1))

    def create(self, resource: str, obj: Obj) -> Obj:
        asked = self.mutating.run(self.asked("CREATE", resource, obj, None), self.store)
        self.validating.run(asked, self.store)
        assert asked.obj is not None
        return self.put(resource, asked.obj)

    def update(self, resource: str, obj: Obj, subresource: str = "") -> Obj:
        meta = obj["metadata"]
        old = self.store.get(resource, meta.get("namespace", ""), meta["name"])
        asked = self.mutating.run(self.asked("UPDATE", resource, obj, old, subresource), self.store)
        self.validating.run(asked, self.store)
        assert asked.obj is not None
        return self.put(resource, asked.obj)

    def delete(self, resource: str, obj: Obj) -> None:
        self.validating.run(self.asked("DELETE", resource, None, obj), self.store)


@pytest.fixture
def server() -> Server:
    return Server()


def refusal_of(call: Any, *args: Any) -> Refused:
    with pytest.raises(Refused) as refused:
        call(*args)
    return refused.value


# -- namespaces


def test_nothing_is_made_in_a_namespace_that_is_not_there(server: Server) -> None:
    refused = refusal_of(server.create, "configmaps", named("late", "gone"))
    assert (refused.code, refused.message) == (404, 'namespaces "gone" not found')
    assert refused.details == {"name": "gone", "kind": "namespaces"}


def test_nothing_new_is_let_into_a_namespace_that_goes(server: Server) -> None:
    server.put("configmaps", named("held"))
    server.put("namespaces", named("n", "", status={"phase": "Terminating"}))
    refused = refusal_of(server.create, "deployments.apps", named("late"))
    assert refused.code == 403
    assert refused.message == (
        'deployments.apps "late" is forbidden: unable to create new content in namespace n because it is being '
        "terminated"
    )
    cause = {
        "reason": "NamespaceTerminating",
        "message": "namespace n is being terminated",
        "field": "metadata.namespace",
    }
    assert refused.details == {"name": "late", "group": "apps", "kind": "deployments", "causes": [cause]}
    server.update("configmaps", {**named("held"), "data": {"k": "v"}})


@pytest.mark.parametrize("name", ["default", "kube-system", "kube-public"])
def test_some_namespaces_are_for_ever(server: Server, name: str) -> None:
    refused = refusal_of(server.delete, "namespaces", named(name, ""))
    assert refused.message == f'namespaces "{name}" is forbidden: this namespace may not be deleted'
    server.delete("namespaces", named("mine", ""))


# -- pods


NOT_READY, UNREACHABLE = (
    {"key": f"node.kubernetes.io/{what}", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}
    for what in ("not-ready", "unreachable")
)


def test_what_a_plain_pod_is_given(server: Server) -> None:
    assert server.create("pods", pod())["spec"] == {
        "containers": [{"name": "c"}], "serviceAccountName": "default", "serviceAccount": "default", "priority": 0,
        "preemptionPolicy": "PreemptLowerPriority", "tolerations": [NOT_READY, UNREACHABLE],
    }  # fmt: skip


def test_tolerations_of_its_own_come_first_and_count(server: Server) -> None:
    mine = {"key": "a", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 9}
    assert server.create("pods", pod(tolerations=[mine]))["spec"]["tolerations"] == [mine, NOT_READY, UNREACHABLE]
    for_ever = {"key": "node.kubernetes.io/unreachable", "operator": "Exists"}
    assert server.create("pods", pod("q", tolerations=[for_ever]))["spec"]["tolerations"] == [for_ever, NOT_READY]
    everything = {"operator": "Exists"}
    assert server.create("pods", pod("r", tolerations=[everything]))["spec"]["tolerations"] == [everything]


def test_a_status_write_changes_no_pod(server: Server) -> None:
    made = server.put("pods", pod())
    assert server.update("pods", {**made, "status": {"phase": "Running"}}, "status")["spec"] is made["spec"]


def test_a_missing_account_is_named_with_what_is_known_of_the_pod(server: Server) -> None:
    made = pod("web-x7k2p", metadata={"generateName": "web-"}, serviceAccountName="robot")
    assert refusal_of(server.create, "pods", made).message == (
        'pods "web-" is forbidden: error looking up service account n/robot: serviceaccount "robot" not found'
    )
    server.put("serviceaccounts", {**named("robot"), "imagePullSecrets": [{"name": "key"}]})
    spec = server.create("pods", made)["spec"]
    assert (spec["serviceAccount"], spec["imagePullSecrets"]) == ("robot", [{"name": "key"}])


def test_priority_is_that_of_the_class(server: Server) -> None:
    server.put(PRIORITIES, named("high", "", value=1000, preemptionPolicy="Never"))
    spec = server.create("pods", pod(priorityClassName="high"))["spec"]
    assert (spec["priority"], spec["preemptionPolicy"]) == (1000, "Never")
    kept = server.update("pods", pod(priorityClassName="high"))["spec"]
    assert (kept["priority"], kept["preemptionPolicy"]) == (1000, "Never")


def test_the_lowest_default_class_is_taken(server: Server) -> None:
    server.put(PRIORITIES, named("b", "", value=9, globalDefault=True))
    server.put(PRIORITIES, named("a", "", value=10, globalDefault=True))
    spec = server.create("pods", pod())["spec"]
    assert (spec["priorityClassName"], spec["priority"]) == ("b", 9)


PRIORITY_REFUSALS: list[tuple[Obj, str]] = [
    ({"priorityClassName": "none"}, "no PriorityClass with name none was found"),
    (
        {"priority": 7},
        "the integer value of priority (7) must not be provided in pod spec; priority admission controller "
        "computed 0 "
        "from the given PriorityClass name",
    ),
    (
        {"preemptionPolicy": "Never"},
        "the string value of PreemptionPolicy (Never) must not be provided in pod spec; priority admission "
        "controller "
        "computed PreemptLowerPriority from the given PriorityClass name",
    ),
]


@pytest.mark.parametrize(("spec", "why"), PRIORITY_REFUSALS)
def test_priorities_that_are_refused(server: Server, spec: Obj, why: str) -> None:
    made = pod("web-bcdfg", metadata={"generateName": "web-"}, **spec)
    assert refusal_of(server.create, "pods", made).message == f'pods "web-" is forbidden: {why}'


def test_there_is_one_default_priority_class(server: Server) -> None:
    server.create(PRIORITIES, named("a", "", globalDefault=True))
    refused = refusal_of(server.create, PRIORITIES, named("b", "", globalDefault=True))
    assert refused.message == (
        'priorityclasses.scheduling.k8s.io "b" is forbidden: PriorityClass a is already marked as default. '
        "Only one default can exist"
    )


def test_the_classes_of_the_system_stay(server: Server) -> None:
    refused = refusal_of(server.delete, PRIORITIES, named("system-node-critical", ""))
    assert refused.message == (
        'priorityclasses.scheduling.k8s.io "system-node-critical" is forbidden: this is a system priority class and '
        "cannot be deleted"
    )
    server.delete(PRIORITIES, named("mine", ""))


# -- nodes and storage


def test_a_new_node_takes_no_pods_yet(server: Server) -> None:
    taint = {"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}
    mine = {"key": "a", "effect": "NoExecute"}
    made = server.create("nodes", named("node", "", spec={"taints": [mine]}))
    assert made["spec"]["taints"] == [mine, taint]
    assert server.create("nodes", named("other", "", spec={"taints": [taint]}))["spec"]["taints"] == [taint]


def test_zone_and_region_go_to_the_pod() -> None:
    labels = {"topology.kubernetes.io/zone": "a", "topology.kubernetes.io/region": "r", "kubernetes.io/os": "linux"}
    assert topology_labels(named("node", "", metadata={"labels": labels})) == {
        "topology.kubernetes.io/zone": "a", "topology.kubernetes.io/region": "r",
    }  # fmt: skip
    assert topology_labels(named("bare", "")) == {}


def default_class(name: str, seconds: int, **rest: Any) -> Obj:
    meta = {
        "annotations": {"storageclass.kubernetes.io/is-default-class": "true"},
        "creationTimestamp": time_text(EPOCH + seconds * SECOND),
    }
    return named(name, "", metadata=meta, **rest)


def test_the_newest_default_class_is_given_to_claims_that_name_none(server: Server) -> None:
    assert "storageClassName" not in server.create("persistentvolumeclaims", claim("none", "1Gi"))["spec"]
    for name, seconds in (("old", 1), ("b", 5), ("a", 5), ("newest-but-not-default", 9)):
        server.put(CLASSES, default_class(name, seconds) if seconds < 9 else named(name, ""))
    made = server.create("persistentvolumeclaims", claim("some", "1Gi"))
    assert made["spec"]["storageClassName"] == "a"
    assert made["metadata"]["finalizers"] == ["kubernetes.io/pvc-protection"]
    explicit = server.create("persistentvolumeclaims", claim("explicit", "1Gi", storageClassName=""))
    assert explicit["spec"]["storageClassName"] == ""


def test_a_volume_is_protected(server: Server) -> None:
    made = server.create("persistentvolumes", named("v", "", metadata={"finalizers": ["example.com/f"]}, spec={}))
    assert made["metadata"]["finalizers"] == ["example.com/f", "kubernetes.io/pv-protection"]


NOT_RESIZABLE = (
    "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize"
)


@pytest.mark.parametrize(
    ("of_class", "phase", "size", "why"),
    [
        ("grows", "Bound", "2Gi", None),
        ("grows", "Bound", "1024Mi", None),
        ("stays", "Bound", "2Gi", NOT_RESIZABLE),
        ("missing", "Bound", "2Gi", NOT_RESIZABLE),
        ("", "Bound", "2Gi", NOT_RESIZABLE),
        ("grows", "Pending", "2Gi", "Only bound persistent volume claims can be expanded"),
    ],
)
def test_who_may_grow(server: Server, of_class: str, phase: str, size: str, why: str | None) -> None:
    server.put(CLASSES, named("grows", "", allowVolumeExpansion=True))
    server.put(CLASSES, named("stays", ""))
    server.put("persistentvolumeclaims", {**claim("c", "1Gi", storageClassName=of_class), "status": {"phase": phase}})
    larger = {**claim("c", size, storageClassName=of_class), "status": {"phase": phase}}
    if why is None:
        server.update("persistentvolumeclaims", larger)
    else:
        refused = refusal_of(server.update, "persistentvolumeclaims", larger)
        assert refused.message == f'persistentvolumeclaims "c" is forbidden: {why}'


# -- LimitRange

BOUNDS = named("bounds", spec={"limits": [
    {
        "type": "Container", "default": {"cpu": "200m", "memory": "64Mi"},
        "defaultRequest": {"cpu": "100m", "memory": "64Mi"}, "max": {"cpu": "1"}, "min": {"cpu": "50m"},
        "maxLimitRequestRatio": {"cpu": "4"},
    },
    {"type": "Pod", "max": {"cpu": "1500m"}},
    {"type": "PersistentVolumeClaim", "min": {"storage": "1Gi"}, "max": {"storage": "2Gi"}},
]})  # fmt: skip


def test_a_limit_range_fills_in_and_says_so(server: Server) -> None:
    server.put("limitranges", BOUNDS)
    made = server.create(
        "pods", pod("plain", {"name": "c"}, container("d", {"cpu": "60m"}), initContainers=[{"name": "i"}])
    )
    assert made["metadata"]["annotations"] == {
        "kubernetes.io/limit-ranger": "LimitRanger plugin set: cpu, memory request for container c; cpu, memory "
        "limit for "
        "container c; memory request for container d; cpu, memory limit for container d; cpu, memory request for "
        "init "
        "container i; cpu, memory limit for init container i"
    }
    full = {"limits": {"cpu": "200m", "memory": "64Mi"}, "requests": {"cpu": "100m", "memory": "64Mi"}}
    of = {c["name"]: c["resources"] for c in made["spec"]["containers"] + made["spec"]["initContainers"]}
    assert of == {"c": full, "i": full, "d": {**full, "requests": {"cpu": "60m", "memory": "64Mi"}}}


def test_what_says_everything_is_not_annotated(server: Server) -> None:
    server.put("limitranges", BOUNDS)
    said = {"cpu": "200m", "memory": "1Mi"}
    assert "annotations" not in server.create("pods", pod("p", container("c", said, said)))["metadata"]


LIMIT_REFUSALS: list[tuple[str, Obj, str]] = [
    (
        "pods", pod("too-small", container("c", {"cpu": "10m"})),
        "[minimum cpu usage per Container is 50m, but request is 10m, "
        "cpu max limit to request ratio per Container is 4, but provided ratio is 20.000000]",
    ),
    (
        "pods", pod("too-large", container("c", {"cpu": "1"}, {"cpu": "2"})),
        "[maximum cpu usage per Container is 1, but limit is 2, maximum cpu usage per Pod is 1500m, but limit is 2]",
    ),
    (
        "pods", pod("too-many", *(container(n, {"cpu": "1"}, {"cpu": "1"}) for n in "cd")),
        "maximum cpu usage per Pod is 1500m, but limit is 2",
    ),
    (
        "pods", pod("twice", *(container(n, {"cpu": "40m"}, {"cpu": "40m"}) for n in "cd")),
        "minimum cpu usage per Container is 50m, but request is 40m",
    ),
    (
        "pods", pod("starts-big", container("c", {"cpu": "1"}, {"cpu": "1"}), initContainers=[
            {**container("side", {"cpu": "600m"}, {"cpu": "600m"}), "restartPolicy": "Always"},
        ]),
        "maximum cpu usage per Pod is 1500m, but limit is 1600m",
    ),
    (
        "persistentvolumeclaims", claim("small", "1Mi"),
        "minimum storage usage per PersistentVolumeClaim is 1Gi, but request is 1Mi",
    ),
    (
        "persistentvolumeclaims", claim("large", "3Gi"),
        "maximum storage usage per PersistentVolumeClaim is 2Gi, but request is 3Gi",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("resource", "obj", "why"), LIMIT_REFUSALS, ids=[o["metadata"]["name"] for _, o, _ in LIMIT_REFUSALS]
)
def test_what_is_out_of_bounds(server: Server, resource: str, obj: Obj, why: str) -> None:
    server.put("limitranges", BOUNDS)
    refused = refusal_of(server.create, resource, obj)
    name = obj["metadata"]["name"]
    assert (refused.code, refused.message) == (403, f'{resource} "{name}" is forbidden: {why}')
    assert refused.details == {"name": name, "kind": resource}


@pytest.mark.parametrize(
    ("bounds", "why"),
    [
        ({"min": {"memory": "1Mi"}}, "minimum memory usage per Pod is 1Mi. No request is specified"),
        ({"max": {"memory": "1Mi"}}, "maximum memory usage per Pod is 1Mi. No limit is specified"),
        (
            {"maxLimitRequestRatio": {"cpu": "2"}},
            "cpu max limit to request ratio per Pod is 2, but no limit is specified or limit is 0",
        ),
    ],
)
def test_what_is_not_said(server: Server, bounds: Obj, why: str) -> None:
    server.put("limitranges", named("bounds", spec={"limits": [{"type": "Pod", **bounds}]}))
    made = pod("p", container("c", {"cpu": "1"}))
    assert refusal_of(server.create, "pods", made).message == f'pods "p" is forbidden: {why}'


# -- ResourceQuota


def quota(name: str, hard: Obj, **spec: Any) -> Obj:
    hard = {k: canonical(v) for k, v in hard.items()}
    return named(name, spec={"hard": hard, **spec}, status={"hard": hard, "used": dict.fromkeys(hard, "0")})


ALL = quota("all", {
    "pods": "3", "requests.cpu": "1", "requests.memory": "1Gi", "limits.cpu": "2", "persistentvolumeclaims": "2",
    "requests.storage": "5Gi", "retained.storageclass.storage.k8s.io/persistentvolumeclaims": "0", "services": "2",
    "services.nodeports": "0", "count/statefulsets.apps": "1", "secrets": "1",
})  # fmt: skip
_RETAINED = "retained.storageclass.storage.k8s.io/persistentvolumeclaims"


def test_what_a_quota_refuses(server: Server) -> None:
    server.put("resourcequotas", ALL)
    server.create("persistentvolumeclaims", {**claim("one", "3Gi"), "status": {"phase": "Bound"}})
    server.create("pods", pod("ok", container("c", {"cpu": "250m", "memory": "100Mi"}, {"cpu": "500m"})))
    server.create("services", named("plain", spec={"type": "ClusterIP", "ports": [{"port": 80}]}))
    server.create("statefulsets.apps", named("first", spec={}))
    server.create("secrets", named("s"))
    refused: list[tuple[str, Obj, str]] = [
        (
            "pods", pod("says-nothing", {"name": "c"}, container("d", {"cpu": "1m"})),
            "failed quota: all: must specify limits.cpu for: c,d; requests.cpu for: c; requests.memory for: c,d",
        ),
        (
            "pods", pod("too-big", container("c", {"cpu": "800m", "memory": "1Gi"}, {"cpu": "1"})),
            "exceeded quota: all, requested: requests.cpu=800m,requests.memory=1Gi, "
            "used: requests.cpu=250m,requests.memory=100Mi, limited: requests.cpu=1,requests.memory=1Gi",
        ),
        (
            "persistentvolumeclaims", claim("two", "3Gi"),
            "exceeded quota: all, requested: requests.storage=3Gi, used: requests.storage=3Gi, "
            "limited: requests.storage=5Gi",
        ),
        (
            "persistentvolumeclaims", claim("three", "1Gi", storageClassName="retained"),
            f"exceeded quota: all, requested: {_RETAINED}=1, used: {_RETAINED}=0, limited: {_RETAINED}=0",
        ),
        (
            "services", named("on-nodes", spec={"type": "NodePort", "ports": [{"port": 80}]}),
            "exceeded quota: all, requested: services.nodeports=1, used: services.nodeports=0, "
            "limited: services.nodeports=0",
        ),
        (
            "statefulsets.apps", named("second", spec={}),
            "exceeded quota: all, requested: count/statefulsets.apps=1, used: count/statefulsets.apps=1, "
            "limited: count/statefulsets.apps=1",
        ),
        ("secrets", named("t"), "exceeded quota: all, requested: secrets=1, used: secrets=1, limited: secrets=1"),
    ]  # fmt: skip
    for resource, obj, why in refused:
        said = refusal_of(server.create, resource, obj)
        assert (said.code, said.message) == (403, f'{resource} "{obj["metadata"]["name"]}" is forbidden: {why}')
    grown = {**claim("one", "6Gi"), "status": {"phase": "Bound"}}
    server.put(CLASSES, named("grows", "", allowVolumeExpansion=True))
    grown["spec"]["storageClassName"] = "grows"
    server.store.get("persistentvolumeclaims", "n", "one")["spec"]["storageClassName"] = "grows"  # type: ignore[index]
    assert refusal_of(server.update, "persistentvolumeclaims", grown).message == (
        'persistentvolumeclaims "one" is forbidden: exceeded quota: all, requested: requests.storage=3Gi, '
        "used: requests.storage=3Gi, limited: requests.storage=5Gi"
    )
    server.create("configmaps", named("uncounted"))


def test_a_quota_binds_once_its_status_says_so(server: Server) -> None:
    server.put("resourcequotas", named("q", spec={"hard": {"pods": "0"}}))
    server.create("pods", pod("before"))
    server.put("resourcequotas", named("q", spec={"hard": {"pods": "0"}}, status={"hard": {"pods": "0"}}))
    assert refusal_of(server.create, "pods", pod("between")).message == (
        'pods "between" is forbidden: status unknown for quota: q, resources: pods'
    )
    server.put("resourcequotas", quota("q", {"pods": "1"}))
    assert (
        "exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1"
        in refusal_of(server.create, "pods", pod("after")).message
    )


def test_scopes_narrow_a_quota(server: Server) -> None:
    server.put("resourcequotas", quota("best-effort", {"pods": "1"}, scopes=["BestEffort"]))
    server.put("resourcequotas", quota("not-best-effort", {"pods": "1"}, scopes=["NotBestEffort"]))
    free = server.create("pods", pod("free"))
    assert refusal_of(server.create, "pods", pod("free-2")).message == (
        'pods "free-2" is forbidden: exceeded quota: best-effort, requested: pods=1, used: pods=1, limited: pods=1'
    )
    server.create("pods", pod("burst", container("c", {"cpu": "10m"})))
    assert refusal_of(server.create, "pods", pod("burst-2", container("c", {"cpu": "10m"}))).message == (
        'pods "burst-2" is forbidden: exceeded quota: not-best-effort, requested: pods=1, used: pods=1, limited: pods=1'
    )
    server.update("pods", {**free, "status": {"phase": "Succeeded"}}, "status")
    server.create("pods", pod("free-3"))


@pytest.mark.parametrize(
    ("selector", "inside", "outside"),
    [
        ({"scopeName": "PriorityClass", "operator": "In", "values": ["high"]}, {"priorityClassName": "high"}, {}),
        ({"scopeName": "PriorityClass", "operator": "DoesNotExist"}, {}, {"priorityClassName": "high"}),
        ({"scopeName": "PriorityClass", "operator": "NotIn", "values": ["high"]}, {}, {"priorityClassName": "high"}),
        ({"scopeName": "Terminating", "operator": "Exists"}, {"activeDeadlineSeconds": 5}, {}),
        ({"scopeName": "NotTerminating", "operator": "Exists"}, {}, {"activeDeadlineSeconds": 5}),
        (
            {"scopeName": "CrossNamespacePodAffinity", "operator": "Exists"},
            {
                "affinity": {
                    "podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{"namespaces": ["x"]}]}
                }
            },
            {"affinity": {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{}]}}},
        ),
    ],
)
def test_scope_selectors(server: Server, selector: Obj, inside: Obj, outside: Obj) -> None:
    server.put(PRIORITIES, named("high", "", value=1))
    server.put("resourcequotas", quota("q", {"pods": "0"}, scopeSelector={"matchExpressions": [selector]}))
    server.create("pods", pod("outside", **outside))
    assert "exceeded quota: q" in refusal_of(server.create, "pods", pod("inside", **inside)).message


def test_room_is_free_again_when_its_object_is_gone(server: Server) -> None:
    server.put("resourcequotas", quota("few", {"pods": "1"}))
    server.create("pods", pod("web-0"))
    assert refusal_of(server.create, "pods", pod("web-1")).message == (
        'pods "web-1" is forbidden: exceeded quota: few, requested: pods=1, used: pods=1, limited: pods=1'
    )
    server.remove("pods", "web-0")
    server.create("pods", pod("web-1"))


def test_a_pod_that_does_not_stop_is_not_charged_for_ever(server: Server) -> None:
    server.put("resourcequotas", quota("few", {"pods": "1"}))
    leaving = {"deletionTimestamp": time_text(EPOCH + 30 * SECOND), "deletionGracePeriodSeconds": 30}
    server.put("pods", pod("stuck", metadata=leaving))
    server.now = EPOCH + 60 * SECOND
    assert refusal_of(server.create, "pods", pod("next")).code == 403
    server.now = EPOCH + 61 * SECOND
    server.create("pods", pod("next"))
    assert refusal_of(server.create, "pods", pod("third")).code == 403


def test_an_update_is_charged_for_what_it_adds(server: Server) -> None:
    server.put("resourcequotas", quota("q", {"services": "1", "services.nodeports": "1"}))
    ports = [{"port": 80}]
    server.create("services", named("s", spec={"type": "ClusterIP", "ports": ports}))
    server.update("services", named("s", spec={"type": "NodePort", "ports": ports}))
    more = named("s", spec={"type": "NodePort", "ports": [*ports, {"port": 81}]})
    assert (
        "requested: services.nodeports=1, used: services.nodeports=1"
        in refusal_of(server.update, "services", more).message
    )


def test_who_is_over_already_may_do_what_costs_nothing(server: Server) -> None:
    server.put("pods", pod("a", container("c", {"cpu": "2"})))
    server.put("resourcequotas", quota("q", {"requests.cpu": "1", "pods": "9"}))
    server.create("pods", pod("b", container("c", {"cpu": "0"})))
