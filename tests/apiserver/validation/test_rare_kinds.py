"""What is refused of kinds that few people write: flow control, certificates, devices, addresses, storage capacity."""

from base64 import b64encode
from typing import Any

import pytest
import yaml

from quorate.apiserver.defaults import default
from quorate.apiserver.validation import validate, validate_subresource_update, validate_update

FLOW, LEVEL = "flowschemas.flowcontrol.apiserver.k8s.io", "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io"
REQUEST, SERVICE = "certificatesigningrequests.certificates.k8s.io", "apiservices.apiregistration.k8s.io"
CLAIM, CLASS = "resourceclaims.resource.k8s.io", "deviceclasses.resource.k8s.io"
SLICE = "resourceslices.resource.k8s.io"
ADDRESS, RANGE = "ipaddresses.networking.k8s.io", "servicecidrs.networking.k8s.io"
CAPACITY, ATTRIBUTES = "csistoragecapacities.storage.k8s.io", "volumeattributesclasses.storage.k8s.io"
PEM = b64encode(b"-----BEGIN CERTIFICATE REQUEST-----\nMA==\n-----END CERTIFICATE REQUEST-----\n").decode()


def told(resource: str, text: str) -> list[str]:
    body = yaml.safe_load(text)
    meta = {"name": "a", **body.pop("metadata", {})}
    return [f"{e.field}: {e.message}" for e in validate(resource, default(resource, {"metadata": meta, **body}))]


