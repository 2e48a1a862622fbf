"""Whatever a client sends, it is answered: never an exception, never a 500 of our own, and a refusal changes nothing.

Requests are made from sound ones by changing a few places; the seeds make a failure come back. A world with its controllers
lives on what was accepted, however odd.
"""

import copy
import json
import os
from random import Random
from typing import Any

import orjson
import pytest
import yaml

from quorate.apiserver.http import HttpAnswer, HttpRequest
from quorate.assemble.world import Shape, World, world
from quorate.contract.failures import Refused
from quorate.kernel.clock import SECOND
from quorate.objects import schema
from quorate.objects.kinds import Kind, all_kinds

from .conftest import APPLY, JSON_PATCH, MERGE, STRATEGIC, TABLE

YAML, PROTOBUF = "application/yaml", "application/vnd.kubernetes.protobuf"
REQUESTS = 2500
SEEDS = int(os.environ.get("QUORATE_FUZZ_SEEDS", "4"))
"""More of them find more: QUORATE_FUZZ_SEEDS=500 is a million requests and takes a quarter of an hour."""
KINDS = [kind for kind in all_kinds() if kind.stored and kind.type]
WORDS = [
    "", "a", "x", "b", "node-0", "0", "1", "-1", "80", "http", "TCP", "Always", "Never", "RollingUpdate", "In", "Exists",
    "NoSchedule", "NoExecute", "ReadWriteOnce", "cpu", "1Gi", "100m", "50%", "kubernetes.io/hostname", "10.0.0.1", "fe80::1",
    "example.com/x", "Running", "True", "..", "é", "2026-01-01T00:00:00Z", "* * * * *", "ClusterIP", "None", "NodePort",
    "standard", "Delete", "aGk=", "\u0000", "a" * 300,
]  # fmt: skip
JUNK: list[Any] = [
    None, [], {}, "", 0, -1, True, 2**31, 2**63, 1.5, 1e30, "x", "100%", [None], [[]], [{}], {"": ""}, {"a": None}, ["a", 1],
    [{"name": "x"}, {"name": "x"}], {"$patch": "delete"}, [{"$patch": "delete", "name": "c"}], {"$retainKeys": ["a"]},
]  # fmt: skip
QUERIES = {
    "dryRun": ["All", "x"], "fieldManager": ["m", "", "\u0001"], "fieldValidation": ["Strict", "x"], "force": ["true"],
    "limit": ["1", "-1", "x"], "continue": ["x", "e30"], "resourceVersion": ["0", "1", "x", "99999"], "includeObject": ["x"],
    "resourceVersionMatch": ["Exact", "x"], "labelSelector": ["a=b", "a in (b", "="], "fieldSelector": ["metadata.name=x", "="],
    "gracePeriodSeconds": ["0", "x"], "propagationPolicy": ["Orphan", "x"], "sendInitialEvents": ["x"], "watch": ["true"],
    "container": ["c", "x"], "tailLines": ["1", "x"], "sinceTime": ["x"], "pretty": ["true"], "orphanDependents": ["true"],
}  # fmt: skip
ACCEPTED = ["", TABLE, "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io", "application/yaml", "text/html"]
HEADERS = {
    "accept": [
        "*/*", "application/*", "application/json;q=0", "text/plain, application/json;q=0.1", ",", ";", "\xff",
        "application/json;as=Table;v=v1beta1;g=meta.k8s.io", "application/vnd.kubernetes.protobuf", "application/json;as=;;=,",
        "application/json;as=Table;v=v2;g=meta.k8s.io,application/json",
        "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io",
    ],
    "content-type": [
        "", "application/json; charset=utf-8", YAML, PROTOBUF, "text/plain", "application/x-www-form-urlencoded", "\xff/\xfe", ";",
        "application/apply-patch+cbor",
    ],
    "user-agent": ["", "x" * 200, "é/1", "\x01", "kubectl/v1.33", "curl/8"],
    "impersonate-user": ["a", "system:serviceaccount:default:x", "system:anonymous"],
    "accept-encoding": ["gzip"],
}  # fmt: skip
METHODS = ["HEAD", "OPTIONS", "TRACE", "get", "X"]
LIKELY = ("metadata", "spec", "template", "jobTemplate", "containers", "selector", "name", "image")
SELDOM = (
    "managedFields",
    "ownerReferences",
    "deletionTimestamp",
    "uid",
    "resourceVersion",
    "generateName",
    "namespace",
)
TEMPLATE = {
    "metadata": {"labels": {"a": "b"}},
    "spec": {"containers": [{"name": "c", "image": "i", "ports": [{"containerPort": 80}]}]},
}
SELECTOR = {"matchLabels": {"a": "b"}}
CLAIM = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
SOUND: dict[str, dict[str, Any]] = {
    "Pod": {"spec": TEMPLATE["spec"]},
    "StatefulSet": {"spec": {
        "replicas": 2, "serviceName": "x", "selector": SELECTOR, "template": TEMPLATE,
        "volumeClaimTemplates": [{"metadata": {"name": "d"}, "spec": CLAIM}],
    }},
    "Deployment": {"spec": {"replicas": 2, "selector": SELECTOR, "template": TEMPLATE}},
    "ConfigMap": {"data": {"a": "b"}},
    "Secret": {"data": {"a": "aGk="}, "stringData": {"b": "c"}},
    "Service": {"spec": {"selector": {"a": "b"}, "ports": [{"port": 80, "name": "p"}], "type": "NodePort"}},
    "PersistentVolumeClaim": {"spec": CLAIM},
    "PodDisruptionBudget": {"spec": {"minAvailable": "50%", "selector": SELECTOR}},
    "Job": {"spec": {"template": {"spec": {**TEMPLATE["spec"], "restartPolicy": "Never"}}}},
    "HorizontalPodAutoscaler": {"spec": {"maxReplicas": 3, "scaleTargetRef": {"kind": "Deployment", "name": "x"}}},
    "Event": {"involvedObject": {"kind": "Pod", "name": "x", "namespace": "default"}, "reason": "R", "type": "Normal"},
    "Node": {"spec": {"taints": [{"key": "a", "effect": "NoSchedule"}]}},
}  # fmt: skip


