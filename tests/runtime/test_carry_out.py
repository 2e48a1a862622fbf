from typing import Any

import pytest

from quorate.contract.failures import Refused
from quorate.contract.plan import Create, Evict, Outcome, Plan, Tell, Update
from quorate.runtime.carry_out import Hand

ABOUT = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "it"}}


class Server:
    """Refuses every create whose object says so; names what has only a generateName."""

    def __init__(self) -> None:
        self.updated: list[dict[str, Any]] = []

    def create(self, resource: str, obj: dict[str, Any]) -> dict[str, Any]:
        if obj.get("refuse"):
            raise Refused("Forbidden", f"no more {resource}")
        return {"metadata": {"name": obj["metadata"].get("name", "web-abcde"), "resourceVersion": "7"}}

    def update(self, resource: str, obj: dict[str, Any], subresource: str) -> dict[str, Any]:
        self.updated.append(obj)
        return {"metadata": {"name": "it", "resourceVersion": "8"}}

    def evict(self, namespace: str, name: str, grace_seconds: int | None) -> dict[str, Any]:
        return {"metadata": {"name": name, "resourceVersion": "9"}}


class Heard:
    def __init__(self) -> None:
        self.messages: list[str] = []

    def record(self, told: Tell, writer: Any, now: int) -> None:
        self.messages.append(f"{told.component}/{told.reason}: {told.message}")


def carry_out(plan: Plan) -> tuple[Server, Heard, tuple[int, Refused | None]]:
    server, heard = Server(), Heard()
    return server, heard, Hand("the-controller", server, heard).carry_out(plan, 0)  # type: ignore[arg-type]


def create(refuse: bool = False, **outcome: Any) -> Create:
    return Create("pods", {"metadata": {"generateName": "web-"}, "refuse": refuse}, Outcome(**outcome))


def test_what_the_server_named_is_told() -> None:
    _, heard, (wrote, refused) = carry_out(Plan((create(told=Tell(ABOUT, "Normal", "Made", "made {name}")),)))
    assert heard.messages == ["the-controller/Made: made web-abcde"]
    assert (wrote, refused) == (7, None)


def test_one_refusal_may_be_told_more_than_once() -> None:
    failed = (Tell(ABOUT, "Warning", "One", "{error}"), Tell(ABOUT, "Warning", "Two", "because {error}"))
    _, heard, (_, refused) = carry_out(Plan((create(refuse=True, failed=failed),)))
    assert heard.messages == ["the-controller/One: no more pods", "the-controller/Two: because no more pods"]
    assert refused is not None


@pytest.mark.parametrize(
    ("if_refused", "written"),
    [
        ("same", [{"status": "fine"}]),
        ("none", []),
        (
            Update("pods", {"status": [{"message": "{error}!", "n": 1}]}, "status"),
            [{"status": [{"message": "no more pods!", "n": 1}]}],
        ),
    ],
)
def test_a_refusal_may_change_the_status(if_refused: Any, written: list[Any]) -> None:
    status = Update("pods", {"status": "fine"}, "status")
    server, _, _ = carry_out(Plan((create(refuse=True),), status, if_refused=if_refused))
    assert server.updated == written
    server, _, _ = carry_out(Plan((create(),), status, if_refused=if_refused))
    assert server.updated == [{"status": "fine"}]


@pytest.mark.parametrize(("on_refusal", "made"), [("stop", 0), ("continue", 1)])
def test_whether_a_refusal_ends_the_plan(on_refusal: Any, made: int) -> None:
    told = Tell(ABOUT, "Normal", "Made", "made")
    _, heard, (_, refused) = carry_out(Plan((create(refuse=True), create(told=told)), on_refusal=on_refusal))
    assert len(heard.messages) == made
    assert refused is not None


def test_a_fine_refusal_is_none() -> None:
    _, _, (_, refused) = carry_out(Plan((create(refuse=True, fine=frozenset({"Forbidden"})),)))
    assert refused is None


def test_a_cause_may_be_what_is_fine() -> None:
    class Ending(Server):
        def create(self, resource: str, obj: dict[str, Any]) -> dict[str, Any]:
            raise Refused("Forbidden", "no", {"causes": [{"reason": "NamespaceTerminating"}]})

    for fine, refuses in (("NamespaceTerminating", False), ("NamespaceNotFound", True)):
        plan = Plan((create(fine=frozenset({fine})),))
        _, refused = Hand("the-controller", Ending(), Heard()).carry_out(plan, 0)  # type: ignore[arg-type]
        assert (refused is not None) is refuses


def test_the_revision_of_an_eviction_counts_as_written() -> None:
    _, _, answer = carry_out(Plan((Evict("default", "web-0"),)))
    assert answer == (9, None)


@pytest.mark.parametrize(
    ("refused", "batches", "on_refusal", "tried"),
    [
        ("1", ((1,), (1, 1), (1, 1)), "stop", "012"),
        ("2", ((1,), (1, 1), (1, 1)), "stop", "012"),
        ("0", ((1,), (1, 1), (1, 1)), "stop", "0"),
        ("", ((1,), (1, 1)), "stop", "012345"),
        ("1", ((1,), (1, 1)), "stop", "012"),  # what follows is a batch of its own
        ("1", ((1,), (1, 1)), "continue", "012345"),
        ("14", ((1,), (1, 1)), "continue", "012345"),
        ("3", ((1,), (1, 1)), "stop", "0123"),
        ("1", ((1,), (2, 1, 1)), "stop", "0134"),  # a member ends with its first refusal, its batch goes on
        ("1", ((0,), (2, 0, 2)), "stop", "0123"),
    ],
)
def test_batches(refused: str, batches: Any, on_refusal: Any, tried: str) -> None:
    told = [(Tell(ABOUT, "Normal", "Made", str(n)), Tell(ABOUT, "Normal", "Not", str(n))) for n in range(6)]
    actions = tuple(create(str(n) in refused, told=told[n][0], failed=told[n][1]) for n in range(6))
    _, heard, (_, first) = carry_out(Plan(actions, on_refusal=on_refusal, batches=batches))
    assert "".join(text[-1] for text in heard.messages) == tried
    assert (first is not None) is bool(refused)
