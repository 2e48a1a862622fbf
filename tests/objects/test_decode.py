from typing import Any

import pytest

from quorate.objects import kinds
from quorate.objects.decode import Undecodable, decode, decode_type, zero
from quorate.objects.schema import type_named

Obj = dict[str, Any]


def decoded(body: Obj) -> Obj:
    kind = kinds.by_kind(body["apiVersion"], body["kind"])
    assert kind is not None
    return decode(kind, body).obj


def config_map(**more: Any) -> Obj:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "t"}, **more}


def pod(spec: Any) -> Obj:
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "t"}, "spec": spec}


def container(**more: Any) -> Obj:
    return {"name": "c", "image": "i", "resources": {}, **more}


def deployment(**spec: Any) -> Obj:
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "t"}, "spec": spec}


WRONG = [
    (config_map(data={"a": 1}), "number into Go struct field ConfigMap.data of type string"),
    (config_map(data=["a"]), "array into Go struct field ConfigMap.data of type map[string]string"),
    (
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"labels": {"a": True}}},
        "bool into Go struct field ObjectMeta.metadata.labels of type string",
    ),
    (deployment(replicas="three"), "string into Go struct field DeploymentSpec.spec.replicas of type int32"),
    (deployment(replicas=1.5), "number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32"),
    (deployment(replicas=True), "bool into Go struct field DeploymentSpec.spec.replicas of type int32"),
    (
        deployment(replicas=3_000_000_000),
        "number 3000000000 into Go struct field DeploymentSpec.spec.replicas of type int32",
    ),
    (pod({"containers": {}}), "object into Go struct field PodSpec.spec.containers of type []v1.Container"),
    (pod({"containers": ["c"]}), "string into Go struct field PodSpec.spec.containers of type v1.Container"),
    (pod([]), "array into Go struct field Pod.spec of type v1.PodSpec"),
    (pod({"restartPolicy": 1}), "number into Go struct field PodSpec.spec.restartPolicy of type v1.RestartPolicy"),
    (
        pod({"containers": [container(env=[{"name": "A", "value": 8080}])]}),
        "number into Go struct field EnvVar.spec.containers.env.value of type string",
    ),
    (
        {"apiVersion": "v1", "kind": "Service", "spec": {"ports": [{"port": 80, "targetPort": [1]}]}},
        "array into Go struct field ServicePort.spec.ports.targetPort of type int32",
    ),
]


@pytest.mark.parametrize(("body", "text"), WRONG)
def test_wrong_types(body: Obj, text: str) -> None:
    with pytest.raises(Undecodable) as caught:
        decoded(body)
    kind = body["kind"]
    assert str(caught.value) == f'{kind} in version "v1" cannot be handled as a {kind}: json: cannot unmarshal {text}'


TIME = '"2006-01-02T15:04:05Z07:00"'
UNREADABLE = [
    (
        pod({"containers": [container(resources={"limits": {"cpu": "lots"}})]}),
        "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    ),
    ({"apiVersion": "v1", "kind": "Secret", "data": {"a": "not base64!"}}, "illegal base64 data at input byte 3"),
    ({"apiVersion": "v1", "kind": "Secret", "data": {"a": "YWJj="}}, "illegal base64 data at input byte 4"),
    ({"apiVersion": "v1", "kind": "Secret", "data": {"a": "YWJjZ"}}, "illegal base64 data at input byte 4"),
    (
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"creationTimestamp": "today"}},
        f'parsing time "today" as {TIME}: cannot parse "today" as "2006"',
    ),
    (
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"creationTimestamp": "2026-01-01"}},
        f'parsing time "2026-01-01" as {TIME}: cannot parse "" as "T"',
    ),
    (
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"creationTimestamp": "2026-13-01T00:00:00Z"}},
        'parsing time "2026-13-01T00:00:00Z": month out of range',
    ),
    (
        {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "spec": {"renewTime": "2026-01-01T00:00:00Z"}},
        'parsing time "2026-01-01T00:00:00Z" as "2006-01-02T15:04:05.000000Z07:00": cannot parse "Z" as ".000000"',
    ),
]


@pytest.mark.parametrize(("body", "text"), UNREADABLE)
def test_values_that_their_type_cannot_read(body: Obj, text: str) -> None:
    with pytest.raises(Undecodable) as caught:
        decoded(body)
    assert str(caught.value).endswith(f"cannot be handled as a {body['kind']}: {text}")


def test_unknown_fields_are_dropped_and_told_in_document_order() -> None:
    kind = kinds.by_resource("deployments.apps")
    assert kind is not None
    body = {
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "s", "colour": "red"},
        "spec": {"size": 3, "template": {"spec": {"containers": [{"name": "c", "image": "i", "imge": "j"}]}}},
    }  # fmt: skip
    done = decode(kind, body)
    assert done.unknown == (
        'unknown field "metadata.colour"', 'unknown field "spec.size"',
        'unknown field "spec.template.spec.containers[0].imge"',
    )  # fmt: skip
    assert done.obj["metadata"] == {"name": "s"}
    assert done.obj["spec"]["template"]["spec"]["containers"] == [container()]
    assert "colour" in body["metadata"]  # type: ignore[operator]


