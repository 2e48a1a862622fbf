import pytest

from quorate.objects.duplicates import json_duplicates, yaml_duplicates


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (b'{"data":{"a":"b","a":"c"},"data":{"d":"e"}}', ('duplicate field "data.a"', 'duplicate field "data"')),
        (b'{"spec":{"ports":[{"port":1},{"port":1,"port":2}]}}', ('duplicate field "spec.ports[1].port"',)),
        (b'{"a":{"x":1},"b":{"x":1}}', ()),
        (b"[]", ()),
        (b"not json", ()),
    ],
)
def test_json(raw: bytes, found: tuple[str, ...]) -> None:
    assert json_duplicates(raw) == found


def test_yaml() -> None:
    body = b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: s}\ndata: {a: b}\ndata: {d: e}\nextra: 1\n"
    assert yaml_duplicates(body) == ('yaml: unmarshal errors:\n  line 5: key "data" already set in map',)
    twice = b"a: 1\nb:\n- c: 1\n  c: 2\na: 2\n"
    assert yaml_duplicates(twice) == (
        'yaml: unmarshal errors:\n  line 4: key "c" already set in map\n  line 5: key "a" already set in map',
    )
    assert yaml_duplicates(b"a: {x: 1}\nb: {x: 1}\n") == ()
    assert yaml_duplicates(b"a: [") == ()
    assert yaml_duplicates(b"") == ()
