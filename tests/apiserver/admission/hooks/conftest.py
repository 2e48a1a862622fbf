"""A world whose webhooks are functions, and short ways to configure them."""

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from quorate.apiserver.front import HttpAnswer
from quorate.apiserver.http import HttpRequest
from quorate.assemble.world import Shape, World, world

Obj = dict[str, Any]
ADMISSION = "/apis/admissionregistration.k8s.io/v1"
MAPS = "/api/v1/namespaces/default/configmaps"


class Api:
    def __init__(self, made: World) -> None:
        self.world = made

    def __call__(self, method: str, path: str, body: Any = None, type: str = "application/json", **query: str) -> Obj:
        """The answer's body, with its code as `_code` and its warnings as `_warnings`."""
        raw = b"" if body is None else orjson.dumps(body)
        made = self.world.front.handle(
            HttpRequest(method, path, query, {"content-type": type, "accept": "application/json"}, raw)
        )
        assert isinstance(made, HttpAnswer)
        self.world.settle()
        warnings = [value.split(" ", 2)[2] for name, value in made.headers if name == "Warning"]
        return {**orjson.loads(made.body), "_code": made.code, "_warnings": warnings}

    def hook(
        self, function: Callable[[Obj], Obj] | None = None, name: str = "check.ex.io", kind: str = "Validating",
        rules: list[Obj] | None = None, **more: Any,
    ) -> Obj:  # fmt: skip
        """A configuration of one webhook, for ConfigMaps unless `rules` say otherwise."""
        if function is not None:
            self.world.server.functions.serve(name, function)
        webhook = {
            "name": name, "clientConfig": {"url": "https://hooks.ex.io/check"}, "sideEffects": "None",
            "admissionReviewVersions": ["v1"], "rules": rules or [rule("configmaps")], **more,
        }  # fmt: skip
        return self("POST", f"{ADMISSION}/{kind.lower()}webhookconfigurations", {
            "apiVersion": "admissionregistration.k8s.io/v1", "kind": f"{kind}WebhookConfiguration",
            "metadata": {"name": name}, "webhooks": [webhook],
        })  # fmt: skip

    def policy(self, *validations: Any, name: str = "rules", binding: Obj | None = None, **more: Any) -> Obj:
        """A policy with its binding, for ConfigMaps unless `matchConstraints` say otherwise."""
        spec = {
            "matchConstraints": {"resourceRules": [rule("configmaps")]},
            "validations": [{"expression": v} if isinstance(v, str) else v for v in validations], **more,
        }  # fmt: skip
        made = self("POST", f"{ADMISSION}/validatingadmissionpolicies", {
            "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicy",
            "metadata": {"name": name}, "spec": spec,
        })  # fmt: skip
        bound = {"policyName": name, "validationActions": ["Deny"], **(binding or {})}
        self("POST", f"{ADMISSION}/validatingadmissionpolicybindings", {
            "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicyBinding",
            "metadata": {"name": f"{name}-here"}, "spec": bound,
        })  # fmt: skip
        return made

    def map(self, name: str = "a", data: Obj | None = None, namespace: str = "default", **meta: Any) -> Obj:
        return self("POST", f"/api/v1/namespaces/{namespace}/configmaps", {
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, **meta}, "data": data or {},
        })  # fmt: skip

    def merge(self, path: str, body: Any, **query: str) -> Obj:
        return self("PATCH", path, body, "application/merge-patch+json", **query)


def rule(resource: str, group: str = "", operations: tuple[str, ...] = ("CREATE", "UPDATE"), **more: Any) -> Obj:
    return {
        "apiGroups": [group], "apiVersions": ["*"], "resources": [resource], "operations": list(operations), **more,
    }  # fmt: skip


@pytest.fixture
def api() -> Api:
    return Api(world(seed=1, shape=Shape(nodes=1, keep=1000, managed_fields=True)))
