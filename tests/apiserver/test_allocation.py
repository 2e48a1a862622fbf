"""Services on their way through defaults, allocation and validation; messages as real Kubernetes gives them."""

from ipaddress import IPv4Address
from typing import Any

import pytest

from quorate.apiserver.allocation import NODE_PORTS, SERVICES, allocate
from quorate.apiserver.defaults import default
from quorate.apiserver.taken import Taken
from quorate.apiserver.validation import validate, validate_update
from quorate.apiserver.validation.errors import refusal
from quorate.contract.failures import Refused
from quorate.kernel.chance import Chance
from quorate.objects.collection import Collection
from quorate.objects.kinds import by_resource

Obj = dict[str, Any]
CHANCE = Chance(7)
KIND = by_resource("services")
assert KIND is not None


def service(name: str, uid: str = "", **spec: Any) -> Obj:
    meta = {"namespace": "n", "name": name, "uid": uid or f"uid-{name}"}
    return {"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": spec}


def create(store: Collection, obj: Obj) -> Obj:
    made = allocate(default("services", obj), store, CHANCE)
    errors = validate("services", made)
    if errors:
        raise refusal(KIND, made["metadata"]["name"], errors)
    store.apply("services", None, made, store.revision + 1)
    return made


def update(store: Collection, obj: Obj) -> Obj:
    old = store.get("services", "n", obj["metadata"]["name"])
    assert old is not None
    made = allocate(default("services", obj), store, CHANCE)
    errors = validate_update("services", made, old)
    if errors:
        raise refusal(KIND, made["metadata"]["name"], errors)
    store.apply("services", old, made, store.revision + 1)
    return made


def patched(store: Collection, name: str, **spec: Any) -> Obj:
    """As a merge patch: None takes a field away."""
    old = store.get("services", "n", name)
    assert old is not None
    merged = {k: v for k, v in {**old["spec"], **spec}.items() if v is not None}
    return update(store, {**old, "spec": merged})


@pytest.fixture
def store() -> Collection:
    return Collection()


def rid(obj: Obj) -> Obj:
    """The spec without what differs from run to run."""
    return {k: v for k, v in obj["spec"].items() if k not in ("clusterIP", "clusterIPs")}


PLAIN = {
    "type": "ClusterIP", "sessionAffinity": "None", "internalTrafficPolicy": "Cluster", "ipFamilies": ["IPv4"],
    "ipFamilyPolicy": "SingleStack",
}  # fmt: skip


def test_a_plain_service_gets_an_address_from_the_range(store: Collection) -> None:
    made = create(store, service("s", selector={"a": "b"}, ports=[{"port": 80}]))
    port = {"port": 80, "protocol": "TCP", "targetPort": 80}
    assert rid(made) == {**PLAIN, "selector": {"a": "b"}, "ports": [port]}
    assert IPv4Address(made["spec"]["clusterIP"]) in SERVICES
    assert made["spec"]["clusterIPs"] == [made["spec"]["clusterIP"]]


def test_a_headless_service_stays_without_address(store: Collection) -> None:
    made = create(store, service("s", clusterIP="None", selector={"a": "b"}))
    assert made["spec"] == {**PLAIN, "selector": {"a": "b"}, "clusterIP": "None", "clusterIPs": ["None"]}


def test_headless_without_selector_is_of_both_families(store: Collection) -> None:
    ports = [{"name": "a", "port": 80, "targetPort": "http"}, {"name": "b", "port": 81, "protocol": "UDP"}]
    made = create(store, service("s", clusterIP="None", ports=ports))
    assert rid(made) == {
        **PLAIN, "ipFamilies": ["IPv4", "IPv6"], "ipFamilyPolicy": "RequireDualStack",
        "ports": [
            {"name": "a", "port": 80, "protocol": "TCP", "targetPort": "http"},
            {"name": "b", "port": 81, "protocol": "UDP", "targetPort": 81},
        ],
    }  # fmt: skip


def test_an_external_name_has_nothing_of_the_cluster(store: Collection) -> None:
    made = create(store, service("s", type="ExternalName", externalName="example.com"))
    assert made["spec"] == {"type": "ExternalName", "externalName": "example.com", "sessionAffinity": "None"}


def test_session_affinity_lasts_three_hours(store: Collection) -> None:
    made = create(store, service("s", sessionAffinity="ClientIP", ports=[{"port": 80}]))
    assert made["spec"]["sessionAffinityConfig"] == {"clientIP": {"timeoutSeconds": 10800}}


def test_a_load_balancer_has_node_ports(store: Collection) -> None:
    spec = create(store, service("s", type="LoadBalancer", ports=[{"port": 80}]))["spec"]
    assert spec["externalTrafficPolicy"] == "Cluster" and spec["allocateLoadBalancerNodePorts"] is True
    assert spec["ports"][0]["nodePort"] in NODE_PORTS


