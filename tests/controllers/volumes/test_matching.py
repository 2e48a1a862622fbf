"""Which volume a claim gets."""

from typing import Any

import pytest

from quorate.controllers.volumes.matching import best_match, mismatch

Obj = dict[str, Any]


def claim(**spec: Any) -> Obj:
    size = spec.pop("size", "1Gi")
    full = {
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": "c",
        "resources": {"requests": {"storage": size}},
        **spec,
    }
    return {"metadata": {"name": "data", "namespace": "n", "uid": "claim-data"}, "spec": full}


def volume(name: str, size: str = "1Gi", phase: str = "Available", labels: Obj | None = None, **spec: Any) -> Obj:
    meta: Obj = {"name": name, "labels": labels or {}}
    full = {"accessModes": ["ReadWriteOnce"], "storageClassName": "c", "capacity": {"storage": size}, **spec}
    return {"metadata": meta, "spec": full, "status": {"phase": phase}}


def ref(name: str = "data", uid: str | None = "claim-data") -> Obj:
    found = {"namespace": "n", "name": name}
    return {**found, "uid": uid} if uid else found


MATCHES = [
    (
        "the smallest that is large enough",
        claim(size="3Gi"),
        [volume("a", "10Gi"), volume("b", "5Gi"), volume("c", "2Gi")],
        "b",
    ),
    ("equal ones by name", claim(), [volume("y"), volume("x")], "x"),
    (
        "fewer access modes before smaller",
        claim(),
        [volume("s", "1Gi", accessModes=["ReadWriteOnce", "ReadOnlyMany"]), volume("l", "9Gi")],
        "l",
    ),
    ("all access modes are needed", claim(accessModes=["ReadWriteOnce", "ReadOnlyMany"]), [volume("a")], None),
    (
        "volume mode",
        claim(volumeMode="Block"),
        [volume("a", volumeMode="Filesystem"), volume("b", volumeMode="Block")],
        "b",
    ),
    ("class", claim(storageClassName="other"), [volume("a")], None),
    (
        "selector",
        claim(selector={"matchLabels": {"t": "fast"}}),
        [volume("a", labels={"t": "slow"}), volume("b", labels={"t": "fast"})],
        "b",
    ),
    ("only available ones", claim(), [volume("a", phase="Released"), volume("b", phase="Pending")], None),
    (
        "not one that is being deleted",
        claim(),
        [{**volume("a"), "metadata": {"name": "a", "deletionTimestamp": "x"}}],
        None,
    ),
    ("one reserved for another is not free", claim(), [volume("a", claimRef=ref("other", None))], None),
    (
        "one reserved for it wins over a smaller",
        claim(),
        [volume("a"), volume("b", "9Gi", claimRef=ref(uid=None))],
        "b",
    ),
    ("even of another class", claim(), [volume("b", storageClassName="", claimRef=ref())], "b"),
    ("but not too small", claim(size="2Gi"), [volume("b", "1Gi", claimRef=ref())], None),
    ("of the same name but another uid", claim(), [volume("b", claimRef=ref(uid="old"))], None),
]


@pytest.mark.parametrize(("asked", "volumes", "want"), [m[1:] for m in MATCHES], ids=[m[0] for m in MATCHES])
def test_match(asked: Obj, volumes: list[Obj], want: str | None) -> None:
    found = best_match(asked, volumes, delayed=False)
    assert (found and found["metadata"]["name"]) == want


def test_a_delayed_claim_takes_only_what_is_reserved_for_it() -> None:
    assert best_match(claim(), [volume("a")], delayed=True) is None
    reserved = volume("a", claimRef=ref())
    assert best_match(claim(), [reserved], delayed=True) is reserved


MISMATCHES = [
    (claim(), volume("v"), ""),
    (claim(size="2Gi"), volume("v"), "requested PV is too small"),
    (claim(), volume("v", storageClassName="x"), "storageClassName does not match"),
    (claim(volumeAttributesClassName="g"), volume("v"), "volumeAttributesClassName does not match"),
    (claim(volumeMode="Block"), volume("v"), "incompatible volumeMode"),
    (claim(accessModes=["ReadWriteMany"]), volume("v"), "incompatible accessMode"),
    (
        claim(),
        {**volume("v"), "metadata": {"name": "v", "deletionTimestamp": "x"}},
        'the volume is marked for deletion "v"',
    ),
]


@pytest.mark.parametrize(("asked", "named", "why"), MISMATCHES)
def test_a_volume_asked_for_by_name_must_fit_too(asked: Obj, named: Obj, why: str) -> None:
    assert mismatch(asked, named) == why
