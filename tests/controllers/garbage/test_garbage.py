"""Who is collected and who is not: tables for single looks, and plays on a small world of owners."""

from collections import deque
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quorate.contract.plan import Action, Delete, Patch, Plan, Tell
from quorate.controllers.garbage import CONTROLLERS
from quorate.kernel.clock import SECOND
from quorate.objects.collection import Collection

Obj = dict[str, Any]
(COLLECTOR,) = CONTROLLERS
FOREGROUND, ORPHAN = "foregroundDeletion", "orphan"
MAPS = "configmaps"


def thing(
    name: str, *owners: Obj, finalizers: list[str] | None = None, deleted: bool = False, namespace: str = "n"
) -> Obj:
    meta: Obj = {"name": name, "namespace": namespace, "uid": f"u-{name}", "resourceVersion": "1"}
    if owners:
        meta["ownerReferences"] = list(owners)
    if finalizers:
        meta["finalizers"] = finalizers
    if deleted:
        meta["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta}


def ref(name: str, block: bool = False, **changes: Any) -> Obj:
    out = {"apiVersion": "v1", "kind": "ConfigMap", "name": name, "uid": f"u-{name}", **changes}
    return {**out, "blockOwnerDeletion": True} if block else out


def cache(*objs: Obj) -> Collection:
    made = Collection()
    for obj in objs:
        resource = {"Namespace": "namespaces", "ClusterRole": "clusterroles.rbac.authorization.k8s.io"}.get(
            obj["kind"], MAPS
        )
        made.apply(resource, None, obj, 1)
    return made


def look(name: str, *objs: Obj, memory: Any = None, now: int = 0) -> Plan:
    seen = COLLECTOR.snapshot(cache(*objs), ("", f"u-{name}"), memory)
    return Plan() if seen is None else COLLECTOR.decide(seen, now)


def acts(plan: Plan) -> list[tuple[Any, ...]]:
    out: list[tuple[Any, ...]] = []
    for action in plan.actions:
        if isinstance(action, Delete):
            out.append(("delete", action.ref.name, action.propagation))
        elif isinstance(action, Patch):
            body = {k: v for k, v in action.body["metadata"].items() if k != "resourceVersion"}
            out.append(("patch", action.ref.name, body))
        elif isinstance(action, Tell):
            out.append((action.reason, action.message))
    return out


WAITING = thing("o", finalizers=[FOREGROUND], deleted=True)
CASES: list[tuple[str, list[Obj], list[tuple[Any, ...]]]] = [
    ("nobody's", [thing("x")], []),
    ("its owner lives", [thing("x", ref("o")), thing("o")], []),
    ("its owner is gone", [thing("x", ref("o"))], [("delete", "x", "Background")]),
    ("another of that name", [thing("x", ref("o", uid="u-old")), thing("o")], [("delete", "x", "Background")]),
    ("another of that uid", [thing("x", {**ref("o"), "name": "p"}), thing("o")], [("delete", "x", "Background")]),
    (
        "one of two lives",
        [thing("x", ref("o"), ref("gone")), thing("o")],
        [("patch", "x", {"ownerReferences": [ref("o")]})],
    ),
    ("it keeps an orphan finalizer", [thing("x", ref("o"), finalizers=[ORPHAN])], [("delete", "x", "Orphan")]),
    (
        "it keeps a foreground finalizer",
        [thing("x", ref("o"), finalizers=[FOREGROUND])],
        [("delete", "x", "Foreground")],
    ),
    ("it is going already", [thing("x", ref("o"), finalizers=["a/b"], deleted=True)], []),
    ("its owner waits for it", [thing("x", ref("o", block=True)), WAITING], [("delete", "x", "Background")]),
    (
        "its owner waits, and it has dependents",
        [thing("x", ref("o", block=True)), WAITING, thing("y", ref("x"))],
        [("delete", "x", "Foreground")],
    ),
    (
        "its owner waits, but another lives",
        [thing("x", ref("o", block=True), ref("p")), WAITING, thing("p")],
        [("patch", "x", {"ownerReferences": [ref("p")]})],
    ),
    (
        "a circle is broken",
        [
            thing("x", ref("o", block=True)),
            WAITING,
            thing("y", ref("x", block=True), finalizers=[FOREGROUND], deleted=True),
        ],
        [
            ("patch", "x", {"ownerReferences": [{**ref("o"), "blockOwnerDeletion": False}]}),
            ("delete", "x", "Foreground"),
        ],
    ),
    (
        "an owner being deleted otherwise lives",
        [thing("x", ref("o")), thing("o", finalizers=["a/b"], deleted=True)],
        [],
    ),
    (
        "waits for those that block",
        [WAITING | {"metadata": {**WAITING["metadata"], "uid": "u-x"}}, thing("y", ref("x", block=True))],
        [],
    ),
    (
        "and not for others",
        [thing("x", finalizers=["a/b", FOREGROUND], deleted=True), thing("y", ref("x"))],
        [("patch", "x", {"finalizers": ["a/b"]})],
    ),
    (
        "orphans its dependents first",
        [
            thing("x", finalizers=[ORPHAN], deleted=True),
            thing("y", ref("x"), ref("z")),
            thing("w", ref("x", block=True)),
        ],
        [
            ("patch", "w", {"ownerReferences": None}),
            ("patch", "y", {"ownerReferences": [ref("z")]}),
            ("patch", "x", {"finalizers": None}),
        ],
    ),
    (
        "an owner in another namespace is none",
        [thing("x", ref("o")), thing("o", namespace="m")],
        [
            (
                "OwnerRefInvalidNamespace",
                'ownerRef [v1/ConfigMap, namespace: n, name: o, uid: u-o] does not exist in namespace "n"',
            ),
            ("delete", "x", "Background"),
        ],
    ),
]


@pytest.mark.parametrize(("objs", "want"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_one_look(objs: list[Obj], want: list[tuple[Any, ...]]) -> None:
    assert acts(look("x", *objs)) == want


def test_a_cluster_scoped_object_cannot_be_owned_by_a_namespaced_one() -> None:
    role = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole"}
    role["metadata"] = {"name": "x", "uid": "u-x", "resourceVersion": "1", "ownerReferences": [ref("gone")]}  # type: ignore[assignment]
    assert look("x", role) == Plan()


def test_a_cluster_scoped_owner_serves_every_namespace() -> None:
    owner = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "o", "uid": "u-o", "resourceVersion": "1"}}
    assert look("x", owner, thing("x", ref("o", kind="Namespace"))) == Plan()


def test_an_owner_of_an_unknown_kind_is_looked_for_again_ever_later() -> None:
    stray = thing("x", ref("o", apiVersion="db.io/v1", kind="Etcd"))
    first = look("x", stray)
    assert first.actions == () and first.look_again == SECOND
    assert look("x", stray, memory=first.remember).look_again == 2 * SECOND


def test_deletes_the_version_that_it_judged() -> None:
    (delete,) = look("x", thing("x", ref("o"))).actions
    assert isinstance(delete, Delete) and (delete.uid, delete.resource_version) == ("u-x", "1")


def test_what_wakes_it() -> None:
    keys = COLLECTOR.watches[0].keys
    held = cache(thing("o"), thing("x", ref("o")), thing("y", ref("x")))
    plain = thing("p")
    assert list(keys(held, None, plain)) == [] == list(keys(held, plain, {**plain, "data": {}}))
    assert list(keys(held, None, thing("x", ref("o")))) == []
    assert list(keys(held, None, thing("z", ref("gone")))) == [("", "u-z")]
    assert list(keys(held, None, thing("z", {**ref("o"), "name": "q"}))) == [("", "u-z")]
    assert list(keys(held, thing("o"), None)) == [("", "u-x")]
    going = thing("x", ref("o"), finalizers=[FOREGROUND], deleted=True)
    assert list(keys(held, thing("x", ref("o")), going)) == [("", "u-x"), ("", "u-y")]
    assert list(keys(held, going, going)) == []
    waiting = cache(WAITING)
    assert list(keys(waiting, thing("x", ref("o", block=True)), None)) == [("", "u-o")]
    assert list(keys(waiting, thing("x", ref("o", block=True)), thing("x"))) == [("", "u-o")]
    assert list(keys(waiting, None, thing("x", ref("o")))) == [("", "u-x")]
    event = {"kind": "Event", "metadata": {"uid": "e", "ownerReferences": [ref("gone")]}}
    assert list(keys(held, None, event)) == [] == list(keys(held, event, None))


class House:
    """A little API server and runtime for config maps: it deletes as the real one does."""

    def __init__(self) -> None:
        self.cache = Collection()
        self.queue: deque[tuple[str, str]] = deque()
        self.version = 0
        self.left: dict[str, list[str]] = {}

    def commit(self, old: Obj | None, new: Obj | None) -> None:
        self.version += 1
        if new is not None:
            new = {**new, "metadata": {**new["metadata"], "resourceVersion": str(self.version)}}
        else:
            assert old is not None
            uid = old["metadata"]["uid"]
            self.left[old["metadata"]["name"]] = [
                d["metadata"]["name"] for d in self.cache.indexed("*", "owners", uid)
                if any(r["uid"] == uid and r.get("blockOwnerDeletion") for r in d["metadata"]["ownerReferences"])
            ]  # fmt: skip
        self.cache.apply(MAPS, old, new, self.version)
        self.queue.extend(COLLECTOR.watches[0].keys(self.cache, old, new))

    def get(self, name: str) -> Obj | None:
        return self.cache.get(MAPS, "n", name)

    def delete(self, name: str, policy: str | None, version: str | None = None) -> None:
        obj = self.get(name)
        if obj is None or (version is not None and version != obj["metadata"]["resourceVersion"]):
            return
        meta = dict(obj["metadata"])
        finalizers = [f for f in meta.get("finalizers") or [] if f not in (FOREGROUND, ORPHAN)]
        finalizers += {"Foreground": [FOREGROUND], "Orphan": [ORPHAN]}.get(policy or "", [])
        if not finalizers:
            self.commit(obj, None)
            return
        self.commit(obj, {**obj, "metadata": {**meta, "finalizers": finalizers, "deletionTimestamp": "x"}})

    def patch(self, name: str, body: Obj) -> None:
        obj = self.get(name)
        if obj is None or body.get("resourceVersion") != obj["metadata"]["resourceVersion"]:
            return
        meta = {**obj["metadata"], **body}
        meta = {k: v for k, v in meta.items() if v is not None}
        done = meta.get("deletionTimestamp") and not meta.get("finalizers")
        self.commit(obj, None if done else {**obj, "metadata": meta})

    def carry_out(self, action: Action) -> None:
        if isinstance(action, Delete):
            obj = self.get(action.ref.name)
            assert obj is not None
            self.check(obj)
            self.delete(action.ref.name, action.propagation, action.resource_version)
        elif isinstance(action, Patch):
            self.patch(action.ref.name, action.body["metadata"])

    def check(self, obj: Obj) -> None:
        """Nobody is collected while an owner lives that is not waiting for just that."""
        for reference in obj["metadata"].get("ownerReferences") or ():
            owner = self.get(reference["name"])
            if owner is not None and owner["metadata"]["uid"] == reference["uid"]:
                meta = owner["metadata"]
                assert meta.get("deletionTimestamp") and FOREGROUND in meta["finalizers"]

    def play(self) -> None:
        for _ in range(10_000):
            if not self.queue:
                return
            key = self.queue.popleft()
            seen = COLLECTOR.snapshot(self.cache, key, None)
            if seen is not None:
                for action in COLLECTOR.decide(seen, 0).actions:
                    self.carry_out(action)
        raise AssertionError("it never comes to rest")


REFS = st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=3, unique_by=lambda r: r[0])
ORDERS = st.lists(st.tuples(st.integers(0, 9), st.sampled_from(["Background", "Foreground", "Orphan"])), max_size=4)


