"""Owners and dependents of many kinds in a whole world: whoever has a living owner stays, whoever has none left goes."""

import os
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quorate.apiserver.store.store import Change
from quorate.assemble.world import Shape, World, world
from quorate.contract.failures import Refused
from quorate.kernel.clock import MILLISECOND, MINUTE

Obj = dict[str, Any]
LONG = int(os.environ.get("QUORATE_EXAMPLES", "0"))
MAPS, SECRETS, WIDGETS, CLASSES = "configmaps", "secrets", "widgets.example.com", "priorityclasses.scheduling.k8s.io"
KINDS = {
    MAPS: ("v1", "ConfigMap"), SECRETS: ("v1", "Secret"), WIDGETS: ("example.com/v1", "Widget"),
    CLASSES: ("scheduling.k8s.io/v1", "PriorityClass"),
}  # fmt: skip
DEFINITION = {
    "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": WIDGETS},
    "spec": {
        "group": "example.com", "scope": "Namespaced", "names": {"plural": "widgets", "kind": "Widget"},
        "versions": [{
            "name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": {"type": "object"}},
        }],
    },
}  # fmt: skip
COLLECTOR = "garbage-collector-controller"
HELD = "example.com/held"

NUMBERS = st.integers(0, 7)
OWNERS = st.lists(st.tuples(NUMBERS, st.booleans()), max_size=3, unique_by=lambda owner: owner[0])
MADE = st.tuples(
    st.sampled_from((MAPS, MAPS, SECRETS, WIDGETS, CLASSES)), OWNERS, st.sampled_from((False, False, True))
)
MOVES = st.tuples(
    st.sampled_from((0, 0, 2, 100, 1_500)),
    st.one_of(
        st.tuples(st.just("delete"), NUMBERS, st.sampled_from(("Background", "Foreground", "Orphan"))),
        st.tuples(st.just("delete"), NUMBERS, st.sampled_from(("Background", "Foreground"))),
        st.builds(lambda number, made: ("make", number, *made), NUMBERS, MADE),
        st.tuples(st.just("own"), NUMBERS, OWNERS),
        st.tuples(st.just("let go"), NUMBERS),
        st.tuples(st.sampled_from(("stop", "start"))),
    ),
)


