"""The functions that Kubernetes and cel-go's extensions add: what they come to, and how they fail."""

from ipaddress import ip_address
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quorate.objects.cel.addresses import unparsed
from quorate.objects.cel.program import CelError, CompileError, compile_text
from quorate.objects.cel.types import DYN

IP_WRONG = 'IP Address "{0}" parse error during conversion from string: ParseAddr("{0}"): {1}'
CIDR_WRONG = (
    "network address parse error during conversion from string: network address parse error during conversion from "
    'string: netip.ParsePrefix("{0}"): {1}'
)


def run(text: str, **variables: Any) -> Any:
    return compile_text(text, dict.fromkeys(variables, DYN)).run(variables)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("type(ip('1.2.3.4')) == net.IP && type(cidr('1.2.3.0/24')) == net.CIDR", True),
        ("string(ip('2001:db8:0:0::68'))", "2001:db8::68"),
        ("ip.isCanonical('2001:DB8::68')", False),
        ("isIP('::ffff:1.2.3.4') || isIP('fe80::1%eth0') || isIP('1.2.3.04')", False),
        ("isCIDR('::ffff:1.2.3.4/24') || isCIDR('1.2.3.4/033') || isCIDR('1.2.3.4/+3')", False),
        ("cidr('192.168.0.1/24').masked() == cidr('192.168.0.0/24')", True),
        ("cidr('192.168.0.0/16').containsCIDR('192.168.10.0/24')", True),
        ("format.datetime().validate('2020-01-32T00:00:00Z').value()", ["invalid datetime"]),
        ("format.date().validate('2021-02-29').value()", ["invalid date"]),
        ("format.named('nope').hasValue()", False),
        ("semver('v01.02', true) == semver('1.2.0')", True),
        ("semver('1.0.0-alpha.1').isLessThan(semver('1.0.0-alpha.beta'))", True),
        ("isSemver('v1.0') || isSemver(' 1.0.0', true) || isSemver('1.0-a', true)", False),
        ("quantity('1.5Gi').add(quantity('512Mi')) == quantity('2Gi')", True),
        ("'%e'.format([1052.032911275])", "1.052033\u202f×\u202f10⁰³"),
        ("'%e'.format([0.00271828])", "2.718280\u202f×\u202f10⁻⁰³"),
        ("'%.2f %f'.format([1234567.891, double('-Infinity')])", "1,234,567.89 -∞"),
        ("'%f'.format(['NaN'])", "NaN"),
        ("'%b %o %x %X'.format([5, 11, 30, 30])", "101 13 1e 1E"),
        ("'%X %x'.format(['Hello', 'b'])", "48656C6C6F 62"),
        ("'100%%: %s'.format([type('')])", "100%: string"),
        ("""'%s'.format([[dyn('a"b'), dyn(3.14), dyn(null), dyn(duration('2h'))]])""",
         '["a\\"b", 3.140000, null, duration("7200s")]'),
        ("'%s'.format([{'k': b'xyz', 'a': b''}])", '{"a":b"", "k":b"xyz"}'),
    ],
)  # fmt: skip
def test_what_it_comes_to(text: str, wanted: Any) -> None:
    assert run(text) == wanted


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("", "unable to parse IP"), ("nope", "unable to parse IP"), ("192.168.0.1.0", "IPv4 address too long"),
        ("1.2.3", "IPv4 address too short"), ("1..2.3", 'IPv4 field must have at least one digit (at ".2.3")'),
        ("1.2.3.256", "IPv4 field has value >255"), ("1.2.3.04", "IPv4 field has octet with leading zero"),
        ("1.2.3.x", 'unexpected character (at "x")'), ("a.b", 'unexpected character (at "a.b")'),
        ("2001:db8:::68", 'each colon-separated field must have at least one digit (at ":68")'),
        ("2001:db8", "address string too short"), ("1::2::3", 'multiple :: in address (at ":3")'),
        ("12345::", 'each group must have 4 or less digits (at "12345::")'),
        ("::g", 'each colon-separated field must have at least one digit (at "g")'),
        ("1:2:3:4:5:6:7:8:9", 'trailing garbage after address (at "9")'),
        ("1:2:3:4:5:6:7::8", "the :: must expand to at least one field of zeros"),
        ("1:", 'colon must be followed by more characters (at ":")'),
        ("1::1.2.3", "IPv4 address too short"), ("::1%", "zone must be a non-empty string"),
    ],
)  # fmt: skip
def test_what_is_no_address(address: str, wanted: str) -> None:
    with pytest.raises(CelError) as failed:
        run("ip(address)", address=address)
    assert str(failed.value) == IP_WRONG.format(address, wanted)


