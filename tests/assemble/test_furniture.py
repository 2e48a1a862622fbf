"""What a served cluster has before anyone uses it."""

from quorate.assemble.shape import Shape
from quorate.assemble.world import world


def test_the_api_keeps_its_own_endpoints() -> None:
    made = world(seed=1, shape=Shape(nodes=1, roles=True))
    made.settle()
    endpoints = made.store.get("endpoints", "default", "kubernetes")
    [only] = made.store.objects.list("endpointslices.discovery.k8s.io", "default")
    assert endpoints is not None
    [subset] = endpoints["subsets"]
    assert only["metadata"]["name"] == "kubernetes"  # not mirrored once more
    assert subset["addresses"] == [{"ip": only["endpoints"][0]["addresses"][0]}]
    assert [p["port"] for p in subset["ports"]] == [p["port"] for p in only["ports"]] == [6443]