ONE_OF = "exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required"
ONE_PER_DEVICE = (
    "exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in "
    "the ResourceSlice spec"
)
IDENTIFIER = (
    "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or "
    "'_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName', regex used for validation is '[A-Za-z_][A-Za-z0-9_]*')"
)
REFUSED: list[tuple[str, str, list[str]]] = [
    (SLICE, "{}", [
        "spec.driver: Required value",
        "spec.driver: Invalid value: \"\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric "
        "characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for "
        "validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
        "spec.pool.name: Required value",
        "spec.pool.resourceSliceCount: Invalid value: 0: must be greater than zero", f"spec: Required value: {ONE_OF}",
    ]),
    (SLICE, "{spec: {driver: a, pool: {name: a, resourceSliceCount: 1, generation: -1}, nodeName: '', allNodes: true, "
     "nodeSelector: {nodeSelectorTerms: []}, sharedCounters: [{name: a}], devices: []}}", [
        "spec.pool.generation: Invalid value: -1: must be greater than or equal to zero",
        'spec.nodeName: Invalid value: "": must be either unset or set to a non-empty string',
        "spec.nodeSelector.nodeSelectorTerms: Required value: must have at least one node selector term",
        "spec.nodeSelector.nodeSelectorTerms: Invalid value: []: must have exactly one node selector term",
        f'spec: Invalid value: "{{`nodeSelector`, `allNodes`}}": {ONE_OF}, but multiple fields are set',
        'spec: Invalid value: "": only one of `sharedCounters` or `devices` is allowed',
        "spec.sharedCounters[0].counters: Required value",
    ]),
    (SLICE, "{spec: {driver: a, pool: {name: a, resourceSliceCount: 1}, perDeviceNodeSelection: true, devices: [{name: a}, "
     "{name: a, nodeName: n, allNodes: true, attributes: {a-b: {}, /c: {int: 1, bool: true}, 'd.e/': {version: '1.0'}}, "
     "capacity: {m: {value: 1, requestPolicy: {}}}, taints: [{key: k, effect: Never}, {key: k}]}]}}", [
        f"spec.devices[0]: Required value: {ONE_PER_DEVICE}",
        'spec.devices[1].attributes[/c]: Invalid value: "": the domain must not be empty',
        'spec.devices[1].attributes[/c]: Invalid value: {"int":1,"bool":true}: exactly one value must be specified',
        f'spec.devices[1].attributes[a-b]: Invalid value: "a-b": {IDENTIFIER}',
        'spec.devices[1].attributes[a-b]: Invalid value: "": exactly one value must be specified',
        'spec.devices[1].attributes[d.e/]: Invalid value: "": the name must not be empty',
        'spec.devices[1].attributes[d.e/].version: Invalid value: "1.0": must be a string compatible with semver.org spec '
        "2.0.0",
        "spec.devices[1].capacity[m].requestPolicy: Forbidden: allowMultipleAllocations must be true",
        'spec.devices[1].taints[0].effect: Unsupported value: "Never": supported values: "NoExecute", "NoSchedule", "None"',
        "spec.devices[1].taints[1].effect: Required value",
        f'spec.devices[1]: Invalid value: "{{`nodeName`, `allNodes`}}": {ONE_PER_DEVICE}',
        'spec.devices[1]: Duplicate value: "a"',
    ]),
    (SLICE, "{spec: {driver: a, pool: {name: A/b, resourceSliceCount: 1}, nodeName: n, devices: [{name: a, allNodes: true}]}}", [
        "spec.pool.name: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric "
        "characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for "
        "validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
        "spec.devices[0]: Invalid value: null: `nodeName`, `nodeSelector` and `allNodes` can only be set if "
        "`perDeviceNodeSelection` is set to true in the ResourceSlice spec",
    ]),
    (FLOW, "{}", ["spec.priorityLevelConfiguration.name: Required value: must reference a priority level"]),
    (FLOW, "{spec: {matchingPrecedence: 1, priorityLevelConfiguration: {name: A}, distinguisherMethod: {type: x}}}", [
        "spec.matchingPrecedence: Invalid value: 1: only the schema named 'exempt' may have matchingPrecedence 1",
        'spec.distinguisherMethod.type: Unsupported value: {"Type":"x"}: supported values: "ByNamespace", "ByUser"',
        "spec.priorityLevelConfiguration.name: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower "
        "case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. "
        "'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
    ]),
    (FLOW, "{spec: {matchingPrecedence: 10001, priorityLevelConfiguration: {name: a}, rules: [{}, {subjects: "
     "[{kind: User, group: {name: g}}, {kind: Nobody}, {kind: ServiceAccount, serviceAccount: {}}], resourceRules: "
     "[{verbs: [get, '*'], apiGroups: ['*', a], resources: []}], nonResourceRules: [{verbs: [run], nonResourceURLs: "
     "[a, /a//b, /a*, '/a b']}]}]}}", [
        "spec.matchingPrecedence: Invalid value: 10001: must not be greater than 10000",
        "spec.rules[0].subjects: Required value: subjects must contain at least one value",
        "spec.rules[0]: Required value: at least one of resourceRules and nonResourceRules has to be non-empty",
        "spec.rules[1].subjects[0].user: Required value: user is required when subject kind is 'User'",
        "spec.rules[1].subjects[0].group: Forbidden: group is forbidden when subject kind is not 'Group'",
        'spec.rules[1].subjects[1].kind: Unsupported value: "Nobody": supported values: "Group", "ServiceAccount", "User"',
        "spec.rules[1].subjects[2].serviceAccount.name: Required value",
        "spec.rules[1].subjects[2].serviceAccount.namespace: Required value: must specify namespace for service account",
        "spec.rules[1].resourceRules[0].verbs: Invalid value: [\"get\",\"*\"]: if '*' is present, must not specify other verbs",
        "spec.rules[1].resourceRules[0].apiGroups: Invalid value: [\"*\",\"a\"]: if '*' is present, must not specify other "
        "api groups",
        "spec.rules[1].resourceRules[0].resources: Required value: resource rules must supply at least one resource",
        "spec.rules[1].resourceRules[0].namespaces: Required value: resource rules that are not cluster scoped must supply "
        "at least one namespace",
        'spec.rules[1].nonResourceRules[0].verbs: Unsupported value: ["run"]: supported values: "create", "delete", '
        '"deletecollection", "get", "list", "patch", "proxy", "update", "watch"',
        'spec.rules[1].nonResourceRules[0].nonResourceURLs[0]: Invalid value: "a": must start with slash',
        'spec.rules[1].nonResourceRules[0].nonResourceURLs[1]: Invalid value: "/a//b": must not contain double slash',
        'spec.rules[1].nonResourceRules[0].nonResourceURLs[2]: Invalid value: "/a*": wildcard can only do suffix matching',
        'spec.rules[1].nonResourceRules[0].nonResourceURLs[3]: Invalid value: "/a b": must not contain white-space',
    ]),
    (LEVEL, "{spec: {type: Exempt}}", [
        "spec.type: Invalid value: \"Exempt\": type must be 'Exempt' if and only if name is 'exempt'",
    ]),
    (LEVEL, "{spec: {type: Limited}}", ["spec.limited: Required value: must not be empty when type is Limited"]),
    (LEVEL, "{spec: {type: Limited, limited: {lendablePercent: 101, borrowingLimitPercent: -1, limitResponse: "
     "{type: Queue, queuing: {handSize: 60, queues: 50}}}}}", [
        "spec.limited.limitResponse.queuing.handSize: Invalid value: 60: should not be greater than queues (50)",
        "spec.limited.lendablePercent: Invalid value: 101: must be between 0 and 100, inclusive",
        "spec.limited.borrowingLimitPercent: Invalid value: -1: if specified, must be a non-negative integer",
    ]),
    (LEVEL, "{spec: {type: Limited, limited: {limitResponse: {type: Queue, queuing: {handSize: 12, queues: 64}}}}}", [
        "spec.limited.limitResponse.queuing.handSize: Invalid value: 12: required entropy bits of deckSize 64 and handSize "
        "12 should not be greater than 60",
    ]),
    (REQUEST, f"{{spec: {{request: {PEM}, signerName: example/x, usages: [client auth, client auth, x], expirationSeconds: 9}}}}", [
        'spec.usages[2]: Unsupported value: "x": supported values: "any", "cert sign", "client auth", "code signing", '
        '"content commitment", "crl sign", "data encipherment", "decipher only", "digital signature", "email protection", '
        '"encipher only", "ipsec end system", "ipsec tunnel", "ipsec user", "key agreement", "key encipherment", '
        '"microsoft sgc", "netscape sgc", "ocsp signing", "s/mime", "server auth", "signing", "timestamping"',
        'spec.usages[1]: Duplicate value: "client auth"',
        'spec.signerName: Invalid value: "example": should be a domain with at least two segments separated by dots',
        "spec.expirationSeconds: Invalid value: 9: may not specify a duration less than 600 seconds (10 minutes)",
    ]),
    (REQUEST, "{spec: {signerName: kubernetes.io/legacy-unknown}}", [
        "spec.request: Invalid value: null: PEM block type must be CERTIFICATE REQUEST",
        "spec.usages: Required value: usages must be provided",
        'spec.signerName: Invalid value: "kubernetes.io/legacy-unknown": the legacy signerName is not allowed via this API '
        "version",
    ]),
    (SERVICE, "{metadata: {name: v1.b.c}, spec: {group: b.d, version: v1, service: {port: 0}, versionPriority: 1001}}", [
        'metadata.name: Invalid value: "v1.b.c": must be `spec.version+"."+spec.group`: "v1.b.d"',
        "spec.groupPriorityMinimum: Invalid value: 0: must be positive and less than 20000",
        "spec.versionPriority: Invalid value: 1001: must be positive and less than 1000",
        "spec.service.namespace: Required value", "spec.service.name: Required value",
        "spec.service.port: Invalid value: 0: port is not valid: must be between 1 and 65535, inclusive",
    ]),
    (CLAIM, "{spec: {devices: {requests: [{name: a}, {name: a, exactly: {}}, {name: b, exactly: {deviceClassName: c, "
     "count: -1, selectors: [{}, {cel: {expression: 'device.nope'}}, {cel: {expression: '1'}}]}}], constraints: "
     "[{requests: [z]}], config: [{}]}}}", [
        "spec.devices.requests[0]: Required value: exactly one of `exactly` or `firstAvailable` is required",
        "spec.devices.requests[1].exactly.deviceClassName: Required value",
        'spec.devices.requests[1]: Duplicate value: "a"',
        "spec.devices.requests[2].exactly.selectors[0].cel: Required value",
        'spec.devices.requests[2].exactly.selectors[1].cel.expression: Invalid value: "device.nope": compilation failed: '
        "ERROR: <input>:1:7: undefined field 'nope'\n | device.nope\n | ......^",
        'spec.devices.requests[2].exactly.selectors[2].cel.expression: Invalid value: "1": must evaluate to bool or the '
        "unknown type, not int",
        "spec.devices.requests[2].exactly.count: Invalid value: -1: must be greater than zero",
        'spec.devices.constraints[0].requests[0]: Invalid value: "z": must be the name of a request in the claim or the '
        "name of a request and a subrequest separated by '/'",
        'spec.devices.constraints[0]: Required value: exactly one of "matchAttribute" or "distinctAttribute" is required, '
        "but multiple fields are set",
        "spec.devices.config[0].opaque: Required value",
    ]),
    (CLASS, "{spec: {config: [{opaque: {driver: a.b, parameters: 3}}]}}", [
        'spec.config[0].opaque.parameters: Invalid value: "<value omitted>": must be a valid JSON object',
    ]),
    (ADDRESS, "{metadata: {name: x}, spec: {parentRef: {resource: a/b}}}", [
        'metadata.name: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
        "spec.parentRef.resource: Invalid value: \"a/b\": may not contain '/'",
        "spec.parentRef.name: Required value",
    ]),
    (RANGE, "{}", ["spec.cidrs: Required value: at least one CIDR required"]),
    (RANGE, "{spec: {cidrs: [10.0.0.0/8, 10.1.0.0/16]}}", [
        'spec.cidrs: Invalid value: {"CIDRs":["10.0.0.0/8","10.1.0.0/16"]}: may specify no more than one IP for each IP '
        "family, i.e 192.168.0.0/24 and 2001:db8::/64",
    ]),
    (RANGE, "{spec: {cidrs: [x]}}", [
        'spec.cidrs[0]: Invalid value: "x": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
    ]),
    (CAPACITY, "{storageClassName: a, capacity: '-1'}", [
        'capacity: Invalid value: "-1": must be greater than or equal to 0',
    ]),
    (ATTRIBUTES, "{}", [
        "driverName: Required value", "parameters: Required value: must contain at least one key/value pair",
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("resource", "text", "expected"), REFUSED)
def test_refused(resource: str, text: str, expected: list[str]) -> None:
    assert told(resource, text) == expected


SOUND = [
    (SLICE, "{spec: {driver: gpu.example.com, pool: {name: n/a, resourceSliceCount: 1}, nodeName: n, devices: [{name: gpu-0, "
     "attributes: {model: {string: x}, 'example.com/v': {version: 1.2.3-a.1+b}}, capacity: {memory: {value: 80Gi}}, "
     "taints: [{key: a, effect: NoSchedule}]}]}}"),
    (SLICE, "{spec: {driver: a, pool: {name: a, resourceSliceCount: 2}, allNodes: true, sharedCounters: [{name: a, counters: "
     "{memory: {value: 1}}}]}}"),
    (FLOW, "{spec: {priorityLevelConfiguration: {name: a}, rules: [{subjects: [{kind: User, user: {name: '*'}}], "
     "nonResourceRules: [{verbs: ['*'], nonResourceURLs: [/a/*]}]}]}}"),
    (LEVEL, "{spec: {type: Limited, limited: {limitResponse: {type: Queue, queuing: {}}}}}"),
    (REQUEST, f"{{spec: {{request: {PEM}, signerName: example.com/x.y, usages: [client auth]}}}}"),
    (SERVICE, "{metadata: {name: v1.b.c}, spec: {group: b.c, version: v1, service: {namespace: a, name: b}, "
     "groupPriorityMinimum: 100, versionPriority: 15}}"),
    (CLAIM, "{spec: {devices: {requests: [{name: a, exactly: {deviceClassName: c, selectors: [{cel: {expression: "
     "\"device.driver == 'x' && device.attributes['x'].a\"}}]}}], constraints: [{requests: [a], matchAttribute: x/y}]}}}"),
    (ADDRESS, "{metadata: {name: '10.0.0.1'}, spec: {parentRef: {resource: services, name: a, namespace: b}}}"),
    (RANGE, "{spec: {cidrs: [10.0.0.0/8, 'fd00::/108']}}"),
    (ATTRIBUTES, "{driverName: a.b, parameters: {iops: '3'}}"),
]  # fmt: skip


@pytest.mark.parametrize(("resource", "text"), SOUND)
def test_sound(resource: str, text: str) -> None:
    assert told(resource, text) == []


def test_what_is_filled_in() -> None:
    level = default(
        LEVEL, {"spec": {"type": "Limited", "limited": {"limitResponse": {"type": "Queue", "queuing": {}}}}}
    )
    assert level["spec"]["limited"] == {
        "limitResponse": {"type": "Queue", "queuing": {"handSize": 8, "queues": 64, "queueLengthLimit": 50}},
        "nominalConcurrencyShares": 30, "lendablePercent": 0,
    }  # fmt: skip
    claim = default(CLAIM, {"spec": {"devices": {"requests": [{"name": "a", "exactly": {"deviceClassName": "c"}}]}}})
    [request] = claim["spec"]["devices"]["requests"]
    assert request["exactly"] == {"deviceClassName": "c", "allocationMode": "ExactCount", "count": 1}


META = {"name": "a", "resourceVersion": "1"}


def changed(resource: str, new: dict[str, Any], old: dict[str, Any], subresource: str = "") -> list[str]:
    before, after = {"metadata": META, **old}, {"metadata": META, **new}
    if subresource:
        found = validate_subresource_update(resource, subresource, after, before)
    else:
        found = validate_update(resource, after, before)
    return [f"{e.field}: {e.message}" for e in found]


def test_only_the_approval_answers_a_request() -> None:
    spec = {"request": PEM, "signerName": "example.com/x", "usages": ["client auth"]}
    approved = {"spec": spec, "status": {"conditions": [{"type": "Approved", "status": "True"}]}}
    signed = {**approved, "status": {**approved["status"], "certificate": "eA=="}}
    assert changed(REQUEST, approved, {"spec": spec}, "approval") == []
    assert changed(REQUEST, approved, {"spec": spec}, "status") == [
        'status.conditions: Forbidden: updates may not add a condition of type "Approved"'
    ]
    assert changed(REQUEST, {"spec": spec}, approved, "approval") == [
        'status.conditions: Forbidden: updates may not remove a condition of type "Approved"'
    ]
    assert changed(REQUEST, signed, approved, "status") == []
    assert changed(REQUEST, signed, approved) == [
        "status.certificate: Forbidden: updates may not set certificate content"
    ]


def test_what_may_not_change() -> None:
    offered = {"driver": "a", "pool": {"name": "a", "resourceSliceCount": 1}, "nodeName": "n"}
    assert changed(SLICE, {"spec": {**offered, "nodeName": "m"}}, {"spec": offered}) == [
        'spec.nodeName: Invalid value: "m": field is immutable'
    ]
    assert changed(RANGE, {"spec": {"cidrs": ["10.0.0.0/8"]}}, {"spec": {"cidrs": ["10.0.0.0/9"]}}) == [
        'spec.cidrs: Invalid value: ["10.0.0.0/8"]: field is immutable'
    ]
    assert changed(
        ATTRIBUTES, {"driverName": "b", "parameters": {"a": "b"}}, {"driverName": "a", "parameters": {"a": "b"}}
    ) == ["driverName: Forbidden: updates to driverName are forbidden."]
    assert changed(CAPACITY, {"storageClassName": "b"}, {"storageClassName": "a"}) == [
        'storageClassName: Invalid value: "b": field is immutable'
    ]


CLASS_OF = "storageclasses.storage.k8s.io"
MORE: list[tuple[str, str, list[str]]] = [
    (CLASS_OF, "{provisioner: a, allowedTopologies: [{matchLabelExpressions: [{key: a, values: [x, x]}, {key: a, values: "
     "[]}]}, {}, {}]}", [
        'allowedTopologies.matchLabelExpressions[0].values[1]: Duplicate value: "x"',
        "allowedTopologies.matchLabelExpressions[1].values: Required value",
        'allowedTopologies.matchLabelExpressions[1].key: Duplicate value: "a"',
        'allowedTopologies[2].matchLabelExpressions: Duplicate value: ""',
    ]),
    ("csinodes.storage.k8s.io", "{spec: {drivers: [{name: a, nodeID: b, topologyKeys: [a, a]}]}}", [
        'spec.drivers[0].topologyKeys: Duplicate value: "a"',
    ]),
    ("runtimeclasses.node.k8s.io", "{handler: a, overhead: {podFixed: {cpu: '-1'}}}", [
        'overhead.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0',
    ]),
    ("services", "{spec: {type: LoadBalancer, loadBalancerSourceRanges: [x, ' 10.0.0.0/8'], externalIPs: [127.0.0.1], "
     "clusterIPs: [10.96.0.9], clusterIP: 10.96.0.9, ports: [{port: 10250}]}}", [
        "spec.ports[0]: Invalid value: 10250: may not expose port 10250 externally since it is used by kubelet",
        'spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
        'spec.LoadBalancerSourceRanges[0]: Invalid value: "x": must be a valid CIDR value, (e.g. 10.9.8.0/24 or '
        "2001:db8::/64)",
    ]),
    ("pods", "{spec: {hostPID: true, shareProcessNamespace: true, containers: [{name: a, image: i}]}}", [
        "spec.securityContext.shareProcessNamespace: Invalid value: true: ShareProcessNamespace and HostPID cannot both be "
        "enabled",
    ]),
    ("pods", "{spec: {containers: [{name: a, image: i, securityContext: {windowsOptions: {hostProcess: true}}}, {name: b, "
     "image: i}]}}", [
        'spec: Invalid value: "": If pod contains any hostProcess containers then all containers must be HostProcess '
        "containers",
        "spec.hostNetwork: Invalid value: false: hostNetwork must be true if pod contains any hostProcess containers",
    ]),
    ("nodes", "{spec: {podCIDR: x}}", [
        'spec.podCIDRs[0]: Invalid value: "x": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("resource", "text", "expected"), MORE)
def test_refused_of_kinds_that_many_write(resource: str, text: str, expected: list[str]) -> None:
    assert told(resource, text) == expected
