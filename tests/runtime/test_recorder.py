"""Events as client-go's correlator writes them: counted, combined, held back."""

from typing import Any

import pytest

from quorate.contract.failures import Refused
from quorate.contract.plan import Obj, Tell
from quorate.kernel.clock import EPOCH, MINUTE, SECOND
from quorate.runtime.recorder import BURST, Recorder

POD: Obj = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "a", "namespace": "shop", "uid": "u", "resourceVersion": "7"},
}


class Written:
    """Events by name, as a server would keep them."""

    def __init__(self) -> None:
        self.events: dict[str, Obj] = {}
        self.refusing: Refused | None = None

    def create(self, resource: str, obj: Obj) -> Obj:
        assert resource == "events"
        if self.refusing is not None:
            raise self.refusing
        self.events[obj["metadata"]["name"]] = obj
        return obj

    def patch(self, resource: str, namespace: str, name: str, body: Obj) -> Obj:
        assert (resource, namespace) == ("events", "shop")
        if name not in self.events:
            raise Refused("NotFound", f'events "{name}" not found')
        self.events[name] = {**self.events[name], **body}
        return self.events[name]

    @property
    def only(self) -> Obj:
        (event,) = self.events.values()
        return event


@pytest.fixture
def written() -> Written:
    return Written()


@pytest.fixture
def record(written: Written) -> Any:
    recorder = Recorder()

    def told(message: str = "it hurts", after: int = 0, **more: Any) -> None:
        recorder.record(Tell(POD, "Warning", "Hurt", message, **more), written, EPOCH + after)  # type: ignore[arg-type]

    return told


def test_an_event_says_who_said_what_about_whom(record: Any, written: Written) -> None:
    record(component="kubelet", host="node-0", field_path="spec.containers{main}")
    event = written.only
    assert event["involvedObject"] == {
        "kind": "Pod", "namespace": "shop", "name": "a", "uid": "u", "apiVersion": "v1", "resourceVersion": "7",
        "fieldPath": "spec.containers{main}",
    }  # fmt: skip
    assert event["metadata"]["namespace"] == "shop" and event["metadata"]["name"].startswith("a.")
    assert (event["type"], event["reason"], event["message"], event["count"]) == ("Warning", "Hurt", "it hurts", 1)
    assert event["source"] == {"component": "kubelet", "host": "node-0"}
    assert event["firstTimestamp"] == event["lastTimestamp"] == "2026-01-01T00:00:00Z"


def test_a_repeated_event_is_counted(record: Any, written: Written) -> None:
    for minute in range(3):
        record(after=minute * MINUTE)
    assert written.only["count"] == 3
    assert written.only["firstTimestamp"] == "2026-01-01T00:00:00Z"
    assert written.only["lastTimestamp"] == "2026-01-01T00:02:00Z"


def test_an_event_that_expired_is_written_again_with_its_count(record: Any, written: Written) -> None:
    record()
    name = written.only["metadata"]["name"]
    written.events.clear()
    record(after=2 * 60 * MINUTE)
    assert (written.only["metadata"]["name"], written.only["count"]) == (name, 2)
    assert written.only["firstTimestamp"] == "2026-01-01T00:00:00Z"
    assert written.only["lastTimestamp"] == "2026-01-01T02:00:00Z"


def test_the_tenth_message_that_differs_in_nothing_else_is_combined(record: Any, written: Written) -> None:
    for i in range(12):
        record(f"number {i}")
    messages = [e["message"] for e in written.events.values()]
    assert messages == [*(f"number {i}" for i in range(9)), "(combined from similar events): number 11"]
    assert list(written.events.values())[-1]["count"] == 3


def test_after_a_pause_messages_are_no_longer_similar(record: Any, written: Written) -> None:
    for i in range(9):
        record(f"number {i}")
    record("number 9", after=11 * MINUTE)
    assert "number 9" in [e["message"] for e in written.events.values()]


def test_a_flood_is_held_back_and_what_was_held_back_counts(record: Any, written: Written) -> None:
    for _ in range(BURST + 10):
        record()
    assert written.only["count"] == BURST
    record(after=300 * SECOND)
    assert written.only["count"] == BURST + 11


def test_another_object_has_a_budget_of_its_own(written: Written) -> None:
    recorder = Recorder()
    for i in range(BURST + 1):
        recorder.record(Tell(POD, "Warning", "Hurt", f"{i % 2}"), written, EPOCH)  # type: ignore[arg-type]
    other = {**POD, "metadata": {**POD["metadata"], "name": "b", "uid": "v"}}
    recorder.record(Tell(other, "Warning", "Hurt", "it hurts"), written, EPOCH)  # type: ignore[arg-type]
    assert any(e["involvedObject"]["name"] == "b" for e in written.events.values())


def test_a_refused_event_is_lost_and_nobody_is_hurt(record: Any, written: Written) -> None:
    written.refusing = Refused("Forbidden", "namespace shop is being terminated")
    record()
    assert not written.events
    written.refusing = None
    record()
    assert written.only["count"] == 2


def test_a_series_is_counted_while_it_goes_on(record: Any, written: Written) -> None:
    record(style="series", component="default-scheduler", action="Scheduling")
    assert written.only["eventTime"] == "2026-01-01T00:00:00.000000Z" and "series" not in written.only
    record(after=MINUTE, style="series", component="default-scheduler", action="Scheduling")
    assert written.only["series"] == {"count": 2, "lastObservedTime": "2026-01-01T00:01:00.000000Z"}
    record(after=10 * MINUTE, style="series", component="default-scheduler", action="Scheduling")
    assert len(written.events) == 2