class House:
    """Things by number; a number may be used again once its thing has gone, by one of another kind and uid."""

    def __init__(self, seed: int, lag: int) -> None:
        self.world: World = world(seed, Shape(nodes=0, lag=lag * MILLISECOND))
        self.client = self.world.client()
        self.client.create("customresourcedefinitions.apiextensions.k8s.io", DEFINITION)
        self.world.run_for(MINUTE)
        self.refs: dict[int, Obj] = {}
        self.asked: set[str] = set()
        self.world.follow(self.hear)

    def find(self, number: int) -> tuple[str, Obj] | None:
        for resource in KINDS:
            found = self.world.get(resource, "" if resource == CLASSES else "default", f"thing-{number}")
            if found is not None:
                return resource, found
        return None

    def references(self, resource: str, number: int, owners: list[tuple[int, bool]]) -> list[Obj]:
        """Owners have lower numbers: two that own each other live for ever, in Kubernetes as here.

        Nor does one without a namespace that blocks an owner in one ever let it go.
        """
        return [self.reference(owner, block and resource != CLASSES) for owner, block in owners if owner < number]

    def reference(self, number: int, block: bool) -> Obj:
        """To the thing of that number, or to one that has gone or never was."""
        never = {"apiVersion": "v1", "kind": "ConfigMap", "name": f"thing-{number}", "uid": f"never-{number}"}
        ref = self.refs.get(number, never)
        return {**ref, "blockOwnerDeletion": True} if block else ref

    def hear(self, change: Change) -> None:
        meta = change.new["metadata"]
        if not meta["name"].startswith("thing-"):
            return
        begins = meta.get("deletionTimestamp") and not ((change.old or {}).get("metadata") or {}).get(
            "deletionTimestamp"
        )
        if (change.type == "DELETED" or begins) and meta["uid"] not in self.asked:
            assert not self.living(change.old or change.new), f"{meta['name']} went although an owner lives"

    def living(self, obj: Obj) -> list[str]:
        """Owners that are where the reference says and do not go themselves, unless they leave their dependents behind."""
        out = []
        for ref in obj["metadata"].get("ownerReferences") or ():
            found = self.find(int(ref["name"].removeprefix("thing-")))
            if found is None or found[1]["metadata"]["uid"] != ref["uid"] or found[1]["kind"] != ref["kind"]:
                continue
            owner = found[1]["metadata"]
            if not owner.get("deletionTimestamp") or "orphan" in (owner.get("finalizers") or ()):
                out.append(owner["name"])
        return out

    def do(self, verb: str, number: int = 0, *rest: Any) -> None:
        runner = self.world.runtime.runners[COLLECTOR]
        found = self.find(number)
        match verb:
            case "stop":
                runner.stop()
            case "start":
                runner.start()
            case "make" if found is None:
                self.make(number, *rest)
            case "delete" if found is not None:
                resource, obj = found
                self.asked.add(obj["metadata"]["uid"])
                self.client.delete(
                    resource, obj["metadata"].get("namespace", ""), obj["metadata"]["name"], propagation=rest[0]
                )
            case "own" if found is not None:
                self.change(found, {"ownerReferences": self.references(found[0], number, rest[0]) or None})
            case "let go" if found is not None:
                kept = [f for f in found[1]["metadata"].get("finalizers") or () if f != HELD]
                self.change(found, {"finalizers": kept or None})

    def make(self, number: int, resource: str, owners: list[tuple[int, bool]], held: bool) -> None:
        version, kind = KINDS[resource]
        refs = self.references(resource, number, owners)
        meta: Obj = {"name": f"thing-{number}", "ownerReferences": refs, "finalizers": [HELD] if held else []}
        if resource != CLASSES:
            meta["namespace"] = "default"
        value = {"value": 7} if resource == CLASSES else {}
        made = self.client.create(resource, {"apiVersion": version, "kind": kind, "metadata": meta, **value})
        uid = made["metadata"]["uid"]
        self.refs[number] = {"apiVersion": version, "kind": kind, "name": f"thing-{number}", "uid": uid}

    def change(self, found: tuple[str, Obj], meta: Obj) -> None:
        resource, obj = found
        self.client.patch(resource, obj["metadata"].get("namespace", ""), obj["metadata"]["name"], {"metadata": meta})


@settings(max_examples=LONG or 120, deadline=None, derandomize=not LONG, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(0, 999), lag=st.sampled_from((0, 0, 30, 400)), first=st.lists(MADE, min_size=3, max_size=8),
    moves=st.lists(MOVES, min_size=1, max_size=12),
)  # fmt: skip
def test_nobody_with_a_living_owner_goes_and_nobody_without_one_stays(
    seed: int, lag: int, first: list[Any], moves: list[Any]
) -> None:
    on = House(seed, lag)
    begun = [(0, ("make", number, *made)) for number, made in enumerate(first)]
    for wait, move in [*begun, *moves]:
        on.world.run_for(wait * MILLISECOND)
        try:
            on.do(*move)
        except Refused as refused:
            assert refused.reason in ("Invalid", "Conflict", "Forbidden"), refused
    on.do("start")
    on.world.run_for(MINUTE)
    for number in range(8):
        on.do("let go", number)
    on.world.run_for(30 * MINUTE)
    for number in range(8):
        found = on.find(number)
        if found is None:
            continue
        resource, obj = found
        meta = obj["metadata"]
        assert not meta.get("deletionTimestamp"), f"{meta['name']} does not go"
        owners = [
            ref for ref in meta.get("ownerReferences") or () if resource != CLASSES or ref["kind"] == "PriorityClass"
        ]
        if owners and len(owners) == len(meta["ownerReferences"]):
            assert on.living(obj), f"{meta['name']} stays although no owner lives"