@given(st.text("0123489abf:.", max_size=24) | st.ip_addresses().map(str))
def test_all_that_is_told_from_addresses_is_none(text: str) -> None:
    try:
        ip_address(text)
    except ValueError:
        assert unparsed(text)
    else:
        assert unparsed(text) == ""


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("ip('::ffff:1.2.3.4')", 'IPv4-mapped IPv6 address "::ffff:1.2.3.4" is not allowed'),
        ("ip('fe80::1%eth0')", 'IP address "fe80::1%eth0" with zone value is not allowed'),
        ("cidr('192.168.0.0/')", CIDR_WRONG.format("192.168.0.0/", 'bad bits after slash: ""')),
        ("cidr('192.168.0.0')", CIDR_WRONG.format("192.168.0.0", "no '/'")),
        ("cidr('1.2.3.4/33')", CIDR_WRONG.format("1.2.3.4/33", "prefix length out of range")),
        ("cidr('1.2.3/8')", CIDR_WRONG.format("1.2.3/8", 'ParseAddr("1.2.3"): IPv4 address too short')),
        ("semver('')", "Version string empty"),
        ("semver('v1.0')", "No Major.Minor.Patch elements found"),
        ("semver('a.1.2')", 'Invalid character(s) found in major number "a"'),
        ("semver('1.02.2')", 'Minor number must not contain leading zeroes "02"'),
        ("semver('1.2.3-')", "Prerelease is empty"),
        ("semver('1.2.3-01')", 'Numeric PreRelease version must not contain leading zeroes "01"'),
        ("semver('1.2.3+a_b')", 'Invalid character(s) found in build meta data "a_b"'),
        ("'%d'.format([dyn('a')])",
         "error during formatting: decimal clause can only be used on integers, was given string"),
        ("'%e'.format(['1'])",
         "error during formatting: scientific clause can only be used on doubles, was given string"),
        ("'%d'.format(dyn([]))", "index 0 out of range"),
        ("'%s'.format([[dyn(ip('::1'))]])", "error during formatting: no formatting function for net.IP"),
    ],
)  # fmt: skip
def test_what_it_fails_with(text: str, wanted: str) -> None:
    with pytest.raises(CelError) as failed:
        run(text)
    assert str(failed.value) == wanted


@pytest.mark.parametrize(
    ("text", "at", "wanted"),
    [
        ("'%d'.format(['a'])", 14,
         "error during formatting: decimal clause can only be used on integers, was given string"),
        ("'%s %f'.format([1, 2])", 20,
         "error during formatting: fixed-point clause can only be used on doubles, was given int"),
        ("'%s'.format([[ip('::1')]])", 17,
         "error during formatting: string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, "
         "types, durations, and timestamps, was given net.IP"),
        ("'%d %d'.format([1])", 15, "index 1 out of range"),
        ("'%d'.format([1, 2])", 12, "too many arguments supplied to string.format (expected 1, got 2)"),
        ("'%y'.format([1])", 12, 'could not parse formatting clause: unrecognized formatting clause "y"'),
        ("'%'.format([1])", 11, "unexpected end of string"),
    ],
)  # fmt: skip
def test_formats_that_are_written_out_are_looked_at_before(text: str, at: int, wanted: str) -> None:
    with pytest.raises(CompileError) as failed:
        run(text)
    assert str(failed.value).split("\n")[0] == f"ERROR: <input>:1:{at}: {wanted}"
