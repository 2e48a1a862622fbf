"""Expressions: what they come to, what they fail with, and what keeps them from being compiled."""

from typing import Any

import pytest

from quorate.objects.cel.program import CelError, CompileError, compile_text
from quorate.objects.cel.types import BOOL, DOUBLE, DYN, INT, STRING, Type, list_of, map_of
from quorate.objects.cel.values import MapList, SetList

ITEM = Type("object", name="self.items", fields={"n": INT})
SELF = Type(
    "object",
    name="self",
    fields={
        "min": INT, "max": INT, "name": STRING, "ratio": DOUBLE, "flag": BOOL, "items": list_of(ITEM),
        "map": map_of(STRING, STRING), "free": DYN, "x__dash__y": INT, "__namespace__": STRING,
    },
    raw={"x__dash__y": "x-y", "__namespace__": "namespace"},
)  # fmt: skip


def run(text: str, self: Any = None) -> Any:
    return compile_text(text, {"self": SELF}).run({"self": {} if self is None else self})


@pytest.mark.parametrize(
    ("text", "self", "wanted"),
    [
        ("self.min <= self.max", {"min": 1, "max": 1}, True),
        ("self.min < 1.5", {"min": 1}, True),
        ("self.ratio / 2.0", {"ratio": 3.0}, 1.5),
        ("-7 / 2", None, -3),
        ("-7 % 2", None, -1),
        ("-9223372036854775808", None, -(2**63)),
        ("0xff + 1", None, 256),
        ("1u + 2u", None, 3),
        ("'a' + \"b\" + r'\\n' + '\\u00e9'", None, "ab\\né"),
        ("'''it's'''", None, "it's"),
        ("b'abc' == bytes('abc')", None, True),
        ("[1, 2] + [3]", None, [1, 2, 3]),
        ("{'a': 1}.a", None, 1),
        ("{'a': 1}['a']", None, 1),
        ("'b' in {'a': 1}", None, False),
        ("2 in [1, 2]", None, True),
        ("has(self.name) ? 'yes' : 'no'", {}, "no"),
        ("has(self.name)", {"name": None}, False),
        ("!has(self.name) || self.name.startsWith('a')", {"name": "abc"}, True),
        ("self.x__dash__y == 3", {"x-y": 3}, True),
        ("self.__namespace__", {"namespace": "a"}, "a"),
        ("self.free.a.b == 1.0", {"free": {"a": {"b": 1}}}, True),
        ("dyn('a') == 1", None, False),
        ("dyn(1) == dyn(true)", None, False),
        ("type(1) == int && type('') == string", None, True),
        ("false && self.name == 'a'", {}, False),
        ("self.name == 'a' && false", {}, False),
        ("self.name == 'a' || true", {}, True),
        ("self.items.all(i, i.n > 0)", {"items": [{"n": 1}, {"n": 2}]}, True),
        ("self.items.all(i, i.n > 1)", {"items": [{}, {"n": 1}]}, False),
        ("self.items.exists(i, i.n > 1)", {"items": [{}, {"n": 2}]}, True),
        ("self.items.exists_one(i, i.n == 1)", {"items": [{"n": 1}, {"n": 1}]}, False),
        ("self.items.map(i, i.n).sum()", {"items": [{"n": 1}, {"n": 2}]}, 3),
        ("self.items.map(i, i.n > 1, i.n * 10)", {"items": [{"n": 1}, {"n": 2}]}, [20]),
        ("self.items.filter(i, i.n > 1).size()", {"items": [{"n": 1}, {"n": 2}]}, 1),
        ("self.map.all(k, self.map[k].size() > 1)", {"map": {"a": "xx"}}, True),
        ("self.map.exists(k, v, k == v)", {"map": {"a": "a"}}, True),
        ("self.items.all(i, item, item.n > i)", {"items": [{"n": 1}, {"n": 2}]}, True),
        ("{'a': 1}.transformMap(k, v, v + 1)", None, {"a": 2}),
        ("[1, 2].transformList(i, v, i + v)", None, [1, 3]),
        ("{'a': 'b'}.transformMapEntry(k, v, {v: k})", None, {"b": "a"}),
        ("self.?name.orValue('none')", {}, "none"),
        ("self.?name.hasValue()", {"name": "a"}, True),
        ("self.map[?'a'].or(optional.of('z')).value()", {"map": {}}, "z"),
        ("optional.of(1).optMap(x, x + 1).value()", None, 2),
        ("[?optional.none(), 1]", None, [1]),
        ("{?'a': optional.none(), 'b': 1}", None, {"b": 1}),
        ("cel.bind(x, 2, x * x)", None, 4),
        ("size('é')", None, 1),
        ("string(1.0) + string(1.5) + string(true) + string(1e30)", None, "11.5true1e+30"),
        ("int('12') + int(2.9) + int(3u)", None, 17),
        ("double('1.5')", None, 1.5),
        ("'ab'.matches('^[a-z]+$')", None, True),
        ("'ab\\n'.matches('^ab$')", None, False),
        ("timestamp('2020-01-31T23:30:00Z').getDayOfMonth()", None, 30),
        ("timestamp('2020-01-31T23:30:00Z').getHours('+01:00')", None, 0),
        ("string(timestamp('2020-01-01T00:00:00.5Z') + duration('1h'))", None, "2020-01-01T01:00:00.5Z"),
        ("duration('90m').getHours()", None, 1),
        ("string(duration('1h30m'))", None, "5400s"),
        ("'%s is %d of %.1f, %x, %s'.format(['a', dyn(3), dyn(2.25), dyn(255), dyn([1])])", None, "a is 3 of 2.2, ff, [1]"),
        ("'a,b'.split(',').join('-')", None, "a-b"),
        ("'abcabc'.indexOf('c', 3)", None, 5),
        ("'hello'.substring(1, 3)", None, "el"),
        ("'Ab'.lowerAscii() + 'Ab'.upperAscii() + ' x '.trim()", None, "abABx"),
        ("'aXbX'.replace('X', 'y', 1)", None, "aybX"),
        ("'abc 123'.find('[0-9]+')", None, "123"),
        ("'1 2 3'.findAll('[0-9]', 2)", None, ["1", "2"]),
        ("[3, 1, 2].min() + [3, 1].max()", None, 4),
        ("[1, 2, 2].isSorted()", None, True),
        ("[1, 2, 1].lastIndexOf(1)", None, 2),
        ("sets.contains([1, 2], [2]) && sets.equivalent([1, 1], [1]) && !sets.intersects([1], [2])", None, True),
        ("isURL('nope') || url('https://u@a.b:80/c%20d?x=1&x=2').getHost() == 'a.b:80'", None, True),
        ("url('https://[::1]:80/').getHostname()", None, "::1"),
        ("url('https://a/?x=1&x=2').getQuery()['x']", None, ["1", "2"]),
        ("quantity('1.5Gi').isGreaterThan(quantity('1G')) && quantity('1k').add(5).asInteger() == 1005", None, True),
        ("quantity('50m').compareTo(quantity('0.05'))", None, 0),
        ("ip('10.0.0.1').family() + ip('::1').family()", None, 10),
        ("isIP('1.2.3') || isIP('::ffff:1.2.3.4')", None, False),
        ("cidr('10.0.0.0/8').containsIP('10.1.1.1') && cidr('10.0.0.0/8').containsCIDR('10.2.0.0/16')", None, True),
        ("string(cidr('10.1.2.3/8').masked())", None, "10.0.0.0/8"),
        ("format.dns1123Label().validate('ok').hasValue()", None, False),
        ("format.named('nope').hasValue()", None, False),
        ("semver('1.2.3').isLessThan(semver('1.10.0')) && isSemver('v1.2', true)", None, True),
    ],
)  # fmt: skip
def test_what_it_comes_to(text: str, self: Any, wanted: Any) -> None:
    assert run(text, self) == wanted


