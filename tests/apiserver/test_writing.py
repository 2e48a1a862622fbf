"""Writes through the door: names, versions, finalizers, patches, dry runs; and who is recorded as having written."""

from typing import Any

import orjson
import pytest

from .conftest import APPLY, CONFIG_MAPS, JSON_PATCH, MERGE, STRATEGIC, Door, config_map, deployment, pod

DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments"
STATEFUL_SETS = "/apis/apps/v1/namespaces/default/statefulsets"
PODS = "/api/v1/namespaces/default/pods"
BUDGETS = "/apis/policy/v1/namespaces/default/poddisruptionbudgets"
LEASES = "/apis/coordination.k8s.io/v1/namespaces/default/leases"
MODIFIED = "the object has been modified; please apply your changes to the latest version and try again"


# -- names and versions


def test_a_name_is_generated_and_another_tried_when_it_is_taken(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    suffixes = iter(["bbbbb", "bbbbb", "ccccc"])
    monkeypatch.setattr(door.server.chance, "suffix", lambda: next(suffixes))
    body = {"metadata": {"generateName": "gen-"}}
    assert [door.post(CONFIG_MAPS, body)["metadata"]["name"] for _ in range(2)] == ["gen-bbbbb", "gen-ccccc"]


def test_a_chosen_name_that_is_taken_is_refused(door: Door) -> None:
    body = {"metadata": {"name": "gen-aaaaa", "generateName": "gen-"}}
    door.post(CONFIG_MAPS, {"metadata": {"name": "gen-aaaaa"}})
    assert door.post(CONFIG_MAPS, {"metadata": {"generateName": "gen-"}})["metadata"]["name"] != "gen-aaaaa"
    code, status = door.ask("POST", CONFIG_MAPS, {"metadata": {"name": "chosen", "generateName": "gen-"}})
    assert (code, status["metadata"]["name"]) == (201, "chosen")
    assert door.refused("POST", CONFIG_MAPS, {"metadata": {"name": "chosen"}})[:2] == (409, "AlreadyExists")
    assert body["metadata"]["name"] == "gen-aaaaa"


def test_a_name_whose_holder_is_going_is_still_taken(door: Door) -> None:
    door.post(CONFIG_MAPS, {"metadata": {"name": "a", "finalizers": ["example.com/f"]}})
    door.ask("DELETE", f"{CONFIG_MAPS}/a")
    told = door.refused("POST", CONFIG_MAPS, config_map("a"))
    assert told == (409, "AlreadyExists", 'object is being deleted: configmaps "a" already exists')


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        (f"{CONFIG_MAPS}/a", config_map("b"), "the name of the object (b) does not match the name on the URL (a)"),
        (f"{CONFIG_MAPS}/a", {}, "the name of the object (a based on URL) was undeterminable: name must be provided"),
        (f"{CONFIG_MAPS}/a", {"metadata": {"name": "a", "namespace": "other"}},
         "the namespace of the provided object does not match the namespace sent on the request"),
    ],
)  # fmt: skip
def test_a_body_agrees_with_its_path(door: Door, path: str, body: Any, message: str) -> None:
    door.post(CONFIG_MAPS, config_map("a"))
    assert door.refused("PUT", path, body) == (400, "BadRequest", message)


def test_a_stale_version_is_a_conflict(door: Door) -> None:
    made = door.post(CONFIG_MAPS, config_map("a"))
    door.patch(f"{CONFIG_MAPS}/a", {"data": {"k": "1"}})
    code, reason, message = door.refused("PUT", f"{CONFIG_MAPS}/a", {**made, "data": {"k": "2"}})
    assert (code, reason, message) == (409, "Conflict", f'Operation cannot be fulfilled on configmaps "a": {MODIFIED}')
    assert door.ask("PUT", f"{CONFIG_MAPS}/a", config_map("a", k="3"))[0] == 200


def test_some_kinds_are_not_replaced_without_a_version(door: Door) -> None:
    body = {"metadata": {"name": "b"}, "spec": {"minAvailable": 1, "selector": {"matchLabels": {"a": "b"}}}}
    door.post(BUDGETS, body)
    code, _, message = door.refused("PUT", f"{BUDGETS}/b", body)
    assert (code, message) == (
        422,
        'poddisruptionbudgets.policy "b" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
    )


