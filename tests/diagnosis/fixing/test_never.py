"""What no remedy may do, whatever it asks for."""

from typing import Any

import pytest

from quorate.diagnosis.fixing.never import why_never
from quorate.diagnosis.fixing.steps import Await, Change, Do, Evict, Make, Ref, Remove
from quorate.edge.hand import ApiHand

POD, SET = Ref("Pod", "pods", "prod", "db-0"), Ref("StatefulSet", "statefulsets.apps", "prod", "db")
CLAIM, VOLUME = (
    Ref("PersistentVolumeClaim", "persistentvolumeclaims", "prod", "data-db-0"),
    Ref("PersistentVolume", "persistentvolumes", "", "pv"),
)

REFUSED: list[tuple[str, str, Do]] = [
    ("finalizers by merge", "undo", Change(POD, {"metadata": {"finalizers": []}})),
    ("finalizers by null", "undo", Change(POD, {"metadata": {"finalizers": None}})),
    ("finalizers by json", "undo", Change(POD, [{"op": "remove", "path": "/metadata/finalizers/0"}], "json")),
    ("all metadata by json", "undo", Change(POD, [{"op": "replace", "path": "/metadata", "value": {}}], "json")),
    ("the whole object by json", "undo", Change(POD, [{"op": "replace", "path": "", "value": {}}], "json")),
    ("a claim", "delete-pod", Remove(CLAIM)),
    ("a volume", "remove-claim", Remove(VOLUME)),
    ("a set with its pods", "recreate", Remove(SET)),
    ("what somebody else makes", "recreate", Make(SET, {"metadata": {"ownerReferences": [{"kind": "Kafka"}]}})),
]


@pytest.mark.parametrize(("remedy", "do"), [(r, d) for _, r, d in REFUSED], ids=[i for i, _, _ in REFUSED])
def test_never(remedy: str, do: Do) -> None:
    assert why_never(remedy, do)


ALLOWED: list[tuple[str, Do]] = [
    ("delete-pod", Remove(POD)),
    ("drain", Evict(POD)),
    ("recreate", Remove(SET, orphan=True)),
    ("remove-claim", Remove(CLAIM)),
    ("undo", Change(SET, [{"op": "replace", "path": "/spec/template", "value": {}}], "json")),
    ("scale", Change(SET, {"metadata": {"resourceVersion": "1"}, "spec": {"replicas": 3}})),
    ("drain", Await(POD, "gone", "uid")),
    ("recreate", Make(SET, {"metadata": {"name": "db"}})),
]


@pytest.mark.parametrize(("remedy", "do"), ALLOWED)
def test_allowed(remedy: str, do: Do) -> None:
    assert why_never(remedy, do) is None


class Recorded:
    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    def ask(self, method: str, path: str, query: dict[str, str], content_type: str, body: bytes) -> tuple[int, bytes]:
        self.bodies.append(body)
        return 200, b"{}"

    def now(self) -> int:
        return 0

    def wait(self, by: int) -> None:
        raise AssertionError(by)


def test_no_deletion_says_a_grace_period() -> None:
    line = Recorded()
    hand = ApiHand(line, line)
    sent: list[Any] = [Remove(POD), Remove(SET, orphan=True), Evict(POD)]
    for do in sent:
        hand.send(do, "uid", "1", False)
    assert len(line.bodies) == 3
    assert all(b"gracePeriod" not in body for body in line.bodies)
