import pickle
from dataclasses import replace

import pytest

from quorate.objects import kinds


@pytest.mark.parametrize(
    ("resource", "kind", "singular", "api_version"),
    [
        ("pods", "Pod", "pod", "v1"),
        ("endpoints", "Endpoints", "endpoints", "v1"),
        ("statefulsets.apps", "StatefulSet", "statefulset", "apps/v1"),
        ("ingresses.networking.k8s.io", "Ingress", "ingress", "networking.k8s.io/v1"),
        ("networkpolicies.networking.k8s.io", "NetworkPolicy", "networkpolicy", "networking.k8s.io/v1"),
        (
            "horizontalpodautoscalers.autoscaling",
            "HorizontalPodAutoscaler",
            "horizontalpodautoscaler",
            "autoscaling/v2",
        ),
        ("storageclasses.storage.k8s.io", "StorageClass", "storageclass", "storage.k8s.io/v1"),
    ],
)
def test_names(resource: str, kind: str, singular: str, api_version: str) -> None:
    found = kinds.by_resource(resource)
    assert found is not None
    assert (found.kind, found.singular, found.api_version) == (kind, singular, api_version)
    assert found.resource == resource
    assert kinds.by_kind(api_version, kind) is found
    assert kinds.served(found.group, found.version, found.plural) is found


def test_scope_and_verbs() -> None:
    namespace, review = kinds.by_resource("namespaces"), kinds.by_resource("tokenreviews.authentication.k8s.io")
    assert namespace and review
    assert not namespace.namespaced
    assert "deletecollection" not in namespace.verbs
    assert review.verbs == ("create",)
    assert not review.stored


def test_events_of_both_groups_are_one_stored_resource() -> None:
    newer, older = kinds.by_resource("events.events.k8s.io"), kinds.by_resource("events")
    assert newer and older
    assert newer.stored_resource == older.stored_resource == "events"


def test_no_two_kinds_answer_to_one_path() -> None:
    paths = [(k.group, k.version, k.plural) for k in kinds.all_kinds()]
    assert len(paths) == len(set(paths))


def test_kinds_can_be_added_to_one_world_only() -> None:
    one, other = kinds.Kinds(), kinds.Kinds()
    made = kinds.Kind("example.com", "v1", "Widget", "widgets", "widget", True, "")
    one.add(replace(made, version="v1beta1"))
    one.add(made)
    assert one.by_resource("widgets.example.com") == made
    assert one.by_kind("example.com/v1", "Widget") == made
    assert one.served("example.com", "v1beta1", "widgets") == replace(made, version="v1beta1")
    assert other.by_resource("widgets.example.com") is None
    assert one.groups()[-1] == "example.com"
    assert [k.version for k in one.of_group("example.com")] == ["v1", "v1beta1"]
    assert other.groups() == one.groups()[:-1]
    copy = pickle.loads(pickle.dumps(one))
    one.remove("widgets.example.com")
    assert one.served("example.com", "v1", "widgets") is None
    assert copy.by_resource("widgets.example.com") == made
    assert one.by_resource("pods") is kinds.by_resource("pods")


def test_versions_rank_as_kubernetes_ranks_them() -> None:
    order = ["v10", "v2", "v1", "v11beta2", "v10beta3", "v3beta1", "v12alpha1", "v11alpha2", "foo1", "foo10"]
    assert sorted(set(order), key=kinds.version_rank) == order