def test_some_kinds_are_made_by_a_put_and_others_not(door: Door) -> None:
    assert door.ask("PUT", f"{LEASES}/l", {"metadata": {"name": "l"}})[0] == 201
    assert door.refused("PUT", f"{CONFIG_MAPS}/c", config_map("c"))[2] == 'configmaps "c" not found'
    code, _, message = door.refused("PUT", f"{LEASES}/m", {"metadata": {"name": "m", "uid": "u"}})
    assert code == 409
    assert message.endswith("Precondition failed: UID in precondition: u, UID in object meta: ")
    assert "Key: /registry/leases/default/m," in message


def test_a_new_object_has_no_version(door: Door) -> None:
    body = {"metadata": {"name": "a", "resourceVersion": "5"}}
    assert door.refused("POST", CONFIG_MAPS, body)[::2] == (
        500, "resourceVersion should not be set on objects to be created",
    )  # fmt: skip


def test_nothing_without_a_name(door: Door) -> None:
    for path in (CONFIG_MAPS, "/api/v1/namespaces/default/services", PODS):
        code, _, message = door.refused("POST", path, {})
        assert code == 422
        assert "metadata.name: Required value: name or generateName is required" in message


def test_a_write_that_changes_nothing_is_no_write(door: Door) -> None:
    made = door.post(CONFIG_MAPS, config_map("a", k="v"))
    assert door.patch(f"{CONFIG_MAPS}/a", {"data": {"k": "v"}}) == made
    assert door.ask("PUT", f"{CONFIG_MAPS}/a", made) == (200, made)
    assert door.get(f"{CONFIG_MAPS}/a") == made


# -- deletion


def test_finalizers_hold_a_deleted_object(door: Door) -> None:
    door.post(CONFIG_MAPS, {"metadata": {"name": "a", "finalizers": ["example.com/one"]}, "data": {"k": "v"}})
    code, held = door.ask("DELETE", f"{CONFIG_MAPS}/a")
    assert (code, held["kind"], held["metadata"]["deletionGracePeriodSeconds"]) == (200, "ConfigMap", 0)
    assert door.patch(f"{CONFIG_MAPS}/a", {"metadata": {"deletionTimestamp": None}})["metadata"]["deletionTimestamp"]
    message = door.refused(
        "PATCH", f"{CONFIG_MAPS}/a", {"metadata": {"finalizers": ["example.com/two"]}}, content_type=MERGE
    )[2]
    assert "no new finalizers can be added if the object is being deleted" in message
    last = door.patch(f"{CONFIG_MAPS}/a", {"metadata": {"finalizers": []}, "data": {"k": "last"}})
    assert (last["data"], "finalizers" in last["metadata"]) == ({"k": "last"}, False)
    assert door.refused("GET", f"{CONFIG_MAPS}/a")[0] == 404


def test_what_goes_at_once_is_answered_with_a_status_mostly(door: Door) -> None:
    made = door.post(CONFIG_MAPS, config_map("a"))
    _, status = door.ask("DELETE", f"{CONFIG_MAPS}/a", query={"dryRun": "All"})
    assert (status["status"], door.get(f"{CONFIG_MAPS}/a")) == ("Success", made)
    _, status = door.ask("DELETE", f"{CONFIG_MAPS}/a")
    details = {"name": "a", "kind": "configmaps", "uid": made["metadata"]["uid"]}
    assert (status["kind"], status["status"], status["details"]) == ("Status", "Success", details)
    door.post("/api/v1/namespaces/default/serviceaccounts", {"metadata": {"name": "s"}})
    assert door.ask("DELETE", "/api/v1/namespaces/default/serviceaccounts/s")[1]["kind"] == "ServiceAccount"


