import pytest

from quorate.objects import kinds
from quorate.objects.schema import Type, field, type_named, type_of

CORE, META = "io.k8s.api.core.v1.", "io.k8s.apimachinery.pkg.apis.meta.v1."


def at(path: str) -> Type:
    """at("Pod.spec.containers") in core/v1; "[]" and "{}" step into elements."""
    start, *rest = path.split(".")
    found = type_named(CORE + start)
    for step in rest:
        if step in ("[]", "{}"):
            assert found.element is not None
            found = found.element
        else:
            found = found.fields[step].type
    return found


LISTS = [
    ("PodSpec.containers", "map", ("name",), "name", ("merge",)),
    ("Container.ports", "map", ("containerPort", "protocol"), "containerPort", ("merge",)),
    ("Container.env", "map", ("name",), "name", ("merge",)),
    ("Container.volumeMounts", "map", ("mountPath",), "mountPath", ("merge",)),
    ("Container.args", "atomic", (), "", ()),
    ("PodSpec.volumes", "map", ("name",), "name", ("merge", "retainKeys")),
    ("PodSpec.tolerations", "atomic", (), "", ()),
    ("PodSpec.topologySpreadConstraints", "map", ("topologyKey", "whenUnsatisfiable"), "topologyKey", ("merge",)),
    ("PodSpec.hostAliases", "map", ("ip",), "ip", ("merge",)),
    ("PodSpec.imagePullSecrets", "map", ("name",), "name", ("merge",)),
    ("ServiceSpec.ports", "map", ("port", "protocol"), "port", ("merge",)),
    ("PodStatus.conditions", "map", ("type",), "type", ("merge",)),
    ("NodeStatus.addresses", "map", ("type",), "type", ("merge",)),
    ("Pod.metadata.finalizers", "set", (), "", ("merge",)),
    ("Pod.metadata.ownerReferences", "map", ("uid",), "uid", ("merge",)),
    ("ServiceAccount.secrets", "map", ("name",), "name", ("merge",)),
    ("NodeSpec.taints", "atomic", (), "", ()),
]


@pytest.mark.parametrize(("path", "list_type", "keys", "merge_key", "strategy"), LISTS)
def test_lists(path: str, list_type: str, keys: tuple[str, ...], merge_key: str, strategy: tuple[str, ...]) -> None:
    found = at(path)
    assert found.kind == "list"
    assert (found.list_type, found.keys) == (list_type, keys)
    assert (found.merge_key, found.patch_strategy) == (merge_key, strategy)


def test_maps_and_atoms() -> None:
    assert at("Pod.metadata.labels").kind == "map"
    assert at("Pod.metadata.labels").map_type == "granular"
    assert at("PodSpec.nodeSelector").map_type == "atomic"
    assert at("ServiceSpec.selector").map_type == "atomic"
    assert type_named(META + "LabelSelector").map_type == "atomic"
    assert at("ResourceRequirements.limits.{}").scalar == "quantity"
    assert at("Secret.data.{}").scalar == "bytes"


def test_scalars() -> None:
    assert at("ServicePort.targetPort").scalar == "int-or-string"
    assert at("Container.stdin").scalar == "bool"
    assert at("PodSpec.priority").scalar == "int32"
    assert at("Pod.metadata.creationTimestamp").scalar == "time"
    assert at("Event.eventTime").scalar == "microtime"
    assert type_named("io.k8s.api.apps.v1.ControllerRevision").fields["data"].type.kind == "any"


def test_a_field_may_say_more_than_its_type() -> None:
    deployment = type_named("io.k8s.api.apps.v1.DeploymentSpec")
    strategy = field(deployment, "strategy")
    assert strategy is not None
    assert strategy.patch_strategy == strategy.type.patch_strategy == ("retainKeys",)
    assert "rollingUpdate" in strategy.type.fields
    assert field(deployment, "nope") is None


def test_how_go_writes_zeros() -> None:
    assert at("PodSpec").fields["hostNetwork"].zero == "omitted"
    assert at("PodSpec").fields["priority"].zero == "pointer"
    assert at("Container").fields["resources"].zero == "always"
    assert at("Container").fields["livenessProbe"].zero == "pointer"
    assert type_named("io.k8s.api.policy.v1.PodDisruptionBudgetStatus").fields["expectedPods"].zero == "always"


def test_types_are_shared_and_may_be_recursive() -> None:
    assert at("Pod.spec.containers.[]") is at("Container")
    crd = type_named("io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps")
    properties = crd.fields["properties"].type.element
    assert properties is crd


def walk(found: Type, seen: set[int]) -> None:
    if id(found) in seen:
        return
    seen.add(id(found))
    assert (found.kind == "list") >= (found.element is not None and found.list_type == "map")
    if found.list_type == "map":
        assert found.element is not None
        assert set(found.keys) <= set(found.element.fields)
    for part in found.fields.values():
        walk(part.type, seen)
    if found.element is not None:
        walk(found.element, seen)


def test_every_kind_has_a_type_and_every_list_key_is_a_field() -> None:
    seen: set[int] = set()
    for kind in kinds.all_kinds():
        made = type_of(kind)
        assert made is not None
        assert "metadata" in made.fields
        walk(made, seen)
    assert len(seen) > 400
