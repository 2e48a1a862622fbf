from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quorate.apiserver.bodies import object_body, parse_json, patch_body
from quorate.apiserver.json_errors import DEEPEST, syntax_error, too_deep
from quorate.apiserver.yaml_body import parse_yaml
from quorate.contract.failures import Refused
from quorate.objects.kinds import by_resource

CONFIG_MAP = by_resource("configmaps")
assert CONFIG_MAP is not None


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "unexpected end of JSON input"),
        ("{", "unexpected end of JSON input"),
        ('{"a"}', "invalid character '}' after object key"),
        ('{"a":1,}', "invalid character '}' looking for beginning of object key string"),
        ('{"a":1 "b":2}', "invalid character '\"' after object key:value pair"),
        ("[1 2]", "invalid character '2' after array element"),
        ("nulx", "invalid character 'x' in literal null (expecting 'l')"),
        ('"\\x"', "invalid character 'x' in string escape code"),
        ('"\\u00g0"', "invalid character 'g' in \\u hexadecimal character escape"),
        ('{"a":01}', "invalid character '1' after object key:value pair"),
        ("{} x", "invalid character 'x' after top-level value"),
        ("-x", "invalid character 'x' in numeric literal"),
        ("1.x", "invalid character 'x' after decimal point in numeric literal"),
        ("1ex", "invalid character 'x' in exponent of numeric literal"),
        ("{'a':1}", "invalid character '\\'' looking for beginning of object key string"),
        ('{"a":"\n"}', "invalid character '\\n' in string literal"),
        ("hello", "invalid character 'h' looking for beginning of value"),
        ('{"a": [1, 2.5e-3, -0, "\\u00e9", true, null]}', ""),
    ],
)
def test_malformed_json_is_told_in_the_words_of_gos_decoder(text: str, wrong: str) -> None:
    assert syntax_error(text) == wrong


@given(st.text(alphabet='{}[]",:0123456789.-+eE\\utrfalsn \n', max_size=12))
def test_what_the_parser_refuses_is_told_and_nothing_else(text: str) -> None:
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        # Go takes escapes of half characters, which orjson refuses.
        assert syntax_error(text) or "\\u" in text
    else:
        assert not syntax_error(text)


def test_nesting_has_an_end() -> None:
    assert not too_deep(b"[" * DEEPEST + b"]" * DEEPEST)
    assert too_deep(b"[" * (DEEPEST + 1))
    assert not too_deep(b'["' + b"[" * 1000 + b'"]')
    with pytest.raises(ValueError, match="exceeded max depth"):
        parse_json(b'{"a":' * 1000)


def test_half_a_character_is_replaced_as_go_does() -> None:
    assert parse_json(b'{"a":"\\ud800"}') == {"a": "\ufffd"}
    assert parse_json(b'{"a":"\xff"}') == {"a": "\ufffd"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: 1:30", "1:30"), ("a: 1e3", 1000), ("a: 010", 8), ("a: 0x1f", 31), ("a: 1_000", 1000), ("a: .5", 0.5),
        ("a: yes", True), ("a: off", False), ("a: n", False), ("a: 2020-01-01", "2020-01-01"), ("a: ~", None),
        ("a: '1'", "1"), ("a: -5", -5), ("a: 08", 8), ("a: 99999999999999999999", 1e20), ("a: [x, {b: c}]", ["x", {"b": "c"}]),
    ],
)  # fmt: skip
def test_yaml_values_are_those_of_gos_yaml(text: str, value: Any) -> None:
    assert parse_yaml(text.encode()) == {"a": value}


def test_yaml_keys_become_text_one_by_one() -> None:
    assert parse_yaml(b"y: a\n1: b\n1.5: c\n") == {"true": "a", "1": "b", "1.5": "c"}
    assert parse_yaml(b"base: &x {a: b}\nmore: {<<: *x, c: d}") == {"base": {"a": "b"}, "more": {"a": "b", "c": "d"}}


def test_of_several_yaml_documents_the_first_is_read() -> None:
    assert parse_yaml(b"a: 1\n---\nb: 2\n") == {"a": 1}
    assert parse_yaml(b"") is None


@pytest.mark.parametrize("raw", [b"a: [", b"? [a]\n: b", b"a: .inf", b"a: &a [*a]", b"\xff", b"!!python/object:x.y {}"])
def test_what_is_no_yaml_is_refused(raw: bytes) -> None:
    with pytest.raises(Refused) as refused:
        parse_yaml(raw)
    assert refused.value.code == 400


def test_aliases_that_multiply_are_refused() -> None:
    lines = ["a0: &a0 [1,1,1,1,1,1,1,1,1,1]"]
    lines += [f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 9)]
    with pytest.raises(Refused, match="excessive aliasing"):
        parse_yaml("\n".join(lines).encode())


def test_keys_written_twice_are_noticed_where_somebody_wants_to_know() -> None:
    raw = b'{"data":{"a":"b","a":"c"},"data":{"d":"e"}}'
    assert object_body(raw, "", CONFIG_MAP, "Strict").repeated == (
        'duplicate field "data.a"', 'duplicate field "data"',
    )  # fmt: skip
    assert object_body(raw, "", CONFIG_MAP, "Ignore").repeated == ()
    assert object_body(b'{"a":"x:y"}', "", CONFIG_MAP, "Strict").repeated == ()
    assert patch_body(b'[{"op":"add","op":"test"}]', "json", "Warn").repeated == (
        'json patch duplicate field "[0].op"',
    )


@pytest.mark.parametrize(
    ("raw", "content_type", "code", "message"),
    [
        (b"", "", 400, "json parse error: unexpected end of JSON input (<empty>)"),
        (b"{", "application/json", 400, "(must be of type ConfigMap): couldn't get version/kind; json parse error: "),
        (b'{"a":"' + b"x" * 40, "", 400, '({"a":"xxxxxxxxxxxxxxxxxxxxxxxx ...)'),
        (b"hello", "", 400, "(68656c6c6f)"),
        (b"{}", "text/plain", 415, "application/json, application/yaml, application/vnd.kubernetes.protobuf"),
        (b"{}", "application/vnd.kubernetes.protobuf", 400, "expected prefix [107 56 115 0]"),
    ],
)
def test_an_unreadable_body_is_refused(raw: bytes, content_type: str, code: int, message: str) -> None:
    with pytest.raises(Refused) as refused:
        object_body(raw, content_type, CONFIG_MAP, "Warn")
    assert refused.value.code == code
    assert message in refused.value.message