def test_a_load_balancer_may_do_without_node_ports(store: Collection) -> None:
    made = create(store, service("s", type="LoadBalancer", allocateLoadBalancerNodePorts=False, ports=[{"port": 80}]))
    assert "nodePort" not in made["spec"]["ports"][0]


def test_a_local_load_balancer_has_a_port_for_health_checks(store: Collection) -> None:
    made = create(store, service("s", type="LoadBalancer", externalTrafficPolicy="Local", ports=[{"port": 80}]))
    numbers = {made["spec"]["ports"][0]["nodePort"], made["spec"]["healthCheckNodePort"]}
    assert len(numbers) == 2 and numbers <= set(NODE_PORTS)


def test_one_number_for_all_protocols_of_a_port(store: Collection) -> None:
    ports = [{"name": "t", "port": 53}, {"name": "u", "port": 53, "protocol": "UDP"}, {"name": "x", "port": 54}]
    a, b, c = (p["nodePort"] for p in create(store, service("s", type="NodePort", ports=ports))["spec"]["ports"])
    assert a == b != c


REFUSED: list[tuple[Obj, str]] = [
    (
        {"type": "NodePort", "ports": [{"port": 80, "nodePort": 80}]},
        "spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. "
        "The range of valid ports is 30000-32767",
    ),
    (
        {"ipFamilyPolicy": "RequireDualStack", "ports": [{"port": 80}]},
        'spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack '
        'services',
    ),
    (
        {"ipFamilies": ["IPv6"], "ports": [{"port": 80}]},
        'spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster',
    ),
    ({"type": "ExternalName"}, "spec.externalName: Required value"),
    (
        {"type": "NodePort", "clusterIP": "None", "ports": [{"port": 80}]},
        "spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for NodePort services",
    ),
    ({}, "spec.ports: Required value"),
    (
        {"ports": [{"port": 80}], "clusterIP": "1.2.3"},
        'spec.clusterIPs[0]: Invalid value: "1.2.3": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    ),
    (
        {"ports": [{"port": 80}], "clusterIP": "1.2.3.4"},
        'spec.clusterIPs: Invalid value: ["1.2.3.4"]: failed to allocate IP 1.2.3.4: the provided IP (1.2.3.4) '
        'is not in '
        "the valid range. The range of valid IPs is 10.96.0.0/12",
    ),
    (
        {"ports": [{"port": 80}, {"port": 81}]},
        "[spec.ports[0].name: Required value, spec.ports[1].name: Required value]",
    ),
    (
        {"ports": [{"port": 80}, {"port": 80}]},
        '[spec.ports[0].name: Required value, spec.ports[1].name: Required value, spec.ports[1]: Duplicate value: '
        '{"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,"NodePort":0}]',
    ),
    (
        {"ports": [{"name": "a", "port": 80}, {"name": "a", "port": 81}, {"name": "B", "port": 82}]},
        '[spec.ports[1].name: Duplicate value: "a", spec.ports[2].name: Invalid value: "B": a lowercase RFC 1123 '
        'label must '
        "consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character "
        "(e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')]",
    ),
    (
        {
            "sessionAffinity": "Cookie", "externalTrafficPolicy": "Local",
            "ports": [{"port": 80, "targetPort": "too-long-a-name-for-a-port"}],
        },
        '[spec.ports[0].targetPort: Invalid value: "too-long-a-name-for-a-port": must be no more than 15 characters, '
        'spec.sessionAffinity: Unsupported value: "Cookie": supported values: "ClientIP", "None", '
        'spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services]',
    ),
    (
        {"type": "Internal", "ports": [{"port": 0, "protocol": "HTTP"}, {"port": 99999, "name": "ok"}]},
        "[spec.ports[0].name: Required value, spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, "
        "inclusive, "
        'spec.ports[0].protocol: Unsupported value: "HTTP": supported values: "SCTP", "TCP", "UDP", '
        "spec.ports[0].targetPort: Invalid value: 0: must be between 1 and 65535, inclusive, "
        "spec.ports[1].port: Invalid value: 99999: must be between 1 and 65535, inclusive, "
        "spec.ports[1].targetPort: Invalid value: 99999: must be between 1 and 65535, inclusive, "
        'spec.type: Unsupported value: "Internal": supported values: "ClusterIP", "ExternalName", '
        '"LoadBalancer", "NodePort"]',
    ),
    (
        {"ports": [{"port": 80, "nodePort": 30001}]},
        "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'",
    ),
    (
        {"ports": [{"port": 80}], "loadBalancerClass": "x"},
        "spec.loadBalancerClass: Forbidden: may only be used when `type` is 'LoadBalancer'",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("spec", "message"), REFUSED, ids=range(len(REFUSED)))
def test_what_is_refused(store: Collection, spec: Obj, message: str) -> None:
    with pytest.raises(Refused) as refused:
        create(store, service("s", **spec))
    assert refused.value.message == f'Service "s" is invalid: {message}'
    assert refused.value.code == 422


def test_what_somebody_holds_is_refused_and_free_again_when_it_goes(store: Collection) -> None:
    create(store, service("a", clusterIP="10.96.0.9", type="NodePort", ports=[{"port": 80, "nodePort": 30100}]))
    with pytest.raises(Refused, match=r"failed to allocate IP 10\.96\.0\.9: provided IP is already allocated"):
        create(store, service("b", clusterIP="10.96.0.9", ports=[{"port": 80}]))
    with pytest.raises(Refused, match="30100: provided port is already allocated"):
        create(store, service("b", type="NodePort", ports=[{"port": 80, "nodePort": 30100}]))
    store.apply("services", store.get("services", "n", "a"), None, store.revision + 1)
    create(store, service("b", clusterIP="10.96.0.9", type="NodePort", ports=[{"port": 80, "nodePort": 30100}]))


def test_no_two_services_share_an_address_or_a_node_port(store: Collection) -> None:
    made = [create(store, service(f"s{i}", type="NodePort", ports=[{"port": 80}])) for i in range(200)]
    assert len({m["spec"]["clusterIP"] for m in made}) == len({m["spec"]["ports"][0]["nodePort"] for m in made}) == 200
    taken = store.view(Taken)
    assert len(taken.addresses) == len(taken.ports) == 200


def test_the_address_stays(store: Collection) -> None:
    made = create(store, service("s", ports=[{"port": 80}]))
    assert patched(store, "s", clusterIP="", clusterIPs=None) == made
    for ips in (["None"], ["10.96.255.200"]):
        with pytest.raises(Refused) as refused:
            patched(store, "s", clusterIP=ips[0], clusterIPs=ips)
        value = f'["{ips[0]}"]'
        assert refused.value.message == (
            f'Service "s" is invalid: spec.clusterIPs[0]: Invalid value: {value}: may not change once set'
        )


def test_headless_stays_headless(store: Collection) -> None:
    create(store, service("h", clusterIP="None", selector={"a": "b"}, ports=[{"port": 80}]))
    with pytest.raises(Refused) as refused:
        patched(store, "h", clusterIP="10.96.255.200", clusterIPs=["10.96.255.200"])
    assert refused.value.message == (
        'Service "h" is invalid: spec.clusterIPs[0]: Invalid value: ["10.96.255.200"]: may not change once set'
    )


def test_a_change_of_type_lets_the_address_go(store: Collection) -> None:
    made = create(store, service("s", ports=[{"port": 80}]))
    ip = made["spec"]["clusterIP"]
    changed = patched(store, "s", type="ExternalName", externalName="example.com", clusterIP="", clusterIPs=None)
    assert {"clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy"}.isdisjoint(
        changed["spec"]
    )
    create(store, service("t", clusterIP=ip, ports=[{"port": 80}]))
    back = patched(store, "s", type="ClusterIP")
    assert back["spec"]["clusterIP"] != ip and "externalName" not in back["spec"]


def test_a_put_without_what_was_allocated_keeps_it(store: Collection) -> None:
    made = create(store, service("s", type="NodePort", ports=[{"port": 80}]))
    assert update(store, service("s", type="NodePort", ports=[{"port": 80}]))["spec"] == made["spec"]


def test_node_ports_go_with_the_type(store: Collection) -> None:
    create(store, service("s", type="NodePort", ports=[{"port": 80}]))
    spec = patched(store, "s", type="ClusterIP")["spec"]
    assert "nodePort" not in spec["ports"][0] and "externalTrafficPolicy" not in spec
    assert patched(store, "s", type="NodePort")["spec"]["ports"][0]["nodePort"] in NODE_PORTS


def test_a_second_port_gets_a_node_port_of_its_own(store: Collection) -> None:
    made = create(store, service("s", type="NodePort", ports=[{"name": "a", "port": 80}]))
    first = made["spec"]["ports"][0]
    ports = patched(store, "s", ports=[first, {"name": "b", "port": 81}])["spec"]["ports"]
    assert ports[0] == first and ports[1]["nodePort"] not in (None, first["nodePort"])


def test_the_same_seed_gives_the_same_addresses() -> None:
    def drawn() -> list[str]:
        store, chance = Collection(), Chance(3)
        out = []
        for name in "abc":
            made = allocate(default("services", service(name, ports=[{"port": 80}])), store, chance)
            store.apply("services", None, made, 0)
            out.append(made["spec"]["clusterIP"])
        return out

    assert drawn() == drawn()
