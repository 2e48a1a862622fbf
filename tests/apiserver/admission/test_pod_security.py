"""Pod Security Standards and the other plugins that look at pods and Ingresses, in Kubernetes' own words."""

from typing import Any

import pytest
import yaml

from quorate.apiserver.access.user import ADMIN
from quorate.apiserver.admission import MUTATING, VALIDATING
from quorate.apiserver.admission.chain import Chain
from quorate.apiserver.admission.pod_security.levels import violations
from quorate.apiserver.admission.pod_security.policy import Standard, policy_of
from quorate.apiserver.asked import Asked
from quorate.contract.failures import Refused
from quorate.kernel.chance import Chance
from quorate.kernel.clock import EPOCH
from quorate.objects.collection import Collection
from quorate.objects.kinds import by_resource

Obj = dict[str, Any]
SAFE = (
    "securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}, containers: [{name: c, "
    "securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}%s}%s}]"
)
PLAIN = (
    'allowPrivilegeEscalation != false (container "c" must set securityContext.allowPrivilegeEscalation=false), '
    'unrestricted capabilities (container "c" must set securityContext.capabilities.drop=["ALL"]), '
    'runAsNonRoot != true (pod or container "c" must set securityContext.runAsNonRoot=true), '
    'seccompProfile (pod or container "c" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")'
)


def found(level: str, spec: str, version: int = 36) -> str:
    return violations(Standard(level, version), {"metadata": {}, "spec": yaml.safe_load(f"{{{spec}}}")}).details()


BASELINE = [
    ("containers: [{name: c}]", ""),
    ("hostNetwork: true, hostIPC: true, containers: []", "host namespaces (hostNetwork=true, hostIPC=true)"),
    ("containers: [{name: c, securityContext: {privileged: true}}], initContainers: [{name: i, securityContext: "
     "{privileged: true}}]", 'privileged (containers "i", "c" must not set securityContext.privileged=true)'),
    ("containers: [{name: c, ports: [{hostPort: 80}, {hostPort: 443}]}]", 'hostPort (container "c" uses hostPorts 443, 80)'),
    ("containers: [], volumes: [{name: a, hostPath: {path: /}}, {name: b, emptyDir: {}}]", 'hostPath volumes (volume "a")'),
    ("containers: [{name: c, securityContext: {capabilities: {add: [CHOWN, SYS_TIME, NET_RAW]}}}]",
     'non-default capabilities (container "c" must not include "NET_RAW", "SYS_TIME" in securityContext.capabilities.add)'),
    ("containers: [{name: c, securityContext: {procMount: Unmasked}}]",
     'procMount (container "c" must not set securityContext.procMount to "Unmasked")'),
    ("securityContext: {seccompProfile: {type: Unconfined}}, containers: [{name: c, securityContext: {seccompProfile: "
     "{type: Unconfined}}}]",
     'seccompProfile (pod and container "c" must not set securityContext.seccompProfile.type to "Unconfined")'),
    ("securityContext: {seLinuxOptions: {type: spc_t, user: u}}, containers: []",
     'seLinuxOptions (pod set forbidden securityContext.seLinuxOptions: type "spc_t"; user may not be set)'),
    ("securityContext: {sysctls: [{name: kernel.msgmax}, {name: net.ipv4.tcp_syncookies}]}, containers: []",
     "forbidden sysctls (kernel.msgmax)"),
    ("securityContext: {appArmorProfile: {type: Unconfined}}, containers: []",
     'forbidden AppArmor profile (pod must not set AppArmor profile type to "Unconfined")'),
    ("securityContext: {windowsOptions: {hostProcess: true}}, containers: []",
     "hostProcess (pod must not set securityContext.windowsOptions.hostProcess=true)"),
    ("containers: [{name: c, livenessProbe: {httpGet: {host: h}}, lifecycle: {preStop: {httpGet: {host: g}}}}]",
     'probe or lifecycle host (container "c" uses probe or lifecycle hosts "g", "h")'),
]  # fmt: skip
RESTRICTED = [
    ("containers: [{name: c}]", PLAIN),
    (SAFE % ("", ""), ""),
    (SAFE % (", runAsUser: 0", ""), 'runAsUser=0 (container "c" must not set runAsUser=0)'),
    (SAFE % (", runAsNonRoot: false", ""),
     'runAsNonRoot != true (container "c" must not set securityContext.runAsNonRoot=false)'),
    (SAFE % ("", "") + ", volumes: [{name: a, hostPath: {path: /}}, {name: b, nfs: {}}, {name: d, secret: {}}]",
     'restricted volume types (volumes "a", "b" use restricted volume types "hostPath", "nfs")'),
    ("os: {name: windows}, containers: [{name: c, securityContext: {runAsNonRoot: true}}]", ""),
    ("hostUsers: false, " + SAFE % (", runAsUser: 0, runAsNonRoot: false", ""), ""),
]  # fmt: skip