def test_preconditions(door: Door) -> None:
    made = door.post(CONFIG_MAPS, config_map("a"))
    code, _, message = door.refused("DELETE", f"{CONFIG_MAPS}/a", {"preconditions": {"uid": "other"}})
    assert code == 409
    assert message.startswith('Operation cannot be fulfilled on ConfigMap "a": the UID in the precondition (other)')
    assert door.refused("DELETE", f"{CONFIG_MAPS}/a", {"preconditions": {"resourceVersion": "1"}})[0] == 409
    meta = made["metadata"]
    expected = {"uid": meta["uid"], "resourceVersion": meta["resourceVersion"]}
    assert door.ask("DELETE", f"{CONFIG_MAPS}/a", {"preconditions": expected})[0] == 200


def test_a_collection_is_deleted_by_selector_and_answered_with_what_was_there(door: Door) -> None:
    for name, label in (("a", "1"), ("b", "2"), ("c", "2")):
        door.post(CONFIG_MAPS, {"metadata": {"name": name, "labels": {"l": label}}})
    code, gone = door.ask("DELETE", CONFIG_MAPS, query={"labelSelector": "l=2"})
    assert (code, gone["kind"], [i["metadata"]["name"] for i in gone["items"]]) == (200, "ConfigMapList", ["b", "c"])
    assert [i["metadata"]["name"] for i in door.get(CONFIG_MAPS)["items"]] == ["a"]


def test_a_collection_is_refused_whole(door: Door) -> None:
    made = door.post(CONFIG_MAPS, config_map("a"))
    door.post(CONFIG_MAPS, config_map("b"))
    body = {"preconditions": {"uid": made["metadata"]["uid"]}}
    assert door.refused("DELETE", CONFIG_MAPS, body)[0] == 409
    assert len(door.get(CONFIG_MAPS)["items"]) == 2


# -- dry run


@pytest.mark.parametrize(
    ("method", "path", "body", "content_type"),
    [
        ("POST", CONFIG_MAPS, config_map("new"), ""),
        ("PUT", f"{CONFIG_MAPS}/a", config_map("a", k="2"), ""),
        ("PATCH", f"{CONFIG_MAPS}/a", {"data": {"k": "2"}}, MERGE),
        ("DELETE", f"{CONFIG_MAPS}/a", None, ""),
        ("DELETE", CONFIG_MAPS, None, ""),
        ("DELETE", f"{PODS}/p", None, ""),
        ("DELETE", "/api/v1/namespaces/default", None, ""),
    ],
)
def test_a_dry_run_answers_and_changes_nothing(
    door: Door, method: str, path: str, body: Any, content_type: str
) -> None:
    door.post(CONFIG_MAPS, config_map("a"))
    door.post(PODS, pod(nodeName="n"))
    before = door.server.store.revision
    if path == "/api/v1/namespaces/default":
        path = "/api/v1/namespaces/other"
        door.post("/api/v1/namespaces", {"metadata": {"name": "other"}})
        before += 1
    code, _ = door.ask(method, path, body, {"dryRun": "All"}, content_type=content_type)
    assert code in (200, 201)
    assert door.server.store.revision == before


# -- patches


@pytest.mark.parametrize(
    ("type", "body", "data"),
    [
        (MERGE, {"data": {"a": None, "c": "3"}}, {"b": "2", "c": "3"}),
        (STRATEGIC, {"data": {"$patch": "replace", "z": "9"}}, {"z": "9"}),
        (
            JSON_PATCH,
            [{"op": "remove", "path": "/data/a"}, {"op": "add", "path": "/data/x", "value": "y"}],
            {"b": "2", "x": "y"},
        ),
    ],
)
def test_patches(door: Door, type: str, body: Any, data: dict[str, str]) -> None:
    door.post(CONFIG_MAPS, config_map("m", a="1", b="2"))
    assert door.patch(f"{CONFIG_MAPS}/m", body, type)["data"] == data