@settings(max_examples=300, deadline=None)
@given(st.lists(REFS, min_size=1, max_size=10), ORDERS)
def test_exactly_those_go_who_have_no_owner_left(
    graph: list[list[tuple[int, bool]]], orders: list[tuple[int, str]]
) -> None:
    house = House()
    for i, owners in enumerate(graph):
        # Owners come before their dependents; one that does not exist may be named as well.
        refs = [ref(f"t{o}", block) for o, block in owners if o < i or o >= len(graph)]
        house.commit(None, thing(f"t{i}", *refs))
    house.play()
    # One whose owners never existed has gone already, in the background.
    ordered = bool(orders) and house.get(f"t{orders[0][0]}") is not None
    for name, policy in orders:
        house.delete(f"t{name}", policy)
        house.play()
    for obj in house.cache.list(MAPS):
        meta = obj["metadata"]
        assert not meta.get("deletionTimestamp"), "whoever is deleted goes in the end"
        for reference in meta.get("ownerReferences") or ():
            owner = house.get(reference["name"])
            assert owner is not None and owner["metadata"]["uid"] == reference["uid"], "no reference dangles"
    if ordered and orders[0][1] == "Foreground":
        left = house.left.get(f"t{orders[0][0]}", [])
        assert left == [], "an owner deleted in the foreground goes after those that block it"
