import pickle

import pytest

from quorate.objects import selectors

WEB = {"app": "web", "tier": "front", "n": "10"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", True), ("app=web", True), ("app==web", True), ("app!=web", False), ("app = web , tier=front", True),
        ("app in (web, db)", True), ("app notin (web)", False), ("other notin (x)", True), ("other!=x", True),
        ("app", True), ("!app", False), ("! other", True), ("n>9", True), ("n>10", False), ("n<11", True),
        ("app>1", False), ("tier=", False), ("other=", False), ("tier in ()", False), ("in in (in)", False),
        ("app in (,web)", True), ("app in (web,)", True), ("app,tier,!x", True), ("example.com/x!=1", True),
        ("app=web,app=db", False), ("notin=in", False),
    ],
)  # fmt: skip
def test_text_selectors(text: str, found: bool) -> None:
    assert selectors.parse(text).matches(WEB) is found


QUALIFIED = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
    "character (e.g. 'MyName',  or 'my.name',  or '123-abc', "
    "regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("app=web,", "found '', expected: identifier after ','"),
        ("app in web", "unable to parse requirement: found 'web' expected: '('"),
        ("bad key=x", "unable to parse requirement: found 'key', expected: in, notin, =, ==, !=, gt, lt"),
        ("app=bad value", "found 'value', expected: ',' or 'end of string'"),
        ("-x=y", 'unable to parse requirement: <nil>: Invalid value: "-x": ' + QUALIFIED),
        (
            "n>one",
            'unable to parse requirement: values[0]: Invalid value: "one": '
            "for 'Gt', 'Lt' operators, the value must be an integer",
        ),
        ("=x", "found '=', expected: !, identifier, or 'end of string'"),
        ("a in (b", "unable to parse requirement: found '', expected: ',' or ')'"),
        ("a=(", "unable to parse requirement: found '(', expected: identifier"),
        ("!", "unable to parse requirement: found '', expected: identifier"),
    ],
)
def test_text_that_does_not_parse(text: str, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        selectors.parse(text)
    assert str(caught.value) == message


def test_a_bad_value_is_named_by_key() -> None:
    with pytest.raises(ValueError, match=r'values\[0\]\[app\]: Invalid value: "-web": a valid label must be an empty'):
        selectors.parse("app=-web")


def test_label_selectors() -> None:
    assert not selectors.matches(None, WEB)
    assert selectors.matches({}, WEB)
    assert selectors.matches({}, None)
    assert selectors.matches({"matchLabels": {"app": "web"}}, WEB)
    assert not selectors.matches({"matchLabels": {"app": "web", "x": "y"}}, WEB)
    assert selectors.matches({"matchExpressions": [{"key": "app", "operator": "In", "values": ["web"]}]}, WEB)
    assert not selectors.matches({"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["web"]}]}, WEB)
    assert selectors.matches({"matchExpressions": [{"key": "z", "operator": "DoesNotExist"}]}, WEB)
    assert not selectors.matches({"matchExpressions": [{"key": "app", "operator": "Odd"}]}, WEB)


def test_text_of_a_selector() -> None:
    spec = {
        "matchLabels": {"tier": "front", "app": "web"},
        "matchExpressions": [
            {"key": "zone", "operator": "In", "values": ["b", "a"]},
            {"key": "canary", "operator": "DoesNotExist"},
            {"key": "live", "operator": "Exists"},
        ],
    }
    assert selectors.text(spec) == "app=web,!canary,live,tier=front,zone in (a,b)"
    assert selectors.text({}) == ""
    assert selectors.text(None) == ""
    assert selectors.parse(selectors.text(spec)) == selectors.selector(spec)


def test_selectors_can_be_pickled() -> None:
    made = selectors.parse("a=b,!c")
    assert pickle.loads(pickle.dumps(made)) == made


def test_plain_label_maps() -> None:
    assert not selectors.of_labels({}).matches(WEB)
    assert selectors.of_labels({"app": "web"}).matches(WEB)


NODE = {"metadata": {"name": "node-0", "labels": {"zone": "a", "cores": "8"}}}


@pytest.mark.parametrize(
    ("terms", "found"),
    [
        ([], False), ([{}], False),
        ([{"matchExpressions": [{"key": "zone", "operator": "In", "values": ["a", "b"]}]}], True),
        ([{"matchExpressions": [{"key": "cores", "operator": "Gt", "values": ["4"]}]}], True),
        ([{"matchExpressions": [{"key": "cores", "operator": "Lt", "values": ["4"]}]}], False),
        ([{"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["node-0"]}]}], True),
        ([{"matchFields": [{"key": "metadata.name", "operator": "NotIn", "values": ["node-0"]}]}], False),
        ([{"matchExpressions": [{"key": "zone", "operator": "In", "values": ["x"]}]},
          {"matchExpressions": [{"key": "zone", "operator": "Exists"}]}], True),
        ([{"matchExpressions": [{"key": "zone", "operator": "Exists"}],
           "matchFields": [{"key": "metadata.name", "operator": "In", "values": ["node-1"]}]}], False),
    ],
)  # fmt: skip
def test_node_selectors(terms: list[dict[str, object]], found: bool) -> None:
    assert selectors.node_selector_matches({"nodeSelectorTerms": terms}, NODE) is found


def test_field_selectors() -> None:
    assert selectors.parse_fields("metadata.name=a,spec.nodeName!=").terms == (
        ("metadata.name", "=", "a"),
        ("spec.nodeName", "!=", ""),
    )
    assert selectors.parse_fields("a==b").terms == (("a", "=", "b"),)
    assert selectors.parse_fields(r"a=b\,c\=d\\").terms == (("a", "=", r"b,c=d" + "\\"),)
    assert selectors.parse_fields("").terms == ()
    assert selectors.parse_fields("a=b").matches({"a": "b"})
    assert not selectors.parse_fields("a!=").matches({})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a", "invalid selector: 'a'; can't understand 'a'"),
        ("x=1,a", "invalid selector: 'x=1,a'; can't understand 'a'"),
        (r"a=\x", r"invalid field selector: invalid escape sequence: \x"),
    ],
)
def test_field_selectors_that_do_not_parse(text: str, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        selectors.parse_fields(text)
    assert str(caught.value) == message
