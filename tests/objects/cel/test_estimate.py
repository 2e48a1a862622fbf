"""What expressions may cost at most: the figures are those of real Kubernetes for the same schemas."""

from typing import Any

import pytest

from quorate.apiserver.custom.rule_types import type_of
from quorate.objects.cel.program import compile_text
from quorate.objects.cel.types import DYN

Schema = dict[str, Any]
STRING: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
WITH_REQUIRED: Schema = {
    "type": "object",
    "properties": {"required": STRING, "optional": STRING},
    "required": ["required"],
}
INT_OR_STRING: Schema = {"x-kubernetes-int-or-string": True}


def of(type: str, **more: Any) -> Schema:
    return {"type": type, **more}


def array(items: Schema, **more: Any) -> Schema:
    return {"type": "array", "items": items, **more}


def mapping(values: Schema, **more: Any) -> Schema:
    return {"type": "object", "additionalProperties": values, **more}


def format(name: str) -> Schema:
    return {"type": "string", "format": name}


def cost(rule: str, schema: Schema) -> int:
    type = type_of(schema)
    assert type is not None
    return compile_text(rule, {"self": type, "oldSelf": type}).most(type)


NESTED = mapping(WITH_REQUIRED)


@pytest.mark.parametrize(
    ("rule", "schema", "wanted"),
    [
        ("self.all(x, true)", array(NUMBER), 4718591),
        ("self.all(x, true)", array(NUMBER, maxItems=10), 32),
        ("self.all(x, true)", array(STRING), 3145727),
        ("self.all(x, true)", array(of("boolean")), 1887437),
        ("self.all(x, true)", array(array(NUMBER)), 3145727),
        ("self.all(x, true)", array(WITH_REQUIRED), 555128),
        ("self.all(x, true)", mapping(NUMBER), 1348169),
        ("self.all(x, true)", mapping(STRING), 1179647),
        ("self.all(x, true)", mapping(of("boolean")), 943718),
        ("self.all(x, true)", array(INT_OR_STRING), 4718591),
        ("self.all(x, true)", array(format("duration")), 2359295),
        ("self.all(x, true)", array(format("date")), 725936),
        ("self.all(x, true)", array(format("date-time")), 428963),
        ("self.all(x, true)", NESTED, 428963),
        ("self.all(x, true)", mapping(mapping(NUMBER)), 1179647),
        ("self.all(x, true)", mapping(format("date-time"), maxProperties=25), 77),
        ("self.contains('test')", STRING, 314574),
        ("self.contains('test')", of("string", maxLength=10), 5),
        ("self.startsWith('test')", STRING, 2),
        ("size(self + \"hello\") > size(\"hello\")", STRING, 314578),
        ("size(self + \"hello\") > size(\"hello\")", of("string", maxLength=4), 7),
        ("self[1] == 0.0", array(NUMBER), 2),
        ("self[1] == self[1]", array(STRING), 314577),
        ("self.all(x, self.all(y, true))", array(NUMBER, maxItems=10), 352),
        ("self.all(x, self.all(y, self.all(z, true)))", array(NUMBER, maxItems=10), 3552),
        ("self.matches(\"x\")", STRING, 314574),
        ("self.matches(\"x\")", of("string", maxLength=50), 22),
        ("\"\".matches(\"(((((((((())))))))))[0-9]\")", STRING, 7),
        ("self.matches(\"\")", STRING, 1),
        ("self.all(x, x.contains(self[x]))", mapping(STRING), 2752507),
        ("self.all(x, x.contains(self[x]))", mapping(of("string", maxLength=10), maxProperties=10), 72),
        ("self[\"x\"] == 0.0", mapping(NUMBER), 2),
        ("self == \"x\"", STRING, 2),
        ("self == \"x\"", of("string", maxLength=0), 1),
        ("self == b\"x\"", format("byte"), 2),
        ("self.all(x, x == 0.0)", array(NUMBER), 6291454),
        ("self.all(x, x[\"y\"].required == \"z\")", array(mapping(WITH_REQUIRED)), 7340027),
        ("self.all(x, x[\"y\"].required == \"z\")", array(mapping(WITH_REQUIRED), maxItems=10), 72),
        ("self[0] == 5", array(INT_OR_STRING), 3),
        ("self[0] == null", array(WITH_REQUIRED), 2),
        ("self[0][0] == -1.0", array(array(NUMBER)), 3),
        ("self.all(x, x.y == 25.2)", array(mapping(NUMBER)), 6291452),
        ("self[0].x > 2.0", array(mapping(NUMBER)), 4),
        ("self[0].getHours() == 2", array(format("duration")), 4),
        ("self.find('[0-9]+') == ''", STRING, 629147),
        ("self.find('[0-9]+') == ''", of("string", maxLength=10), 11),
        ("self.join(' ') == 'aa bb'", array(STRING), 329853068905),
        ("self.join(' ') == 'aa bb'", array(of("string", maxLength=10), maxItems=10), 43),
        ("self.isSorted() == true", array(STRING), 329854432052),
        ("self.isSorted() == true", array(of("string", maxLength=10), maxItems=10), 52),
        ("self.str.split(self.separator) == []", of("object", properties={"str": STRING, "separator": STRING}), 629160),
        ("self.lowerAscii() == 'lower!'", STRING, 314575),
        ("oldSelf.size() == self.size()", mapping(of("integer")), 5),
        ("self[\"a\"] == self[\"b\"]", mapping(format("date-time")), 8),
        ("self[\"c\"] == self[\"d\"]", mapping(format("duration")), 8),
        ("self.contains('A')", of("string", enum=["A", "B", "LongValue"]), 2),
        ("self.contains('A')", of("string", enum=["A"], maxLength=1000), 401),
    ],
)  # fmt: skip
def test_the_cost_of_a_rule(rule: str, schema: Schema, wanted: int) -> None:
    assert cost(rule, schema) == wanted


