"""Admission webhooks, answered by functions in the same process."""

import base64
from functools import partial
from typing import Any

import orjson
import pytest

from quorate.apiserver.admission.hooks.functions import unreachable
from quorate.contract.webhooks import CannotCall

Obj = dict[str, Any]
MAPS = "/api/v1/namespaces/default/configmaps"
ALLOW: Obj = {"allowed": True}


def rule(resource: str, group: str = "", operations: tuple[str, ...] = ("CREATE", "UPDATE"), **more: Any) -> Obj:
    return {
        "apiGroups": [group], "apiVersions": ["*"], "resources": [resource], "operations": list(operations), **more,
    }  # fmt: skip


def answered(answer: Obj, _: Obj) -> Obj:
    return answer


def always(**answer: Any) -> Any:
    return partial(answered, answer)


class Notes:
    """Answers as told, and keeps what it was asked."""

    def __init__(self, answer: Obj | None = None) -> None:
        self.asked: list[Obj] = []
        self.answer = answer or ALLOW

    def __call__(self, request: Obj) -> Obj:
        self.asked.append(request)
        return self.answer


@pytest.mark.parametrize(
    ("status", "code", "reason", "message"),
    [
        ({"message": "not today"}, 400, None, ": not today"),
        ({"message": "not today", "code": 403, "reason": "Forbidden"}, 403, "Forbidden", ": not today"),
        ({"reason": "Expired"}, 400, "Expired", ": Expired"),
        ({"code": 200, "message": "fine?"}, 400, None, ": fine?"),
        (None, 400, None, " without explanation"),
    ],
)
def test_a_denial_is_told_in_the_webhooks_name(api: Any, status: Any, code: int, reason: Any, message: str) -> None:
    api.hook(always(allowed=False, status=status))
    said = api.map()
    assert (said["_code"], said["code"], said.get("reason")) == (code, code, reason)
    assert said["message"] == f'admission webhook "check.ex.io" denied the request{message}'


def test_the_request_is_told_as_an_admission_review(api: Any) -> None:
    notes = Notes()
    api.hook(notes, rules=[rule("configmaps", operations=("*",))])
    api.map("a", {"k": "1"})
    api.merge(f"{MAPS}/a", {"data": {"k": "2"}}, dryRun="All", fieldManager="me")
    api("DELETE", f"{MAPS}/a", {"gracePeriodSeconds": 0})
    created, updated, deleted = notes.asked
    gvk = {"group": "", "version": "v1", "kind": "ConfigMap"}
    gvr = {"group": "", "version": "v1", "resource": "configmaps"}
    assert created["kind"] == created["requestKind"] == gvk
    assert created["resource"] == created["requestResource"] == gvr
    assert (created["name"], created["namespace"], created["operation"]) == ("a", "default", "CREATE")
    assert created["object"]["data"] == {"k": "1"} and created["oldObject"] is None
    assert created["userInfo"] == {"username": "system:admin", "groups": ["system:masters", "system:authenticated"]}
    assert created["options"]["kind"] == "CreateOptions" and created["dryRun"] is False
    assert (updated["operation"], updated["dryRun"]) == ("UPDATE", True)
    assert updated["options"] == {
        "kind": "UpdateOptions", "apiVersion": "meta.k8s.io/v1", "dryRun": ["All"], "fieldManager": "me",
        "fieldValidation": "Warn",
    }  # fmt: skip
    assert (updated["oldObject"]["data"], updated["object"]["data"]) == ({"k": "1"}, {"k": "2"})
    assert deleted["object"] is None and deleted["oldObject"]["metadata"]["name"] == "a"
    assert deleted["options"]["gracePeriodSeconds"] == 0
    assert len({request["uid"] for request in notes.asked}) == 3


def test_what_the_server_sets_is_told_once_it_is_set(api: Any) -> None:
    first, last = Notes(), Notes()
    api.hook(first, name="first.ex.io", kind="Mutating")
    api.hook(last)
    made = api("POST", MAPS, {"metadata": {"generateName": "x-"}})
    (before,), (after,) = first.asked, last.asked
    assert "name" not in before and not {"name", "uid"} & before["object"]["metadata"].keys()
    assert before["object"]["metadata"]["creationTimestamp"] is None
    assert after["name"] == after["object"]["metadata"]["name"] == made["metadata"]["name"]
    assert after["object"]["metadata"]["uid"] == made["metadata"]["uid"]
    assert made["metadata"]["name"].startswith("x-")


