"""Nodes, slices, endpoints, quotas, limits and priorities: what is refused, in real Kubernetes' words."""

from typing import Any

import pytest

from quorate.apiserver.defaults import default
from quorate.apiserver.validation import RULES
from quorate.apiserver.validation.errors import FieldError
from quorate.objects.priorities import system_classes

Obj = dict[str, Any]
PRIORITIES, SLICES = "priorityclasses.scheduling.k8s.io", "endpointslices.discovery.k8s.io"


def said(errors: list[FieldError]) -> list[str]:
    return [f"{e.field}: {e.message}" for e in errors]


def created(resource: str, **fields: Any) -> list[str]:
    obj = default(resource, {"metadata": {"name": "x", **fields.pop("metadata", {})}, **fields})
    return said(RULES[resource].validate(obj))


TAINT = {"key": "a", "value": "b", "effect": "NoSchedule"}

REFUSALS: list[tuple[str, Obj, list[str]]] = [
    ("nodes", {"spec": {"taints": [TAINT, {**TAINT, "effect": "NoExecute"}]}}, []),
    (
        "nodes", {"spec": {"taints": [TAINT, {"key": "k"}, {"key": "l", "effect": "Never"}, TAINT]}},
        [
            "metadata.taints[1].effect: Required value",
            'metadata.taints[2].effect: Unsupported value: "Never": supported values: "NoSchedule", '
            '"PreferNoSchedule", '
            '"NoExecute"',
            'metadata.taints[3]: Duplicate value: {"Key":"a","Value":"b","Effect":"NoSchedule","TimeAdded":null}: taints must be '
            'unique by '
            "key and effect pair",
        ],
    ),
    (
        "nodes", {"status": {"capacity": {"cpu": "-1", "pods": "1500m"}, "allocatable": {}}},
        [
            'status.capacity.cpu: Invalid value: "-1": must be greater than or equal to 0',
            'status.capacity.pods: Invalid value: "1500m": must be an integer',
            'status.allocatable.cpu: Invalid value: "-1": must be greater than or equal to 0',
            'status.allocatable.pods: Invalid value: "1500m": must be an integer',
        ],
    ),
    (
        "nodes", {"spec": {"podCIDRs": ["10.0.0.0/24", "10.0.1.0/24"]}},
        [
            'spec.podCIDRs: Invalid value: ["10.0.0.0/24","10.0.1.0/24"]: may specify no more than one CIDR for '
            'each IP '
            "family"
        ],
    ),
    (
        SLICES,
        {
            "addressType": "IPv4",
            "endpoints": [{"addresses": ["10.0.0.1"]}, {"addresses": []}, {"addresses": ["127.0.0.1", "fe80::1", "x"]}],
            "ports": [{"name": "a", "port": 80}, {"name": "a", "port": 0, "protocol": "HTTP"}],
        },
        [
            "endpoints[1].addresses: Required value: must contain at least 1 address",
            'endpoints[2].addresses[0]: Invalid value: "127.0.0.1": may not be in the loopback range '
            '(127.0.0.0/8, ::1/128)',
            'endpoints[2].addresses[1]: Invalid value: "fe80::1": must be a valid IPv4 address',
            'endpoints[2].addresses[2]: Invalid value: "x": must be a valid IPv4 address',
            'ports[1].name: Duplicate value: "a"',
            "ports[1].port: Invalid value: 0: must be between 1 and 65535, inclusive",
            'ports[1].protocol: Unsupported value: "HTTP": supported values: "SCTP", "TCP", "UDP"',
        ],
    ),
    (SLICES, {}, ["addressType: Required value"]),
    (SLICES, {"addressType": "X"}, ['addressType: Unsupported value: "X": supported values: "FQDN", "IPv4", "IPv6"']),
    (
        "endpoints", {"subsets": [{}, {"addresses": [{"ip": "1.2"}], "ports": [{"port": 1}, {"port": 2}]}]},
        [
            "subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`",
            'subsets[1].addresses[0].ip: Invalid value: "1.2": must be a valid IP address, (e.g. 10.9.8.7 or '
            '2001:db8::ffff)',
            'subsets[1].addresses[0].ip: Invalid value: "1.2": must be a valid IP address',
            "subsets[1].ports[0].name: Required value", "subsets[1].ports[1].name: Required value",
        ],
    ),
    (
        "resourcequotas",
        {"spec": {"hard": {
            "pods": "1", "requests.nvidia.com/gpu": "4", "count/jobs.batch": "2",
            "x.storageclass.storage.k8s.io/requests.storage": "1Gi",
        }}},
        [],
    ),
    (
        "resourcequotas", {"spec": {"hard": {"pods": "500m", "cups": "1", "cpu": "-1"}}},
        [
            'spec.hard[pods]: Invalid value: "500m": must be an integer',
            'spec.hard[cups]: Invalid value: "cups": must be a standard resource type or fully qualified',
            'spec.hard[cups]: Invalid value: "cups": must be a standard resource for quota',
            'spec.hard[cpu]: Invalid value: "-1": must be greater than or equal to 0',
        ],
    ),
    (
        "resourcequotas", {"spec": {"hard": {"cpu": "1", "pods": "1"}, "scopes": ["BestEffort", "NotBestEffort"]}},
        [
            'spec.scopes: Invalid value: ["BestEffort","NotBestEffort"]: unsupported scope applied to resource',
            'spec.scopes: Invalid value: ["BestEffort","NotBestEffort"]: conflicting scopes',
        ],
    ),
    (
        "resourcequotas",
        {"spec": {"hard": {"pods": "1"}, "scopeSelector": {"matchExpressions": [
            {"scopeName": "PriorityClass", "operator": "In"}, {"scopeName": "Terminating", "operator": "In", "values": ["x"]},
        ]}}},
        [
            "spec.scopeSelector.matchExpressions.values: Required value: must be at least one value when "
            "`operator` is 'In' "
            "or 'NotIn' for scope selector",
            "spec.scopeSelector.matchExpressions.operator: Invalid value: \"In\": must be 'Exists' when scope is "
            "any of "
            "ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, "
            "ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity",
        ],
    ),
    (
        "limitranges",
        {"spec": {"limits": [
            {"type": "Container", "min": {"cpu": "2"}, "max": {"cpu": "1"}},
            {"type": "Pod", "default": {"cpu": "1"}},
            {"type": "PersistentVolumeClaim"},
            {"type": "Pod", "maxLimitRequestRatio": {"cpu": "500m"}},
        ]}},
        [
            'spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1',
            'spec.limits[0].defaultRequest[cpu]: Invalid value: "1": min value 2 is greater than default request '
            'value 1',
            'spec.limits[0].default[cpu]: Invalid value: "2": min value 2 is greater than default value 1',
            "spec.limits[1].default: Forbidden: may not be specified when `type` is 'Pod'",
            "spec.limits[2].limits: Required value: either minimum or maximum storage value is required, but "
            "neither was "
            "provided",
            'spec.limits[3].type: Duplicate value: "Pod"',
            'spec.limits[3].maxLimitRequestRatio[cpu]: Invalid value: "500m": ratio 500m is less than 1',
        ],
    ),
    (
        "limitranges",
        {"spec": {"limits": [
            {"type": "Container", "min": {"cpu": "1"}, "max": {"cpu": "2"}, "maxLimitRequestRatio": {"cpu": "3"}},
        ]}},
        ['spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: "3": ratio 3 is greater than max/min = 2.000000'],
    ),
    (PRIORITIES, {"value": 1_000_000_000}, []),
    (
        PRIORITIES, {"value": 1_000_000_001},
        ["value: Forbidden: maximum allowed value of a user defined priority is 1000000000"],
    ),
    (
        PRIORITIES, {"metadata": {"name": "system-mine"}, "preemptionPolicy": "Sometimes"},
        [
            "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use "
            "only. error: "
            "system-mine is not a known system priority class",
            'preemptionPolicy: Unsupported value: "Sometimes": supported values: "Never", "PreemptLowerPriority"',
        ],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("resource", "obj", "errors"), REFUSALS)
def test_what_is_refused(resource: str, obj: Obj, errors: list[str]) -> None:
    assert created(resource, **obj) == errors


def test_what_ports_of_slices_are_given() -> None:
    assert default(SLICES, {"metadata": {}, "ports": [{"port": 80}]}) == {
        "metadata": {}, "endpoints": None, "ports": [{"name": "", "port": 80, "protocol": "TCP"}],
    }  # fmt: skip


def test_a_slice_keeps_its_address_type() -> None:
    old, new = ({"metadata": {}, "addressType": kind} for kind in ("IPv4", "IPv6"))
    errors = RULES[SLICES].validate_update(new, old)
    assert said(errors) == ['addressType: Invalid value: "IPv6": field is immutable']


def test_the_built_in_classes_are_valid_and_keep_their_value() -> None:
    for built_in in system_classes():
        assert said(RULES[PRIORITIES].validate(built_in)) == []
        changed = {**built_in, "value": 5}
        assert said(RULES[PRIORITIES].validate_update(changed, built_in)) == [
            "value: Forbidden: may not be changed in an update."
        ]


def test_what_of_a_node_may_change() -> None:
    old = {"metadata": {}, "spec": {"podCIDRs": ["10.0.0.0/24"], "providerID": "p"}}
    new = {"metadata": {}, "spec": {"podCIDRs": ["10.0.1.0/24"], "providerID": "q", "unschedulable": True}}
    assert said(RULES["nodes"].validate_update(new, old)) == [
        'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid',
        'spec.providerID: Forbidden: node updates may not change providerID except from "" to valid',
    ]
    assert said(RULES["nodes"].validate_update(new, {"metadata": {}, "spec": {}})) == []


def test_scopes_of_a_quota_stay() -> None:
    old, new = (
        {"metadata": {}, "spec": {"hard": {"pods": "1"}, "scopes": s}} for s in (["BestEffort"], ["Terminating"])
    )
    errors = RULES["resourcequotas"].validate_update(new, old)
    assert said(errors) == ['spec.scopes: Invalid value: ["Terminating"]: field is immutable']


def test_a_network_policy_is_given_its_directions() -> None:
    made = default(
        "networkpolicies.networking.k8s.io", {"metadata": {}, "spec": {"egress": [{"ports": [{"port": 53}]}]}}
    )
    assert made["spec"] == {
        "policyTypes": ["Ingress", "Egress"],
        "egress": [{"ports": [{"port": 53, "protocol": "TCP"}]}],
    }