@pytest.mark.parametrize(("spec", "expected"), BASELINE)
def test_what_violates_baseline(spec: str, expected: str) -> None:
    assert found("baseline", spec) == expected
    assert found("privileged", spec) == ""


@pytest.mark.parametrize(("spec", "expected"), RESTRICTED)
def test_what_violates_restricted(spec: str, expected: str) -> None:
    assert found("restricted", spec) == expected


def test_a_standard_is_that_of_its_version() -> None:
    probes = "containers: [{name: c, livenessProbe: {httpGet: {host: h}}}]"
    assert found("baseline", probes, 33) == "" and found("baseline", probes, 34)
    keepalive = "securityContext: {sysctls: [{name: net.ipv4.tcp_keepalive_time}]}, containers: []"
    assert found("baseline", keepalive, 28) and found("baseline", keepalive, 29) == ""


def test_what_labels_ask_for() -> None:
    at = "pod-security.kubernetes.io/"
    policy, errors = policy_of(
        {f"{at}enforce": "baseline", f"{at}enforce-version": "v1.30", f"{at}warn-version": "latest"}
    )
    assert (str(policy.enforce), str(policy.warn), errors) == ("baseline:v1.30", "baseline:latest", [])
    policy, errors = policy_of({f"{at}enforce": "strict", f"{at}warn": "none", f"{at}audit-version": "1.2"})
    assert (str(policy.enforce), str(policy.warn)) == ("restricted:latest", "privileged:latest")
    assert [f"{e.field}: {e.message}" for e in errors] == [
        f'metadata.labels[{at}enforce]: Invalid value: "strict": must be one of privileged, baseline, restricted',
        f'metadata.labels[{at}audit-version]: Invalid value: "1.2": must be "latest" or "v1.x"',
        f'metadata.labels[{at}warn]: Invalid value: "none": must be one of privileged, baseline, restricted',
    ]


class Server:
    def __init__(self, *objs: tuple[str, Obj]) -> None:
        self.store = Collection()
        for resource, obj in objs:
            whole = {**obj, "metadata": {"uid": f"uid-{obj['metadata']['name']}", **obj["metadata"]}}
            self.store.apply(resource, None, whole, self.store.revision + 1)

    def write(self, resource: str, obj: Obj, old: Obj | None = None) -> Asked:
        kind = by_resource(resource)
        assert kind is not None
        meta = obj["metadata"]
        namespace, operation = meta.get("namespace", ""), "CREATE" if old is None else "UPDATE"
        asked = Asked(operation, kind, namespace, meta["name"], "", obj, old, ADMIN, EPOCH, Chance(1))  # type: ignore[arg-type]
        return Chain(VALIDATING).run(Chain(MUTATING).run(asked, self.store), self.store)


def namespace(**labels: str) -> Obj:
    said = {f"pod-security.kubernetes.io/{k}": v for k, v in labels.items()}
    return {"metadata": {"name": "n", "labels": said}, "status": {"phase": "Active"}}


def pod(name: str, **spec: Any) -> Obj:
    return {"metadata": {"name": name, "namespace": "n"}, "spec": {"containers": [{"name": "c", "image": "i"}], **spec}}