@pytest.mark.parametrize(
    ("type", "body", "code", "message"),
    [
        ("application/json", {}, 415, "accepted media types include: application/json-patch+json, application/merge-patch+json, "
         "application/strategic-merge-patch+json, application/apply-patch+yaml"),
        (MERGE, b"{", 400, "error decoding patch: unexpected end of JSON input"),
        (STRATEGIC, b"{", 400, "unexpected end of JSON input"),
        (JSON_PATCH, [{"op": "test", "path": "/data/a", "value": "2"}], 422,
         "the server rejected our request due to an error in our request"),
        (JSON_PATCH, {"op": "add"}, 400, "cannot unmarshal object into Go value of type []handlers.jsonPatchOp"),
        (MERGE, {"metadata": {"name": "other"}}, 400, "the name of the object (other) does not match the name on the URL (m)"),
        (STRATEGIC, {"data": [1]}, 422, ' "" is invalid: patch: Invalid value: "map[data:[1]]": '),
        (APPLY, b"a: [", 400, "error decoding YAML: error converting YAML to JSON: yaml: "),
        (APPLY, [], 400, "error decoding YAML"),
    ],
)  # fmt: skip
def test_patches_that_are_refused(door: Door, type: str, body: Any, code: int, message: str) -> None:
    door.post(CONFIG_MAPS, config_map("m", a="1"))
    found, _, told = door.refused("PATCH", f"{CONFIG_MAPS}/m", body, {"fieldManager": "m"}, content_type=type)
    assert found == code
    assert message in told


def test_unknown_fields_of_a_patch(door: Door) -> None:
    door.post(CONFIG_MAPS, config_map("w"))
    path, body = f"{CONFIG_MAPS}/w", {"dta": {"a": "b"}}
    code, status = door.ask("PATCH", path, body, {"fieldValidation": "Strict"}, content_type=STRATEGIC)
    why = 'Invalid value: "map[dta:map[a:b]]": strict decoding error: unknown field "dta"'
    assert (code, status["message"]) == (422, f' "" is invalid: patch: {why}')
    assert status["details"] == {"causes": [{"reason": "FieldValueInvalid", "message": why, "field": "patch"}]}
    made = door.raw("PATCH", path, body, headers={"content-type": MERGE})
    assert made.headers == (("Warning", '299 - "unknown field \\"dta\\""'),)


def test_strict_validation_counts_keys_that_stand_twice(door: Door) -> None:
    raw = b'{"metadata":{"name":"s"},"data":{"a":"b","a":"c"},"data":{"d":"e"},"extra":1}'
    assert door.refused("POST", CONFIG_MAPS, raw, {"fieldValidation": "Strict"})[2] == (
        'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: duplicate field "data.a", '
        'duplicate field "data", unknown field "extra"'
    )
    text = b"metadata: {name: s}\ndata: {a: b}\ndata: {d: e}\n"
    strict = {"fieldValidation": "Strict"}
    message = door.refused("POST", CONFIG_MAPS, text, strict, content_type="application/yaml")[2]
    assert message.endswith('strict decoding error: yaml: unmarshal errors:\n  line 3: key "data" already set in map')
    headers = door.raw("POST", CONFIG_MAPS, text, headers={"content-type": "application/yaml"}).headers
    assert headers == (("Warning", '299 - "line 3: key \\"data\\" already set in map"'),)


# -- server-side apply


def applied(door: Door, body: Any, manager: str = "m", **query: str) -> Any:
    return door.ask(
        "PATCH",
        f"{CONFIG_MAPS}/a",
        body,
        {"fieldManager": manager, **query},
        content_type="application/apply-patch+yaml",
    )


def test_an_apply_makes_the_object_and_then_changes_nothing(door: Door) -> None:
    code, made = applied(door, config_map("a", k="v"))
    assert (code, made["metadata"]["managedFields"][0]["operation"]) == (201, "Apply")
    before = door.server.store.revision
    assert applied(door, config_map("a", k="v")) == (200, made)
    assert door.server.store.revision == before


