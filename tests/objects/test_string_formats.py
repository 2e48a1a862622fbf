"""Formats of strings, each with what it takes and what it does not."""

import pytest

from quorate.objects.string_formats import accepts, is_known


@pytest.mark.parametrize(
    ("format", "good", "bad"),
    [
        ("uri", "https://a/b", "a b"), ("email", "a@b.c", "a"), ("hostname", "a.example.com", "-a"), ("ipv4", "1.2.3.4", "::1"),
        ("ipv6", "::1", "1.2.3.4"), ("cidr", "10.0.0.0/8", "10.0.0.0/33"), ("mac", "00:11:22:33:44:55", "00:11"),
        ("uuid", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "6ba7"), ("uuid4", "f47ac10b-58cc-4372-a567-0e02b2c3d479",
        "6ba7b810-9dad-11d1-80b4-00c04fd430c8"), ("isbn", "978-0321751041", "978-0321751042"),
        ("byte", "YWJj", "YWJ"), ("date", "2020-02-29", "2020-13-01"), ("date-time", "2014-12-15T19:30:20.000Z", "nope"),
        ("date", "2020-02-29", "2021-02-29"), ("date-time", "2020-01-31t00:00:00+01:00", "2020-01-32T00:00:00Z"),
        ("date-time", "2020-01-31T23:59:59.5z", "2020-01-31T24:00:00Z"),
        ("date-time", "2020-01-31T00:00:00Z", "2020-01-31 00:00:00Z"),
        ("duration", "1h30m", "1 parsec"), ("quantity", "10Gi", "10Go"), ("hexcolor", "#fff", "#ff"),
        ("rgbcolor", "rgb(1, 2, 3)", "rgb(256,0,0)"), ("creditcard", "4111 1111 1111 1111", "4111 1111 1111 1112"),
        ("k8s-short-name", "a-b", "A"), ("k8s-long-name", "a.b-c", "a..b"),
    ],
)  # fmt: skip
def test_a_format(format: str, good: str, bad: str) -> None:
    assert accepts(format, good)
    assert not accepts(format, bad)


def test_a_format_means_something_for_its_type_alone() -> None:
    assert is_known("string", "date-time") and is_known("integer", "int32") and is_known("number", "double")
    assert not is_known("string", "int32") and not is_known("integer", "float") and not is_known("string", "nope")