@pytest.mark.parametrize(
    ("text", "self", "wanted"),
    [
        ("self.min > 1", {}, "no such key: min"),
        ("self.map['a'] == ''", {"map": {}}, "no such key: a"),
        ("self.items[5].n == 1", {"items": []}, "index out of bounds: 5"),
        ("1 / 0", None, "division by zero"),
        ("1 % 0", None, "modulus by zero"),
        ("9223372036854775807 + 1", None, "integer overflow"),
        ("1u - 2u", None, "unsigned integer overflow"),
        ("dyn('a') + 1", None, "no such overload"),
        ("self.free && true", {"free": 1}, "no such overload"),
        ("int('x')", None, 'strconv.ParseInt: parsing "x": invalid syntax'),
        ("'a'.charAt(5)", None, "index out of range: 5"),
        ("optional.none().value()", None, "optional.none() dereference"),
        ("self.items.all(i, i.n > 1)", {"items": [{}, {"n": 2}]}, "no such key: n"),
    ],
)
def test_what_it_fails_with(text: str, self: Any, wanted: str) -> None:
    with pytest.raises(CelError) as failed:
        run(text, self)
    assert str(failed.value) == wanted


@pytest.mark.parametrize(
    ("text", "at", "wanted"),
    [
        ("self.nope == 1", 5, "undefined field 'nope'"),
        ("nope", 1, "undeclared reference to 'nope' (in container '')"),
        ("'a'.nope()", 9, "undeclared reference to 'nope' (in container '')"),
        ("self.name < 1", 11, "found no matching overload for '_<_' applied to '(string, int)'"),
        ("self.min == 1.0", 10, "found no matching overload for '_==_' applied to '(int, double)'"),
        ("self.min.startsWith('a')", 20, "found no matching overload for 'startsWith' applied to 'int.(string)'"),
        ("self.min ? 1 : 2", 10, "found no matching overload for '_?_:_' applied to '(int, int, int)'"),
        ("self.min && true", 10, "found no matching overload for '_&&_' applied to '(int, bool)'"),
        ("[1, 'a']", 5, "expected type 'int' but found 'string'"),
        ("self.name.x == 1", 10, "type 'string' does not support field selection"),
        (
            "self.min.all(x, true)", 5,
            "expression of type 'int' cannot be range of a comprehension (must be list, map, or dynamic)",
        ),
        ("self.items.all(x, x.n)", 15, "found no matching overload for '_&&_' applied to '(bool, int)'"),
        ("self.items.all(1, true)", 16, "argument must be a simple name"),
        ("has(self)", 5, "invalid argument to has() macro"),
        ("self.name.matches('[')", 19, "invalid matches argument"),
        ("duration('x') > duration('1s')", 10, "invalid duration argument"),
        ("namespace == 1", 1, "reserved identifier: namespace"),
        ("self.min == 1 1", 15, "Syntax error: extraneous input '1' expecting <EOF>"),
    ],
)  # fmt: skip
def test_what_keeps_it_from_being_compiled(text: str, at: int, wanted: str) -> None:
    with pytest.raises(CompileError) as failed:
        compile_text(text, {"self": SELF})
    assert str(failed.value) == f"ERROR: <input>:1:{at}: {wanted}\n | {text}\n | {'.' * (at - 1)}^"