def test_what_another_owns_is_a_conflict_unless_forced(door: Door) -> None:
    applied(door, config_map("a", k="v"), "one")
    code, status = applied(door, config_map("a", k="w"), "two")
    assert (code, status["message"]) == (409, 'Apply failed with 1 conflict: conflict with "one": .data.k')
    assert applied(door, config_map("a", k="w"), "two", force="true")[1]["data"] == {"k": "w"}


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ({"metadata": {"name": "a"}}, 400, "invalid object type: /, Kind="),
        ({"kind": "Secret", "apiVersion": "v1", "metadata": {"name": "a"}}, 400, "invalid object type: /v1, Kind=Secret"),
        ({"kind": ["x"], "apiVersion": ["v1"], "metadata": {"name": "a"}}, 400, "invalid object type: /, Kind="),
        ({**config_map("a"), "metadata": {"name": "a", "managedFields": [{}]}}, 400, "metadata.managedFields must be nil"),
        ({**config_map("a"), "metadata": {"generateName": "a"}}, 400, "was undeterminable: name must be provided"),
        ({**config_map("a"), "dta": 1}, 500, "failed to create typed patch object (/a; /v1, Kind=ConfigMap): .dta: field not "
         "declared in schema"),
        ({**config_map("a"), "metadata": {"name": "a", "uid": "u"}}, 409, 'configmaps "a": uid mismatch: the provided object '
         "specified uid u, and no existing object was found"),
    ],
)  # fmt: skip
def test_applies_that_are_refused(door: Door, body: Any, code: int, message: str) -> None:
    found, _, told = door.refused(
        "PATCH", f"{CONFIG_MAPS}/a", body, {"fieldManager": "m"}, content_type="application/apply-patch+yaml"
    )
    assert found == code
    assert message in told


def test_a_version_does_not_keep_an_apply_from_making_the_object(door: Door) -> None:
    body = {**config_map("a"), "metadata": {"name": "a", "resourceVersion": "5"}}
    assert applied(door, body)[0] == 201
    assert applied(door, {**body, "data": {"k": "v"}})[0] == 409


# -- status


def test_writes_to_the_main_resource_leave_the_status_and_the_other_way_round(door: Door) -> None:
    door.post(DEPLOYMENTS, {**deployment(), "status": {"replicas": 9}})
    made = door.patch(f"{DEPLOYMENTS}/d", {"status": {"replicas": 5}})
    assert (made["status"], made["metadata"]["generation"]) == ({}, 1)
    made = door.patch(f"{DEPLOYMENTS}/d/status", {"spec": {"paused": True}, "status": {"replicas": 3}})
    assert ("paused" in made["spec"], made["status"], made["metadata"]["generation"]) == (False, {"replicas": 3}, 1)


def test_the_status_of_a_deployment_takes_annotations_but_no_labels(door: Door) -> None:
    meta = {"labels": {"x": "1"}, "annotations": {"y": "1"}, "finalizers": ["example.com/f"]}
    door.post(DEPLOYMENTS, deployment())
    made = door.patch(f"{DEPLOYMENTS}/d/status", {"metadata": meta})["metadata"]
    assert ("labels" in made, made["annotations"], made["generation"]) == (False, {"y": "1"}, 1)
    door.post(STATEFUL_SETS, {**deployment("s"), "kind": "StatefulSet"})
    made = door.patch(f"{STATEFUL_SETS}/s/status", {"metadata": meta})["metadata"]
    assert (made["labels"], made["finalizers"]) == ({"x": "1"}, ["example.com/f"])


def test_a_gated_pod_is_born_waiting(door: Door) -> None:
    made = door.post(PODS, pod(schedulingGates=[{"name": "example.com/g"}]))
    (condition,) = made["status"]["conditions"]
    assert condition == {
        "type": "PodScheduled", "status": "False", "lastProbeTime": None,
        "lastTransitionTime": made["metadata"]["creationTimestamp"], "reason": "SchedulingGated",
        "message": "Scheduling is blocked due to non-empty scheduling gates",
    }  # fmt: skip
    assert "conditions" not in door.post(PODS, pod("q"))["status"]


def test_a_status_keeps_what_older_kubelets_leave_out(door: Door) -> None:
    door.post(PODS, pod())
    path = f"{PODS}/p/status"
    first = {"type": "Ready", "status": "False", "observedGeneration": 1}
    door.patch(path, {"status": {"observedGeneration": 1, "conditions": [first]}})
    made = door.patch(path, {"status": {"observedGeneration": None, "qosClass": None, "conditions": [
        {"type": "Ready", "status": "True"}, {"type": "Mine", "status": "True"},
    ]}})  # fmt: skip
    status = made["status"]
    assert (status["observedGeneration"], status["qosClass"]) == (1, "BestEffort")
    assert [c.get("observedGeneration") for c in status["conditions"]] == [1, None]