@pytest.mark.parametrize("kind", ["Validating", "Mutating"])
def test_a_webhook_with_side_effects_refuses_dry_runs(api: Any, kind: str) -> None:
    api.hook(always(allowed=True), kind=kind, failurePolicy="Ignore")
    resource = f"{kind.lower()}webhookconfigurations.admissionregistration.k8s.io"
    kept = api.world.store.get(resource, "", "check.ex.io")
    # Only what was stored by an older server has some.
    api.world.store.put(resource, {**kept, "webhooks": [{**kept["webhooks"][0], "sideEffects": "Some"}]})
    said = api("POST", MAPS, {"metadata": {"name": "a"}}, dryRun="All")
    assert (said["code"], said["message"]) == (400, 'admission webhook "check.ex.io" does not support dry run')
    assert api("POST", MAPS, {"metadata": {"name": "a"}})["_code"] == 201


def test_evictions_and_bindings_are_told(api: Any) -> None:
    notes = Notes()
    api.hook(notes, rules=[rule("pods/*"), rule("pods", operations=("DELETE",))])
    spec = {"containers": [{"name": "c", "image": "i"}]}
    api("POST", "/api/v1/namespaces/default/pods", {"metadata": {"name": "p"}, "spec": spec})
    assert api("POST", "/api/v1/namespaces/default/pods/p/eviction", {
        "apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": "p"},
    })["_code"] == 201  # fmt: skip
    told = [
        (a["operation"], a["kind"]["kind"], a["resource"]["resource"], a.get("subResource", "")) for a in notes.asked
    ]
    assert ("CREATE", "Binding", "pods", "binding") in told
    assert ("CREATE", "Eviction", "pods", "eviction") in told
    assert ("DELETE", "Pod", "pods", "") in told
    evicted = next(a for a in notes.asked if a.get("subResource") == "eviction")
    assert evicted["object"]["kind"] == "Eviction" and evicted["name"] == "p" and evicted["namespace"] == "default"


FAILS = 'Internal error occurred: failed calling webhook "check.ex.io": '
POST = 'Post "https://hooks.ex.io/check?timeout=10s": '


def times_out(_: Obj) -> Obj:
    raise CannotCall("context deadline exceeded")


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (unreachable, f"failed to call webhook: {POST}dial tcp: connect: connection refused"),
        (times_out, f"failed to call webhook: {POST}context deadline exceeded"),
        (always(allowed=True, uid="x"), 'received invalid webhook response: expected response.uid="'),
        (
            always(allowed=True, patch="W10="),
            "received invalid webhook response: validating webhook may not return response.patch",
        ),
        (partial(answered, None), "received invalid webhook response: webhook response was absent"),
    ],
)
def test_who_does_not_answer_fails_the_request_or_not(api: Any, function: Any, message: str) -> None:
    api.hook(function)
    said = api.map()
    assert (said["_code"], said["reason"]) == (500, "InternalError")
    assert said["message"].startswith(FAILS + message)
    assert said["details"]["causes"][0]["message"] == said["message"].removeprefix("Internal error occurred: ")
    path = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/check.ex.io"
    found = api("GET", path)
    found["webhooks"][0]["failurePolicy"] = "Ignore"
    assert api("PUT", path, {k: v for k, v in found.items() if not k.startswith("_")})["_code"] == 200
    assert api.map()["_code"] == 201