def test_replacing_may_make_a_text_longer() -> None:
    def schema(most: int | None) -> Schema:
        text = STRING if most is None else of("string", maxLength=most)
        return of("object", properties={
            "str": text, "before": of("string", maxLength=2), "after": of("string", maxLength=4),
        })  # fmt: skip

    rule = "self.str.replace(self.before, self.after) == 'does not matter'"
    assert [cost(rule, schema(None)), cost(rule, schema(4))] == [629154, 12]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("[1, 2, 3, 4, 5].sum()", 15),
        ("[uint(1), uint(2), uint(3), uint(4), uint(5)].max()", 20),
        ("[1, 2, 3, 4, 5].indexOf(3)", 15),
        ("'01234567890123456789012345678901234567890123456789'.indexOf('123')", 5),
        ("url('https:://kubernetes.io/').getScheme()", 4),
        ("'ABCDEFGHIJ abcdefghij'.lowerAscii() == 'abcdefghij ABCDEFGHIJ'.lowerAscii()", 9),
        ("strings.quote('ABCDEFGHIJ abcdefghij')", 3),
        ("'abc 123 def 123'.replace('', 'x')", 3),
        ("'abc 123 def 123'.split(' ', 1)", 3),
        ("'abc 123 def 123'.findAll('123', 1)", 2),
        ("quantity(\"50k\").add(20).sub(quantity(\"100k\")).asInteger() > 0", 6),
        ("quantity(\"50.703k\").asApproximateFloat() > 0.0", 3),
        ("sets.contains([], [])", 21), ("sets.contains([1, 2, 3, 4], [2, 3])", 29), ("sets.contains([1], [1, 1])", 23),
        ("sets.equivalent([1, 2, 3], [3, 2, 1])", 39), ("!sets.intersects([1], [])", 22),
        ("cel.bind(x, 'abc', x.startsWith('a') && x.endsWith('c'))", 14),
    ],
)  # fmt: skip
def test_the_cost_of_what_is_written_out(text: str, wanted: int) -> None:
    assert compile_text(text, {}).most(DYN) == wanted


def test_what_cannot_be_bounded_costs_most() -> None:
    assert cost("self.all(x, self.all(y, x == y))", array(STRING)) > 10**11
    assert cost("self.map(x, x + x).filter(x, x != 'a').size() > 0", array(STRING)) > 10**6