def test_field_names_keep_their_case() -> None:
    kind = kinds.by_resource("configmaps")
    assert kind is not None
    assert decode(kind, config_map(Data={"a": "b"})).unknown == ('unknown field "Data"',)


def test_null_is_absent_but_a_null_string_in_a_map_is_empty() -> None:
    body = config_map(metadata={"name": "n", "labels": None, "annotations": {"a": None}}, data=None)
    assert decoded(body) == {
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "n", "annotations": {"a": ""}},
    }  # fmt: skip


def test_zeros_go_where_go_leaves_them_out() -> None:
    spec = {
        "containers": [container(stdin=False, args=[], image="", readinessProbe={"initialDelaySeconds": 0})],
        "hostNetwork": False, "nodeSelector": {}, "tolerations": [], "nodeName": "", "priority": 0,
        "automountServiceAccountToken": False, "securityContext": {}, "volumes": [{"name": "v", "emptyDir": {}}],
    }  # fmt: skip
    assert decoded(pod(spec))["spec"] == {
        "containers": [{"name": "c", "resources": {}, "readinessProbe": {}}],
        "priority": 0, "automountServiceAccountToken": False, "securityContext": {},
        "volumes": [{"name": "v", "emptyDir": {}}],
    }  # fmt: skip


def test_what_go_always_writes_comes() -> None:
    made = decoded(
        {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"}, "spec": {"ports": [{"port": 80}]}}
    )
    assert made["status"] == {"loadBalancer": {}}
    assert made["spec"]["ports"] == [{"port": 80, "targetPort": 0}]
    assert zero("io.k8s.api.apps.v1.StatefulSetStatus") == {"availableReplicas": 0, "replicas": 0}
    assert decoded({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role"})["rules"] is None
    event = decoded({"apiVersion": "v1", "kind": "Event", "metadata": {"name": "e"}, "lastTimestamp": None})
    assert event["lastTimestamp"] is None
    assert event["eventTime"] is None
    assert event["reportingComponent"] == ""
    assert event["source"] == {}


def test_canonical_forms() -> None:
    resources = {"requests": {"cpu": 0.5, "memory": "1024Mi"}, "limits": {"cpu": "1000m", "ephemeral-storage": "1e9"}}
    made = decoded(pod({"containers": [container(resources=resources)]}))
    assert made["spec"]["containers"][0]["resources"] == {
        "requests": {"cpu": "500m", "memory": "1Gi"},
        "limits": {"cpu": "1", "ephemeral-storage": "1e9"},
    }
    taken = decoded(
        {
            "apiVersion": "coordination.k8s.io/v1",
            "kind": "Lease",
            "metadata": {"name": "l", "creationTimestamp": "2026-01-01T01:00:00.5+01:00"},
            "spec": {"renewTime": "2026-01-01T01:00:00.500000+01:00"},
        }
    )
    assert taken["metadata"]["creationTimestamp"] == "2026-01-01T00:00:00Z"
    assert taken["spec"]["renewTime"] == "2026-01-01T00:00:00.500000Z"


def test_what_does_not_change_comes_back_as_it_is() -> None:
    body = pod({"containers": [container(ports=[{"containerPort": 80, "protocol": "TCP"}])], "restartPolicy": "Always"})
    body["status"] = {"phase": "Running"}
    assert decoded(body) is body
    changed = {**body, "spec": {**body["spec"], "hostNetwork": False}}
    made = decoded(changed)
    assert made is not changed
    assert made["spec"]["containers"] is body["spec"]["containers"]
    assert made["metadata"] is body["metadata"]


def test_decoding_twice_changes_nothing() -> None:
    for kind in kinds.all_kinds():
        once = decode(kind, {"metadata": {"name": "x"}}).obj
        assert decode(kind, once).obj is once, kind


def test_apiversion_and_kind_are_set() -> None:
    kind = kinds.by_resource("pods")
    assert kind is not None
    assert decode(kind, {"metadata": {"name": "x"}}).obj["kind"] == "Pod"


def test_raw_parts_are_taken_as_they_are() -> None:
    data = {"spec": {"template": {"x": None, "y": [], "z": False}}}
    made = decoded({"apiVersion": "apps/v1", "kind": "ControllerRevision", "metadata": {}, "data": data, "revision": 1})
    assert made["data"] is data


def test_recursive_types() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "object", "properties": {"b": {"type": "string"}}}}}
    type = type_named("io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps")
    assert decode_type(type, schema).obj == schema
    assert decode_type(type, {"properties": {"a": {"tpye": "x"}}}).unknown == ('unknown field "properties.a.tpye"',)


def test_null_bytes_in_a_map_are_empty_ones() -> None:
    kind = kinds.by_resource("secrets")
    assert kind is not None
    assert decode(kind, {"data": {"a": None}}).obj["data"] == {"a": ""}
