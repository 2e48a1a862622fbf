"""Go's regular expressions: what Python spells otherwise, and what Go refuses."""

import pytest

from quorate.objects.go_regexp import compile_regexp


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("^a$", "a\n", False),
        (r"^a\z", "a", True),
        ("^[[:alpha:]]+$", "abc", True),
        ("^[[:alpha:][:digit:]-]+$", "a-1", True),
        (r"^\d+$", "٣", False),
        (r"^\p{L}+$", "é", True),
        ("(?i)^ABC$", "abc", True),
        ("(?P<x>a)b", "ab", True),
        ("(?<x>a)b", "ab", True),
        (r"\Qa.b\E", "a.b", True),
        ("[]a]", "]", True),
        ("a{", "a{", True),
        ("[a&&b]", "&", True),
    ],
)
def test_it_matches_as_go_does(pattern: str, text: str, found: bool) -> None:
    assert bool(compile_regexp(pattern).search(text)) is found


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("[", "missing closing ]: `[`"),
        ("(a", "missing closing ): `(a`"),
        ("a)", "unexpected ): `a)`"),
        ("*a", "missing argument to repetition operator: `*`"),
        ("a**", "invalid nested repetition operator: `**`"),
        ("(?=a)", "invalid or unsupported Perl syntax: `(?=`"),
        (r"\1", r"invalid escape sequence: `\1`"),
        ("a{1001}", "invalid repeat count: `{1001}`"),
    ],
)
def test_it_refuses_as_go_does(pattern: str, why: str) -> None:
    with pytest.raises(ValueError) as refused:
        compile_regexp(pattern)
    assert str(refused.value) == f"error parsing regexp: {why}"
