from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quorate.objects import quantity

CANONICAL = {
    "1000m": "1", "0.5": "500m", "1024Mi": "1Gi", "1e3": "1e3", "1E3": "1e3", "100m": "100m", "0": "0", "0m": "0",
    "1": "1", "1000": "1k", "1500m": "1500m", "1.5Gi": "1536Mi", "1.5Ki": "1536", "0.5Ki": "512", "0.5Mi": "512Ki",
    "1023": "1023", "1025Ki": "1025Ki", "1Ei": "1Ei", "1024Ti": "1Pi", "5e-3": "5e-3", "1e4": "10e3", "12e1": "120",
    "+1": "1", "-1": "-1", "-1500m": "-1500m", ".5": "500m", "5.": "5", "001": "1", "1e0": "1", "100k": "100k",
    "1000k": "1M", "0.0000000001": "1n", "1.1u": "1100n", "1E": "1E", "1000E": "1000E", "64Mi": "64Mi", "10G": "10G",
    "0.1Ki": "102400m", "1536Mi": "1536Mi", "2147483648": "2147483648", " 1 ": "1",
}  # fmt: skip

WRONG = {
    "": "quantities must match", "abc": "quantities must match", "1 Gi": "quantities must match", "1Gi2x": "quantities",
    "1.2.3": "quantities must match", "1GI": "quantities must match", "1gb": "quantities must match",
    "1KK": "unable to parse quantity's suffix", "1mm": "unable to parse quantity's suffix",
    "1Mi2": "unable to parse quantity's suffix", "1K": "unable to parse quantity's suffix",
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CANONICAL.items())
def test_canonical(text: str, expected: str) -> None:
    assert quantity.canonical(text) == expected


@pytest.mark.parametrize(("text", "message"), WRONG.items())
def test_refuses_in_kubernetes_words(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        quantity.parse(text)


def test_the_message_is_the_whole_of_kubernetes_message() -> None:
    with pytest.raises(ValueError) as caught:
        quantity.parse("lots")
    wanted = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
    assert str(caught.value) == wanted


def test_a_huge_exponent_costs_nothing() -> None:
    with pytest.raises(ValueError, match="numeric part"):
        quantity.parse("1e999999999")


def test_amounts_round_up() -> None:
    assert quantity.milli("100u") == 1
    assert quantity.milli("1.0001") == 1001
    assert quantity.value("100m") == 1
    assert quantity.value("1Gi") == 1 << 30
    assert quantity.parse("1.5") == Fraction(3, 2)


def test_numbers_of_json() -> None:
    assert quantity.canonical(1) == "1"
    assert quantity.canonical(0.5) == "500m"
    assert quantity.milli(2) == 2000
    with pytest.raises(ValueError):
        quantity.parse(True)


def test_sums_keep_the_family_of_the_first() -> None:
    assert quantity.add("1Gi", "1024Mi") == "2Gi"
    assert quantity.add("0", "1Gi") == "1Gi"
    assert quantity.add("100m", "900m") == "1"
    assert quantity.add("1Gi", "1G") == "2073741824"
    assert quantity.add("1Ki", "1G") == "1000001024"
    assert quantity.subtract("2Gi", "512Mi") == "1536Mi"
    assert quantity.subtract("0", "1Gi") == "-1Gi"
    assert quantity.subtract("1", "1500m") == "-500m"


def test_made_from_numbers() -> None:
    assert quantity.from_milli(1500) == "1500m"
    assert quantity.from_milli(2000) == "2"
    assert quantity.from_value(5 << 30, "binary") == "5Gi"


def test_compares_amounts_not_texts() -> None:
    assert quantity.compare("1", "1000m") == 0
    assert quantity.compare("1Gi", "1G") == 1
    assert quantity.compare("900m", 1) == -1


@given(st.integers(-(10**15), 10**15), st.sampled_from(["n", "u", "m", "", "k", "M", "Ki", "Mi", "Gi", "e3", "e-2"]))
def test_canonical_keeps_the_amount_and_is_stable(number: int, suffix: str) -> None:
    text = f"{number}{suffix}"
    once = quantity.canonical(text)
    assert quantity.canonical(once) == once
    if abs(quantity.parse(text)) < 1 << 62:
        assert quantity.parse(once) == quantity.parse(text)