def test_every_problem_is_told_in_order() -> None:
    with pytest.raises(CompileError) as failed:
        compile_text("self.a == 1 &&\n self.b", {"self": SELF})
    assert [line for line in str(failed.value).split("\n") if line.startswith("ERROR")] == [
        "ERROR: <input>:1:5: undefined field 'a'", "ERROR: <input>:2:6: undefined field 'b'",
    ]  # fmt: skip


def test_it_knows_which_variables_it_uses() -> None:
    made = compile_text("[1].all(old, old == self.min)", {"self": SELF, "old": SELF})
    assert made.uses == {"self"}
    assert made.type is BOOL


def test_lists_that_are_sets_or_maps_compare_without_order() -> None:
    variables = {"a": list_of(DYN), "b": list_of(DYN)}
    same, joined = compile_text("a == b", variables), compile_text("a + b", variables)
    assert same.run({"a": SetList([1, 2]), "b": SetList([2, 1])})
    assert joined.run({"a": SetList([1, 2]), "b": SetList([2, 3])}) == [1, 2, 3]
    left = MapList([{"k": 1, "v": 1}, {"k": 2}], ("k",))
    right = MapList([{"k": 2}, {"k": 1, "v": 1}], ("k",))
    assert same.run({"a": left, "b": right})
    assert joined.run({"a": left, "b": MapList([{"k": 1, "v": 9}, {"k": 3}], ("k",))}) == [
        {"k": 1, "v": 9}, {"k": 2}, {"k": 3},
    ]  # fmt: skip