@pytest.mark.parametrize(
    ("more", "asked"),
    [
        ({}, 1),
        ({"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "default"}}}, 1),
        ({"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "other"}}}, 0),
        ({"objectSelector": {"matchLabels": {"team": "a"}}}, 1),
        ({"objectSelector": {"matchExpressions": [{"key": "team", "operator": "DoesNotExist"}]}}, 0),
        ({"rules": [rule("configmaps", scope="Cluster")]}, 0),
        ({"rules": [rule("configmaps", scope="Namespaced")]}, 1),
        ({"rules": [rule("*")]}, 1),
        ({"rules": [rule("*/*")]}, 1),
        ({"rules": [rule("configmaps/status")]}, 0),
        ({"rules": [rule("configmaps", "apps")]}, 0),
        ({"rules": [rule("configmaps", operations=("DELETE",))]}, 0),
        ({"matchConditions": [{"name": "x", "expression": "object.data.k == '1'"}]}, 1),
        ({"matchConditions": [{"name": "x", "expression": "request.userInfo.username == 'nobody'"}]}, 0),
    ],
)  # fmt: skip
def test_who_is_asked(api: Any, more: Obj, asked: int) -> None:
    notes = Notes()
    made = api.hook(notes, **more)
    assert made["_code"] == 201, made
    api.map("a", {"k": "1"}, labels={"team": "a"})
    assert len(notes.asked) == asked


def test_a_condition_that_cannot_be_told_is_decided_by_the_failure_policy(api: Any) -> None:
    notes = Notes()
    api.hook(notes, matchConditions=[{"name": "x", "expression": "object.data.missing == '1'"}])
    said = api.map("a", {"k": "1"})
    assert (said["_code"], said["reason"]) == (403, "Forbidden")
    assert said["message"] == (
        "configmaps \"a\" is forbidden: expression 'object.data.missing == '1'' resulted in error: no such key: missing"
    )
    assert notes.asked == []


def test_configurations_cannot_be_guarded(api: Any) -> None:
    notes = Notes({"allowed": False})
    api.hook(notes, rules=[rule("*", "*", ("*",))])
    path = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/check.ex.io"
    assert api("DELETE", path)["_code"] == 200
    assert not any("webhook" in request["resource"]["resource"] for request in notes.asked)


def test_equivalent_versions_are_asked_about_at_the_version_that_the_rule_names(api: Any) -> None:
    notes = Notes()
    exact = Notes()
    rules = [{**rule("horizontalpodautoscalers", "autoscaling"), "apiVersions": ["v2"]}]
    api.hook(notes, rules=rules)
    api.hook(exact, name="exact.ex.io", rules=rules, matchPolicy="Exact")
    made = api("POST", "/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers", {
        "metadata": {"name": "a"}, "spec": {
            "maxReplicas": 3, "targetCPUUtilizationPercentage": 70,
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "x"},
        },
    })  # fmt: skip
    assert made["_code"] == 201, made
    asked = notes.asked[0]
    assert (asked["kind"]["version"], asked["requestKind"]["version"]) == ("v2", "v1")
    assert asked["object"]["apiVersion"] == "autoscaling/v2" and asked["object"]["spec"]["metrics"]
    assert not [request for request in exact.asked if request["requestKind"]["version"] == "v1"]


def test_warnings_are_told_whatever_the_verdict(api: Any) -> None:
    api.hook(always(allowed=True, warnings=["careful"]))
    assert api.map()["_warnings"] == ['"careful"']
    api.hook(always(allowed=False, warnings=["told you"]), name="next.ex.io")
    assert api.map("b")["_warnings"] == ['"careful"', '"told you"']


# -- mutating


def patched(*operations: Obj) -> Any:
    return always(allowed=True, patch=list(operations))


def test_a_patch_is_applied_and_what_it_leaves_is_checked(api: Any) -> None:
    raw = orjson.dumps([{"op": "add", "path": "/data/added", "value": "yes"}])
    api.hook(
        always(allowed=True, patchType="JSONPatch", patch=base64.b64encode(raw).decode()), kind="Mutating"
    )  # fmt: skip
    made = api.map("a", {"k": "1"})
    assert (made["_code"], made["data"]) == (201, {"k": "1", "added": "yes"})
    owned = made["metadata"]["managedFields"][0]["fieldsV1"]["f:data"]
    assert "f:added" not in owned
    api.hook(patched({"op": "add", "path": "/data/bad key", "value": "x"}), name="worse.ex.io", kind="Mutating")
    assert api.map("b", {"k": "1"})["_code"] == 422
    assert api.map("b")["message"].startswith("Internal error occurred: ")  # there are no data to add to


def test_one_after_another_and_again_where_asked_for(api: Any) -> None:
    first, second = Notes(), Notes({"allowed": True, "patch": [{"op": "add", "path": "/data/second", "value": "x"}]})
    api.hook(first, name="a.ex.io", kind="Mutating", reinvocationPolicy="IfNeeded")
    api.hook(second, name="b.ex.io", kind="Mutating")
    made = api.map("a", {"k": "1"})
    assert made["data"] == {"k": "1", "second": "x"}
    assert [r["object"]["data"] for r in first.asked] == [{"k": "1"}, {"k": "1", "second": "x"}]
    assert len(second.asked) == 1


def test_generation_follows_what_webhooks_leave(api: Any) -> None:
    body = {
        "metadata": {"name": "web"},
        "spec": {
            "replicas": 1, "selector": {"matchLabels": {"a": "b"}},
            "template": {
                "metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "m", "image": "i"}]},
            },
        },
    }  # fmt: skip
    path = "/apis/apps/v1/namespaces/default/deployments"
    api("POST", path, body)
    api.hook(
        patched({"op": "replace", "path": "/spec/replicas", "value": 1}), kind="Mutating", rules=[rule("deployments", "apps")]
    )  # fmt: skip
    made = api.merge(f"{path}/web", {"spec": {"replicas": 5}})
    assert (made["spec"]["replicas"], made["metadata"]["generation"]) == (1, 1)


def test_pods_that_controllers_make_are_changed_too(api: Any) -> None:
    sidecar = {"name": "side", "image": "proxy"}
    api.hook(
        patched({"op": "add", "path": "/spec/containers/-", "value": sidecar}), kind="Mutating",
        rules=[rule("pods", operations=("CREATE",))],
    )  # fmt: skip
    api("POST", "/apis/apps/v1/namespaces/default/statefulsets", {
        "metadata": {"name": "db"},
        "spec": {
            "serviceName": "db", "selector": {"matchLabels": {"a": "b"}},
            "template": {
                "metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "m", "image": "i"}]},
            },
        },
    })  # fmt: skip
    api.world.run_for(60_000_000)
    pod = api("GET", "/api/v1/namespaces/default/pods/db-0")
    assert [c["name"] for c in pod["spec"]["containers"]] == ["m", "side"]
    assert pod["spec"]["containers"][1]["imagePullPolicy"] == "Always"
    assert pod["status"]["phase"] == "Running" and len(pod["status"]["containerStatuses"]) == 2


def test_a_patch_of_a_deletion_is_an_error(api: Any) -> None:
    api.map()
    api.hook(
        patched({"op": "add", "path": "/data", "value": {}}),
        kind="Mutating",
        rules=[rule("configmaps", operations=("DELETE",))],
    )
    said = api("DELETE", f"{MAPS}/a")
    assert (said["_code"], said["message"]) == (
        500,
        'Internal error occurred: admission webhook "check.ex.io" attempted to modify the object, which is not supported '
        "for this operation",
    )


def test_a_forked_world_keeps_its_functions(api: Any) -> None:
    api.hook(always(allowed=False))
    fork = type(api)(api.world.fork())
    assert fork.map()["_code"] == 400 and api.map()["_code"] == 400


def test_a_webhook_without_a_function_lets_everything_pass(api: Any) -> None:
    api.hook(None)
    assert api.map()["_code"] == 201


# -- configurations


def test_what_is_left_out_is_filled_in(api: Any) -> None:
    made = api.hook(
        kind="Mutating", clientConfig={"service": {"name": "s", "namespace": "n", "path": "/x"}}
    )["webhooks"][0]  # fmt: skip
    assert made == {
        "name": "check.ex.io", "clientConfig": {"service": {"namespace": "n", "name": "s", "path": "/x", "port": 443}},
        "rules": [{**rule("configmaps"), "scope": "*"}], "failurePolicy": "Fail", "matchPolicy": "Equivalent",
        "namespaceSelector": {}, "objectSelector": {}, "sideEffects": "None", "timeoutSeconds": 10,
        "admissionReviewVersions": ["v1"], "reinvocationPolicy": "Never",
    }  # fmt: skip
