import pytest

from quorate.objects import names

NAME = (
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
    "(e.g. 'MyName',  or 'my.name',  or '123-abc', "
    "regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)


@pytest.mark.parametrize("key", ["app", "example.com/app", "a_b.c-D", "x" * 63, "a.b/" + "x" * 63])
def test_good_keys(key: str) -> None:
    assert names.qualified_name_errors(key) == ()


@pytest.mark.parametrize(
    ("key", "errors"),
    [
        ("bad key!", ("name part " + NAME,)),
        ("", ("name part must be non-empty", "name part " + NAME)),
        ("/x", ("prefix part must be non-empty",)),
        ("x" * 64, ("name part must be no more than 63 characters",)),
        (
            "a/b/c",
            (f"a valid label key {NAME} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",),
        ),
    ],
)
def test_bad_keys(key: str, errors: tuple[str, ...]) -> None:
    assert names.qualified_name_errors(key) == errors


def test_dns_names() -> None:
    assert names.dns1123_label_errors("web-0") == ()
    assert names.dns1123_label_errors("a.b") == ("must not contain dots",)
    assert names.dns1123_subdomain_errors("a.b") == ()
    assert names.dns1123_subdomain_errors("a" * 254) == ("must be no more than 253 characters",)
    assert names.dns1035_label_errors("web") == ()
    assert len(names.dns1035_label_errors("0web")) == 1
    assert len(names.dns1123_subdomain_errors("Upper")) == 1


def test_whole_numbers_are_signed_64_bits() -> None:
    assert names.whole_number("12") == 12
    assert names.whole_number("-12") == -12
    assert names.whole_number(str(1 << 63)) is None
    assert names.whole_number("1.5") is None
    assert names.whole_number("") is None
