"""Bytes are written here as protobuf has them: (number << 3 | wire type), then the value."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quorate.objects import protobuf
from quorate.objects.kinds import all_kinds, by_resource
from quorate.objects.protobuf import MAGIC, Unreadable, can_read, envelope, read_message
from quorate.objects.schema import type_named, type_of

META = "io.k8s.apimachinery.pkg.apis.meta.v1."


def varint(number: int) -> bytes:
    number &= (1 << 64) - 1
    out = b""
    while number > 0x7F:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def field(number: int, value: int | str | bytes) -> bytes:
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    raw = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(raw)) + raw


def read(resource: str, raw: bytes) -> Any:
    kind = by_resource(resource)
    assert kind is not None
    type = type_of(kind)
    assert type is not None
    return read_message(type, raw)


def test_the_envelope_says_what_is_in_it() -> None:
    raw = MAGIC + field(1, field(1, "apps/v1") + field(2, "Deployment")) + field(2, b"body") + field(4, "x")
    assert envelope(raw) == ("apps/v1", "Deployment", b"body")


@pytest.mark.parametrize("raw", [b"", b"{}", b"k8s", b"\x00k8s"])
def test_without_the_magic_bytes_it_is_none(raw: bytes) -> None:
    with pytest.raises(Unreadable, match="does not appear to be a protobuf message"):
        envelope(raw)


def test_fields_by_their_numbers() -> None:
    labels = field(11, field(1, "a") + field(2, "b")) + field(11, field(1, "c"))
    meta = field(1, "web") + field(3, "default") + field(8, b"") + labels
    port = field(3, 80) + field(4, "TCP")
    limits = field(1, field(1, "cpu") + field(2, field(1, "500m")))
    container = field(1, "c") + field(2, "i") + field(3, "sh") + field(3, "-c") + field(6, port) + field(8, limits)
    spec = field(2, container) + field(4, 0) + field(11, 1)
    assert read("pods", field(1, meta) + field(2, spec)) == {
        "metadata": {"name": "web", "namespace": "default", "creationTimestamp": None, "labels": {"a": "b", "c": ""}},
        "spec": {
            "containers": [{
                "name": "c", "image": "i", "command": ["sh", "-c"], "ports": [{"containerPort": 80, "protocol": "TCP"}],
                "resources": {"limits": {"cpu": "500m"}},
            }],
            "terminationGracePeriodSeconds": 0,
            "hostNetwork": True,
        },
    }  # fmt: skip


def test_embedded_structs_are_one_message_deeper() -> None:
    # A volume's source, and the name within that: VolumeSource is embedded in Volume, LocalObjectReference in its source.
    config_map = field(1, field(1, "settings")) + field(3, 420)
    volume = field(1, "v") + field(2, field(19, config_map))
    assert read("pods", field(2, field(1, volume))) == {
        "spec": {"volumes": [{"name": "v", "configMap": {"name": "settings", "defaultMode": 420}}]}
    }


@pytest.mark.parametrize(
    ("port", "value"), [(field(2, 8080), 8080), (field(1, 1) + field(3, "http"), "http"), (b"", 0)]
)
def test_numbers_or_strings(port: bytes, value: Any) -> None:
    get = type_named("io.k8s.api.core.v1.HTTPGetAction")
    assert read_message(get, field(2, port)) == {"port": value}


def test_scalars() -> None:
    lease = field(1, "me") + field(2, 15) + field(4, field(1, 1_767_225_600) + field(2, 5_000))
    assert read("leases.coordination.k8s.io", field(2, lease)) == {
        "spec": {"holderIdentity": "me", "leaseDurationSeconds": 15, "renewTime": "2026-01-01T00:00:00.000005Z"}
    }
    assert read("secrets", field(2, field(1, "k") + field(2, b"\x00\xff"))) == {"data": {"k": "AP8="}}
    assert read("pods", field(2, field(5, -3))) == {"spec": {"activeDeadlineSeconds": -3}}
    assert read("priorityclasses.scheduling.k8s.io", field(2, -5)) == {"value": -5}


def test_free_json_and_unknown_numbers() -> None:
    managed = field(17, field(1, "m") + field(7, field(1, '{"f:data":{}}')) + field(99, "new"))
    assert read("configmaps", field(1, managed)) == {
        "metadata": {"managedFields": [{"manager": "m", "fieldsV1": {"f:data": {}}}]}
    }


def test_a_list_within_a_map_is_a_message() -> None:
    review = type_named("io.k8s.api.authorization.v1.SubjectAccessReviewSpec")
    extra = field(5, field(1, "k") + field(2, field(1, "a") + field(1, "b")))
    assert read_message(review, extra) == {"extra": {"k": ["a", "b"]}}


@pytest.mark.parametrize(
    "raw", [b"\x0a", b"\x0a\x05a", b"\x0b", b"\x80", b"\xff" * 11, field(1, 5), field(1, field(1, 5)), b"\x09abc"]
)
def test_broken_bytes_are_refused(raw: bytes) -> None:
    with pytest.raises(Unreadable):
        read("configmaps", raw)


def test_nesting_has_an_end() -> None:
    with pytest.raises(Unreadable, match="nests too deep"):
        protobuf._object(type_named("io.k8s.api.core.v1.Pod"), b"", 101)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        envelope(MAGIC + raw)
        read("statefulsets.apps", raw)
    except Unreadable:
        pass


def test_the_kinds_that_clients_send_can_be_read() -> None:
    unknown = {kind.kind for kind in all_kinds() if not can_read(type_of(kind))}  # type: ignore[arg-type]
    assert unknown == {"APIService", "CustomResourceDefinition"}  # whose clients send JSON
    assert can_read(type_named(META + "DeleteOptions"))
