"""Aggregated ClusterRoles."""

import pytest

from quorate.assemble.shape import Shape
from quorate.assemble.world import World, world
from quorate.controllers.clusterroles.decide import decide
from quorate.controllers.clusterroles.snapshot import ROLES, Seen

A, B = ({"verbs": ["get"], "apiGroups": [""], "resources": [r]} for r in ("pods", "secrets"))


def role(name: str, *rules: dict, labels: dict | None = None, gathers: dict | None = None) -> dict:
    made = {"metadata": {"name": name, "labels": labels or {}}, "rules": list(rules)}
    return (
        made if gathers is None else {**made, "aggregationRule": {"clusterRoleSelectors": [{"matchLabels": gathers}]}}
    )


@pytest.mark.parametrize(("own", "sources", "rules"), [
    ([], [[A], [B]], [A, B]),
    ([], [[A, B], [B, A]], [A, B]),
    ([B], [[A]], [A]),
    ([A], [], []),
    ([A, B], [[A], [B]], None),
    ([], [], None),
])  # fmt: skip
def test_the_rules_of_all_each_once(own: list, sources: list, rules: list | None) -> None:
    seen = Seen(role("all", *own, gathers={"x": "y"}), tuple(role(f"r{i}", *s) for i, s in enumerate(sources)))
    plan = decide(seen, 0)
    assert (plan.actions[0].obj["rules"] if plan.actions else None) == rules


def rules_of(made: World, name: str) -> list:
    made.run_for(1_000_000)
    return made.get(ROLES, "", name)["rules"]


def test_in_a_world_they_follow_what_they_gather() -> None:
    made = world(1, Shape(nodes=0))
    client = made.client()
    client.create(ROLES, role("all", B, gathers={"to": "all"}))
    assert rules_of(made, "all") == []
    client.create(ROLES, role("b", B, labels={"to": "all"}))
    client.create(ROLES, role("a", A, labels={"to": "all"}))
    assert rules_of(made, "all") == [A, B]
    client.patch(ROLES, "", "all", {"rules": [B]})  # what is written by hand does not stay
    assert rules_of(made, "all") == [A, B]
    client.patch(ROLES, "", "a", {"metadata": {"labels": {"to": None}}})
    assert rules_of(made, "all") == [B]
    client.delete(ROLES, "", "b")
    assert rules_of(made, "all") == []


def test_admin_gathers_edit_which_gathers_view() -> None:
    made = world(1, Shape(nodes=0, roles=True))
    made.run_for(1_000_000)
    view, edit, admin = (made.get(ROLES, "", name)["rules"] for name in ("view", "edit", "admin"))
    assert view and all(rule in edit for rule in view) and all(rule in admin for rule in edit)
    assert len(admin) == len([r for i, r in enumerate(admin) if r not in admin[:i]])