# -- managers


def test_a_write_is_its_programs(door: Door) -> None:
    made = door.post(CONFIG_MAPS, config_map("a", k="v"))
    (entry,) = made["metadata"]["managedFields"]
    assert (entry["manager"], entry["operation"]) == ("tests", "Update")
    assert orjson.dumps(entry["fieldsV1"]) == b'{"f:data":{".":{},"f:k":{}}}'


def test_a_put_that_means_another_object_is_a_conflict(door: Door) -> None:
    uid = door.post(CONFIG_MAPS, config_map("a"))["metadata"]["uid"]
    told = door.refused("PUT", f"{CONFIG_MAPS}/a", {"metadata": {"name": "a", "uid": "other"}})
    why = f"Precondition failed: UID in precondition: other, UID in object meta: {uid}"
    stored = "StorageError: invalid object, Code: 4, Key: /registry/configmaps/default/a, ResourceVersion: 0"
    assert told == (
        409, "Conflict", f'Operation cannot be fulfilled on configmaps "a": {stored}, AdditionalErrorMsg: {why}',
    )  # fmt: skip


@pytest.mark.parametrize(
    ("patch", "why"),
    [
        ({"kind": "Secret"}, "converting (v1.Secret) to (core.ConfigMap): unknown conversion"),
        ({"kind": "Foo"}, 'no kind "Foo" is registered for version "v1" in scheme "pkg/api/legacyscheme/scheme.go:30"'),
        ({"apiVersion": "v2"},
         'no kind "ConfigMap" is registered for version "v2" in scheme "pkg/api/legacyscheme/scheme.go:30"'),
    ],
)  # fmt: skip
def test_a_patch_does_not_change_the_kind(door: Door, patch: Any, why: str) -> None:
    door.post(CONFIG_MAPS, config_map("a"))
    code, status = door.ask("PATCH", f"{CONFIG_MAPS}/a", patch, content_type="application/merge-patch+json")
    assert (code, status["reason"]) == (422, "Invalid") and status["message"].endswith(f": {why}")
    code, made = door.ask("PATCH", f"{CONFIG_MAPS}/a", patch, content_type="application/strategic-merge-patch+json")
    assert (code, made["kind"], made["apiVersion"]) == (200, "ConfigMap", "v1")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a: b: c\n", "mapping values are not allowed in this context"),
        ("a: 1\nb: c: d\n", "line 2: mapping values are not allowed in this context"),
        ("a: [\n", "line 1: did not find expected node content"),
        ("a: 1\n- b\n", "line 1: did not find expected key"),
    ],
)
def test_what_is_no_yaml(door: Door, text: str, why: str) -> None:
    code, status = door.ask(
        "PATCH", f"{CONFIG_MAPS}/a", text.encode(), {"fieldManager": "m"}, content_type="application/apply-patch+yaml"
    )
    assert (code, status["message"]) == (400, f"error decoding YAML: error converting YAML to JSON: yaml: {why}")


@pytest.mark.parametrize("version", ["policy/v1", "policy/v1beta1"])
def test_evictions_of_both_versions_are_taken(door: Door, version: str) -> None:
    door.post(PODS, pod("a"))
    code, status = door.ask(
        "POST", f"{PODS}/a/eviction", {"apiVersion": version, "kind": "Eviction", "metadata": {"name": "a"}}
    )
    assert (code, status["status"]) == (201, "Success")


def test_managers_are_reset_by_an_empty_entry_alone(door: Door) -> None:
    door.post(CONFIG_MAPS, {**config_map("a"), "data": {"k": "v"}})
    path = f"{CONFIG_MAPS}/a"
    before = door.get(path)["metadata"]
    assert before["managedFields"]
    after = door.ask("PATCH", path, {"metadata": {"managedFields": [{}]}}, content_type=MERGE)[1]["metadata"]
    assert "managedFields" not in after
    assert after["resourceVersion"] != before["resourceVersion"]
