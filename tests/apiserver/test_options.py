from typing import Any

import pytest

from quorate.apiserver.http import HttpRequest
from quorate.apiserver.options import agent, delete_options, flag, list_query, number, write_options
from quorate.apiserver.request import Options
from quorate.contract.failures import Refused


def request(query: dict[str, str], body: bytes = b"", content_type: str = "") -> HttpRequest:
    return HttpRequest("POST", "/", query, {"user-agent": "kubectl/v1.33", "content-type": content_type}, body)


def refusal(query: dict[str, str], kind: str = "CreateOptions", patch: str = "") -> Refused:
    with pytest.raises(Refused) as refused:
        write_options(request(query), kind, patch)
    return refused.value


def test_without_parameters_the_manager_is_the_program_that_asks() -> None:
    assert write_options(request({}), "CreateOptions") == Options(manager="kubectl")
    assert write_options(request({"fieldManager": "me"}), "CreateOptions").manager == "me"


@pytest.mark.parametrize(
    ("user_agent", "manager"),
    [("kubectl/v1", "kubectl"), ("my agent", "my agent"), ("", "unknown"), ("a\tb/1", "ab"), ("é" * 100, "é" * 64)],
)
def test_the_name_of_a_program(user_agent: str, manager: str) -> None:
    assert agent(user_agent) == manager


@pytest.mark.parametrize(
    ("query", "kind", "patch", "field", "message"),
    [
        ({"fieldValidation": "strict"}, "UpdateOptions", "", "fieldValidation",
         'Unsupported value: "strict": supported values: "", "Ignore", "Strict", "Warn"'),
        ({"dryRun": "Some"}, "CreateOptions", "", "dryRun", 'Unsupported value: ["Some"]: supported values: "All"'),
        ({"fieldManager": "a" * 129}, "PatchOptions", "apply", "fieldManager", "Too long: may not be more than 128 bytes"),
        ({"fieldManager": "a\u0001"}, "CreateOptions", "", "fieldManager",
         'Invalid value: "a\\u0001": invalid character U+0001 (at position 1)'),
        ({"force": "true"}, "PatchOptions", "merge", "force", "Forbidden: may not be specified for non-apply patch"),
        ({"force": "true"}, "PatchOptions", "apply", "fieldManager", "Required value: is required for apply patch"),
    ],
)  # fmt: skip
def test_options_are_checked(query: dict[str, str], kind: str, patch: str, field: str, message: str) -> None:
    wrong = refusal(query, kind, patch)
    assert wrong.code == 422
    assert wrong.message == f'{kind}.meta.k8s.io "" is invalid: {field}: {message}'
    assert wrong.details is not None
    assert wrong.details["group"] == "meta.k8s.io" and wrong.details["kind"] == kind
    assert [cause["field"] for cause in wrong.details["causes"]] == [field]


def test_an_apply_without_any_parameter_lacks_its_manager() -> None:
    assert "is required for apply patch" in refusal({}, "PatchOptions", "apply").message


@pytest.mark.parametrize(
    ("text", "value"), [(None, None), ("", True), ("true", True), ("x", True), ("False", False), ("0", False)]
)
def test_a_flag_that_is_there_is_up(text: str | None, value: bool | None) -> None:
    assert flag(text) is value


@pytest.mark.parametrize("text", ["", "x", "1.5", "²", "--1", "9223372036854775808", "9" * 30])
def test_what_is_no_number_of_64_bits_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        number(text)
    assert refused.value.code == 400
    assert refused.value.message.startswith("strconv.ParseInt: parsing ")


def test_numbers() -> None:
    assert (number(None), number("5"), number("-1"), number("+7")) == (None, 5, -1, 7)


def test_delete_options_come_from_the_body_alone_when_there_is_one() -> None:
    body = b'{"gracePeriodSeconds":5,"preconditions":{"uid":"u","resourceVersion":"3"},"propagationPolicy":"Orphan"}'
    found = delete_options(request({"gracePeriodSeconds": "9", "dryRun": "All"}, body))
    assert (found.grace_seconds, found.uid, found.resource_version, found.propagation) == (5, "u", "3", "Orphan")
    assert not found.dry_run
    found = delete_options(request({"gracePeriodSeconds": "9", "dryRun": "All", "orphanDependents": "false"}))
    assert (found.grace_seconds, found.dry_run, found.orphan_dependents) == (9, True, False)
    assert delete_options(request({}, b"propagationPolicy: Foreground", "application/yaml")).propagation == "Foreground"
    assert delete_options(request({}, b"null")) == delete_options(request({}, b"null", "application/yaml"))


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        (b'{"propagationPolicy":"Sideways"}', 422,
         'propagationPolicy: Unsupported value: "Sideways": supported values: "Foreground", "Background", "Orphan", "nil"'),
        (b'{"propagationPolicy":"Orphan","orphanDependents":true}', 422,
         'Invalid value: "Orphan": orphanDependents and deletionPropagation cannot be both set'),
        (b'{"dryRun":["x"]}', 422, 'dryRun: Unsupported value: ["x"]: supported values: "All"'),
        (b'{"gracePeriodSeconds":"x"}', 500, "json: cannot unmarshal string into Go struct field"),
        (b"{", 500, "couldn't get version/kind; json parse error: unexpected end of JSON input"),
        (b"[]", 500, "json: cannot unmarshal array into Go value"),
    ],
)  # fmt: skip
def test_delete_options_are_checked(body: bytes, code: int, message: str) -> None:
    with pytest.raises(Refused) as refused:
        delete_options(request({}, body))
    assert refused.value.code == code
    assert message in refused.value.message


def test_list_options() -> None:
    given: dict[str, Any] = {"limit": "2", "watch": "1", "allowWatchBookmarks": "true", "timeoutSeconds": "3"}
    found = list_query(request(given))
    assert (found.limit, found.watch, found.allow_bookmarks, found.timeout_seconds) == (2, True, True, 3)
    assert list_query(request({"sendInitialEvents": "false"})).send_initial_events is False