def test_who_is_refused_and_who_is_warned() -> None:
    server = Server(("namespaces", namespace(enforce="restricted")))
    with pytest.raises(Refused) as refused:
        server.write("pods", pod("p"))
    assert refused.value.message == f'pods "p" is forbidden: violates PodSecurity "restricted:latest": {PLAIN}'
    template = {"metadata": {"name": "d", "namespace": "n"}, "spec": {"template": {"spec": pod("p")["spec"]}}}
    assert server.write("deployments.apps", template).told == (
        f'would violate PodSecurity "restricted:latest": {PLAIN}',
    )
    # A pod that was there before is looked at again when it gets another image, not when it gets a label.
    old = pod("p")
    labelled = {**old, "metadata": {**old["metadata"], "labels": {"a": "b"}}}
    assert server.write("pods", labelled, old).told == ()
    with pytest.raises(Refused):
        server.write("pods", {**old, "spec": {**old["spec"], "containers": [{"name": "c", "image": "j"}]}}, old)


def test_a_stricter_level_tells_of_the_pods_that_violate_it() -> None:
    owner = [{"uid": "u", "controller": True}]
    pods = [("pods", pod(name)) for name in "cb"] + [
        ("pods", {**pod("a"), "metadata": {**pod("a")["metadata"], "ownerReferences": owner}})
    ]
    server = Server(("namespaces", namespace()), *pods, ("pods", pod("h", hostNetwork=True)))
    told = server.write("namespaces", namespace(enforce="baseline"), namespace()).told
    assert told == (
        'existing pods in namespace "n" violate the new PodSecurity enforce level "baseline:latest"',
        "h: host namespaces",
    )
    told = server.write("namespaces", namespace(enforce="restricted"), namespace(enforce="baseline")).told
    assert told[1].startswith("a (and 2 other pods): allowPrivilegeEscalation != false, unrestricted capabilities")
    assert server.write("namespaces", namespace(enforce="baseline"), namespace(enforce="restricted")).told == ()


def test_the_class_of_a_runtime_gives_its_overhead_and_its_nodes() -> None:
    gvisor = {
        "metadata": {"name": "gvisor"}, "handler": "runsc", "overhead": {"podFixed": {"cpu": "100m"}},
        "scheduling": {"nodeSelector": {"k": "v"}, "tolerations": [{"key": "t", "operator": "Exists"}]},
    }  # fmt: skip
    server = Server(("namespaces", namespace()), ("runtimeclasses.node.k8s.io", gvisor))
    made = server.write("pods", pod("p", runtimeClassName="gvisor")).obj
    assert made is not None
    assert (made["spec"]["overhead"], made["spec"]["nodeSelector"]) == ({"cpu": "100m"}, {"k": "v"})
    assert {"key": "t", "operator": "Exists"} in made["spec"]["tolerations"]
    for spec, why in (
        ({"runtimeClassName": "x"}, 'pod rejected: RuntimeClass "x" not found'),
        ({"overhead": {"cpu": "1"}}, "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead"),
        ({"runtimeClassName": "gvisor", "nodeSelector": {"k": "w"}},
         "conflict: runtimeClass.scheduling.nodeSelector[k] = v; pod.spec.nodeSelector[k] = w"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            server.write("pods", pod("p", **spec))
        assert refused.value.message == f'pods "p" is forbidden: {why}'


def test_an_ingress_gets_the_newest_default_class() -> None:
    def ingress_class(name: str, day: int, default: str) -> tuple[str, Obj]:
        notes = {"ingressclass.kubernetes.io/is-default-class": default}
        meta = {"name": name, "annotations": notes, "creationTimestamp": f"2026-01-0{day}T00:00:00Z"}
        return "ingressclasses.networking.k8s.io", {"metadata": meta, "spec": {}}

    classes = [ingress_class("old", 1, "true"), ingress_class("new", 2, "true"), ingress_class("other", 3, "false")]
    server = Server(("namespaces", namespace()), *classes)

    def given(notes: Obj, **spec: Any) -> str | None:
        meta = {"name": "i", "namespace": "n", "annotations": notes}
        made = server.write("ingresses.networking.k8s.io", {"metadata": meta, "spec": {"rules": [], **spec}}).obj
        assert made is not None
        found: str | None = made["spec"].get("ingressClassName")
        return found

    assert given({}) == "new" and given({}, ingressClassName="own") == "own"
    assert given({"kubernetes.io/ingress.class": "nginx"}) is None