class Sender:
    """Requests from one seed."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)

    def odds(self, share: float) -> bool:
        return self.chance.random() < share

    def value(self, type: schema.Type, depth: int = 0) -> Any:
        """A value that this type could have, now and then with something else in it."""
        if self.odds(0.01):
            return copy.deepcopy(self.chance.choice(JUNK))
        if type.kind == "object":
            fields = [f for f in type.fields.values() if self.odds(self._share(f, depth))]
            return {field.name: self.value(field.type, depth + 1) for field in fields}
        if type.kind in ("list", "map"):
            assert type.element is not None
            items = [self.value(type.element, depth + 1) for _ in range(self.chance.choice([0, 1, 1, 2]))]
            return items if type.kind == "list" else {self.chance.choice(WORDS): item for item in items}
        if type.scalar in ("int32", "int64"):
            return self.chance.choice([0, 1, 2, 5, 80, -1])
        return self.odds(0.5) if type.scalar == "bool" else self.chance.choice(WORDS)

    def _share(self, field: schema.Field, depth: int) -> float:
        if field.name in SELDOM:
            return 0.03
        return 0.8 if field.required or field.name in LIKELY else 0.2 / (1 + depth // 3)

    def body(self, kind: Kind) -> Any:
        sound = SOUND.get(kind.kind) if kind.version != "v1" or kind.group != "events.k8s.io" else None
        type = schema.type_of(kind)
        assert type is not None
        found = copy.deepcopy(sound) if sound is not None and self.odds(0.7) else self.value(type)
        if not isinstance(found, dict):
            return found
        found |= {"apiVersion": kind.api_version, "kind": kind.kind, "metadata": {"name": "x", "labels": {"a": "b"}}}
        return self.changed(found) if self.odds(0.5) else found

    def changed(self, body: Any) -> Any:
        for _ in range(self.chance.choice([1, 1, 2])):
            holder, key = self.chance.choice(list(places(body)) or [({}, "")])
            if self.odds(0.3):
                del_from(holder, key)
            elif holder:
                holder[key] = copy.deepcopy(self.chance.choice(JUNK))
        return body

    def request(self) -> HttpRequest:
        kind = self.chance.choice(KINDS if self.odds(0.4) else [k for k in KINDS if k.kind in SOUND])
        methods = ["POST", "POST", "PUT", "PATCH", "PATCH", "DELETE", "GET"] if self.odds(0.98) else METHODS
        method = self.chance.choice(methods)
        path = path_of(kind)
        if method != "POST" or self.odds(0.05):
            path += "/x" if self.odds(0.97) else self.chance.choice(["", "/%", "/.."])
            if kind.subresources and self.odds(0.3):
                path += "/" + self.chance.choice(kind.subresources)
        query = {k: self.chance.choice(v) for k, v in QUERIES.items() if self.odds(0.01)}
        headers = {"accept": self.chance.choice(ACCEPTED)} if self.odds(0.1) else {}
        body = self.body(kind)
        if method == "PATCH":
            headers["content-type"] = self.chance.choice([MERGE, STRATEGIC, JSON_PATCH, APPLY])
            query = {"fieldManager": "m", **query}
            if headers["content-type"] == JSON_PATCH:
                body = [self.operation(body) for _ in range(self.chance.choice([1, 1, 2]))]
            elif headers["content-type"] != APPLY and isinstance(body, dict):
                body = {k: v for k, v in body.items() if k not in ("apiVersion", "kind", "metadata")}
        raw = dumped(body)
        if method in ("GET", "DELETE") or self.odds(0.01):
            raw = dumped(self.chance.choice(JUNK)) if self.odds(0.1) else b""
        if method in ("POST", "PUT") and self.odds(0.1):
            headers["content-type"], raw = self.otherwise(body)
        if self.odds(0.1):
            name = self.chance.choice(list(HEADERS))
            headers[name] = self.chance.choice(HEADERS[name])
        return HttpRequest(method, path, query, headers, self.damaged(raw) if self.odds(0.03) else raw)

    def otherwise(self, body: Any) -> tuple[str, bytes]:
        """(media type, bytes) that are not JSON."""
        if self.odds(0.5):
            return YAML, yaml.safe_dump(body).encode()
        inner = bytes(
            self.chance.choice([0, 1, 2, 5, 8, 10, 18, 26, 120, 255]) for _ in range(self.chance.randrange(80))
        )
        sent = bytes([10, 3, 10, 1, 120, 18, len(inner)]) + inner  # metadata.name is x, then whatever it is
        return PROTOBUF, b"k8s\x00" + bytes([18, len(sent)]) + sent

    def damaged(self, raw: bytes) -> bytes:
        match self.chance.randrange(4):
            case 0:
                return raw[: len(raw) // 2]
            case 1:
                return b"[" * 5000
            case _:
                out = bytearray(raw or b" ")
                out[self.chance.randrange(len(out))] = self.chance.randrange(256)
                return bytes(out)

    def operation(self, body: Any) -> dict[str, Any]:
        paths = ["", "/", "/spec", "/metadata/labels/a", "/spec/replicas", "/spec/containers/0/name", "/data/-", "x"]
        made = {"op": self.chance.choice(["add", "remove", "replace", "test", "move", "copy", "x"])}
        made |= {"path": self.chance.choice(paths), "from": self.chance.choice(paths)}
        return {**made, "value": copy.deepcopy(self.chance.choice(JUNK))}


def places(value: Any) -> Any:
    """(holder, key) of everything that is in the value."""
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in list(keys):
        yield value, key
        yield from places(value[key])


def del_from(holder: Any, key: Any) -> None:
    if holder:
        del holder[key]


def dumped(body: Any) -> bytes:
    try:
        return orjson.dumps(body)
    except TypeError:  # a number too large for it is a number all the same
        return json.dumps(body).encode()


def path_of(kind: Kind) -> str:
    root = f"/apis/{kind.api_version}" if kind.group else f"/api/{kind.version}"
    return f"{root}/namespaces/default/{kind.plural}" if kind.namespaced else f"{root}/{kind.plural}"


def answered(made: World, request: HttpRequest) -> int:
    """The code; fails when the answer is not one."""
    before = made.store.revision
    answer = made.front.handle(request)
    if not isinstance(answer, HttpAnswer):
        try:
            answer.open(made.store, list[bytes]().append).close()
        except Refused as refused:
            assert made.store.revision == before
            return refused.code
        return 200
    if answer.code >= 400:
        assert made.store.revision == before, (request, answer)
    if answer.code == 500 and answer.content_type == "application/json":
        # Kubernetes has 500s of its own: those give a message, but no reason.
        assert "reason" not in orjson.loads(answer.body) or b"replicas field" in answer.body, (request, answer)
    return answer.code


@pytest.mark.parametrize("seed", range(SEEDS))
def test_every_request_is_answered_and_the_world_lives_on(seed: int) -> None:
    made = world(seed, Shape(managed_fields=True, keep=1000))
    sender = Sender(seed)
    codes: list[int] = []
    for i in range(REQUESTS):
        codes.append(answered(made, sender.request()))
        if i % 10 == 0:
            made.run_for(SECOND)
    # Most of it would prove nothing if it were all refused.
    assert sum(code < 300 for code in codes) > REQUESTS / 8


PARTS = [
    "api", "apis", "v1", "apps", "namespaces", "default", "pods", "configmaps", "x", "status", "log", "watch", "", "..", "v2",
    "openapi", "v3", "version", "healthz", "proxy", "nodes", "é", "%",
]  # fmt: skip


def test_every_path_is_answered() -> None:
    made, chance = world(0), Random(0)
    for _ in range(1500):
        path = "/" + "/".join(chance.choice(PARTS) for _ in range(chance.randrange(8)))
        query = {k: chance.choice(v) for k, v in QUERIES.items() if chance.random() < 0.03}
        method = chance.choice(["GET", "GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
        assert answered(made, HttpRequest(method, path, query, {}, b"")) < 600
