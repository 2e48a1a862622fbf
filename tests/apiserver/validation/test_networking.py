"""What is refused of Ingresses, IngressClasses and NetworkPolicies, with Kubernetes' texts."""

from typing import Any

import pytest
import yaml

from quorate.apiserver.defaults import default
from quorate.apiserver.validation import validate, validate_update

INGRESS, CLASS, POLICY = (f"{kind}.networking.k8s.io" for kind in ("ingresses", "ingressclasses", "networkpolicies"))
SERVICE = "service: {name: web, port: {number: 80}}"


def made(resource: str, text: str) -> dict[str, Any]:
    body = yaml.safe_load(text)
    meta = {"name": "a", "namespace": "d", **body.pop("metadata", {})}
    return default(resource, {"metadata": meta, **body})


def told(resource: str, text: str) -> list[str]:
    return [f"{e.field}: {e.message}" for e in validate(resource, made(resource, text))]


def path(text: str) -> str:
    return f"{{spec: {{rules: [{{http: {{paths: [{text}]}}}}]}}}}"


AT = "spec.rules[0].http.paths[0]"
NAME = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an "
    "alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("{spec: {}}", ["spec: Invalid value: null: either `defaultBackend` or `rules` must be specified"]),
        (f"{{spec: {{defaultBackend: {{{SERVICE}}}}}}}", []),
        ("{spec: {defaultBackend: {}}}", [
            'spec.defaultBackend: Invalid value: "": resource or service backend is required',
        ]),
        ("{spec: {defaultBackend: {service: {name: web}}}}", [
            "spec.defaultBackend: Required value: port name or number is required",
        ]),
        ("{spec: {defaultBackend: {service: {name: W, port: {name: x, number: 1}}}}}", [
            f'spec.defaultBackend.service.name: Invalid value: "W": {NAME}',
            'spec.defaultBackend: Invalid value: "": cannot set both port name & port number',
        ]),
        ("{spec: {rules: [{host: 10.0.0.1}, {http: {}}]}}", [
            'spec.rules[0].host: Invalid value: "10.0.0.1": must be a DNS name, not an IP address',
            "spec.rules[1].http.paths: Required value",
        ]),
        (path(f"{{path: /, backend: {{{SERVICE}}}}}"), [f"{AT}.pathType: Required value: pathType must be specified"]),
        (path(f"{{path: a//b/., pathType: Prefix, backend: {{{SERVICE}}}}}"), [
            f'{AT}.path: Invalid value: "a//b/.": must be an absolute path',
            f"{AT}.path: Invalid value: \"a//b/.\": must not contain '//'",
            f"{AT}.path: Invalid value: \"a//b/.\": cannot end with '/.'",
        ]),
        (path(f"{{path: /, pathType: Some, backend: {{{SERVICE}}}}}"), [
            f'{AT}.pathType: Unsupported value: "Some": supported values: "Exact", "ImplementationSpecific", "Prefix"',
        ]),
        ("{metadata: {annotations: {kubernetes.io/ingress.class: b}}, spec: {ingressClassName: c, defaultBackend: {resource: "
         "{kind: K, name: n}}}}", [
            'annotations.kubernetes.io/ingress.class: Invalid value: "b": must match `ingressClassName` when both are specified',
        ]),
    ],
)  # fmt: skip
def test_ingresses(text: str, messages: list[str]) -> None:
    assert told(INGRESS, text) == messages


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("{spec: {controller: example.com/c}}", []),
        ("{spec: {}}", ["spec.controller: Required value"]),
        ("{spec: {controller: c}}", [
            'spec.controller: Invalid value: "c": must be a domain-prefixed path (such as "acme.io/foo")',
        ]),
        ("{spec: {controller: a/b, parameters: {kind: K, name: n, scope: Namespace}}}", [
            "spec.parameters.namespace: Required value: `parameters.scope` is set to 'Namespace'",
        ]),
        ("{spec: {controller: a/b, parameters: {kind: K, name: n, namespace: x}}}", [
            "spec.parameters.namespace: Forbidden: `parameters.scope` is set to 'Cluster'",
        ]),
    ],
)  # fmt: skip
def test_ingress_classes(text: str, messages: list[str]) -> None:
    assert told(CLASS, text) == messages


def test_a_class_keeps_its_controller() -> None:
    new, old = (made(CLASS, f"{{spec: {{controller: a/{x}}}}}") for x in "bc")
    assert [f"{e.field}: {e.message}" for e in validate_update(CLASS, new, old)] == [
        'spec.controller: Invalid value: "a/b": field is immutable'
    ]


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("{spec: {podSelector: {}, ingress: [{}]}}", []),
        ("{spec: {podSelector: {}, policyTypes: [Ingress, Some]}}", [
            'spec.policyTypes[1]: Unsupported value: "Some": supported values: "Ingress", "Egress"',
        ]),
        ("{spec: {podSelector: {}, ingress: [{from: [{}], ports: [{protocol: HTTP, port: 0}, {endPort: 3}, "
         "{port: x, endPort: 4}, {port: 5, endPort: 4}]}]}}", [
            'spec.ingress[0].ports[0].protocol: Unsupported value: "HTTP": supported values: "TCP", "UDP", "SCTP"',
            "spec.ingress[0].ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive",
            "spec.ingress[0].ports[1].endPort: Invalid value: 3: may not be specified when `port` is not specified",
            "spec.ingress[0].ports[2].endPort: Invalid value: 4: may not be specified when `port` is non-numeric",
            "spec.ingress[0].ports[3].endPort: Invalid value: 4: must be greater than or equal to `port`",
            "spec.ingress[0].from[0]: Required value: must specify a peer",
        ]),
        ("{spec: {podSelector: {}, egress: [{to: [{podSelector: {}, ipBlock: {cidr: 10.0.0.0/8, except: [11.0.0.0/9]}}, "
         "{ipBlock: {cidr: x}}]}]}}", [
            'spec.egress[0].to[0].ipBlock.except[0]: Invalid value: "11.0.0.0/9": must be a strict subset of `cidr`',
            "spec.egress[0].to[0]: Forbidden: may not specify both ipBlock and another peer",
            'spec.egress[0].to[1].ipBlock.cidr: Invalid value: "x": must be a valid CIDR value, (e.g. 10.9.8.0/24 or '
            "2001:db8::/64)",
        ]),
    ],
)  # fmt: skip
def test_network_policies(text: str, messages: list[str]) -> None:
    assert told(POLICY, text) == messages
