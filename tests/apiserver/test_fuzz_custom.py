"""The same for definitions and the objects that they define: both changed in a few places, in turn, against one another."""

import copy
import os
from typing import Any

import pytest

from quorate.apiserver.http import HttpRequest
from quorate.assemble.world import Shape, World, world
from quorate.kernel.clock import SECOND

from .conftest import APPLY, JSON_PATCH, MERGE, TABLE
from .test_fuzz import Sender, answered, dumped

REQUESTS = 400
SEEDS = int(os.environ.get("QUORATE_FUZZ_SEEDS", "3"))
DEFINITIONS, BOWLS = (
    "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
    "/apis/example.com/v1/namespaces/default/bowls",
)
SPEC = {
    "type": "object", "x-kubernetes-validations": [{"rule": "self.a != ''"}],
    "properties": {
        "a": {"type": "string", "default": "x", "maxLength": 5},
        "l": {
            "type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"],
            "items": {
                "type": "object", "required": ["name"],
                "properties": {"name": {"type": "string"}, "v": {"type": "integer", "minimum": 1}},
            },
        },
        "m": {"type": "object", "additionalProperties": {"type": "integer"}}, "x": {"x-kubernetes-int-or-string": True},
        "replicas": {"type": "integer"},
    },
}  # fmt: skip
SCHEMA = {
    "type": "object",
    "properties": {"spec": SPEC, "status": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}},
}
DEFINITION: dict[str, Any] = {"spec": {
    "group": "example.com", "scope": "Namespaced",
    "names": {"plural": "bowls", "singular": "bowl", "kind": "Bowl", "listKind": "BowlList"},
    "versions": [{
        "name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": SCHEMA},
        "subresources": {
            "status": {}, "scale": {"specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas"},
        },
        "additionalPrinterColumns": [{"name": "A", "type": "string", "jsonPath": ".spec.a"}],
    }],
}}  # fmt: skip
BOWL: dict[str, Any] = {"spec": {"a": "y", "l": [{"name": "q", "v": 2}], "m": {"k": 1}, "x": "5%", "replicas": 2}}
LOOKS = (("/openapi/v3/apis/example.com/v1", ""), ("/openapi/v2", ""), (BOWLS, TABLE), (DEFINITIONS, TABLE))


class CustomSender(Sender):
    def request(self) -> HttpRequest:
        defines = self.odds(0.5)
        root, name = (DEFINITIONS, "bowls.example.com") if defines else (BOWLS, "x")
        body = copy.deepcopy(DEFINITION if defines else BOWL)
        for _ in range(self.chance.choice([0, 0, 1, 1, 2])):
            self.changed(body)
        version, kind = (
            ("apiextensions.k8s.io/v1", "CustomResourceDefinition") if defines else ("example.com/v1", "Bowl")
        )
        sent: Any = {**body, "apiVersion": version, "kind": kind, "metadata": {"name": name}}
        methods = ["POST", "PUT", "PATCH", "PATCH", "GET", "DELETE"] if self.odds(0.5) else ["POST", "PATCH"]
        method = self.chance.choice(methods)
        path, headers, query = root if method == "POST" else f"{root}/{name}", {}, {}
        if method != "POST" and self.odds(0.2):
            path += self.chance.choice(["/status", "/scale"])
        if method == "PATCH":
            headers["content-type"] = self.chance.choice([MERGE, APPLY, APPLY, JSON_PATCH])
            query = {"fieldManager": self.chance.choice("mn")}
            if headers["content-type"] == APPLY and self.odds(0.5):
                query["force"] = "true"
            if headers["content-type"] == JSON_PATCH:
                sent = [self.operation(sent)]
        return HttpRequest(method, path, query, headers, b"" if method in ("GET", "DELETE") else dumped(sent))


@pytest.mark.parametrize("seed", range(SEEDS))
def test_definitions_and_their_objects_are_answered(seed: int) -> None:
    made = world(seed, Shape(managed_fields=True, keep=1000, nodes=0))
    sender, codes = CustomSender(seed), list[int]()
    for i in range(REQUESTS):
        codes.append(answered(made, sender.request()))
        if i % 5 == 0:
            made.run_for(SECOND)
        if i % 50 == 0:
            look(made)
    assert sum(code < 300 for code in codes) > REQUESTS / 20


def look(made: World) -> None:
    """Whatever was defined can be shown."""
    for path, accept in LOOKS:
        answered(made, HttpRequest("GET", path, {}, {"accept": accept}, b""))
