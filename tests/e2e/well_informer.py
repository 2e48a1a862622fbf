"""What an informer does, with lightkube: list, keep a cache, watch from there. Prints what it saw as JSON.

A program of its own: the client leaves its sockets to the end of the process.
"""

import json
import sys
from typing import Any

import lightkube
from lightkube.generic_resource import create_namespaced_resource, load_in_cluster_generic_resources
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.apiextensions_v1 import CustomResourceDefinition
from lightkube.types import PatchType

WELLS: dict[str, Any] = {
    "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
    "metadata": {"name": "wells.water.example"},
    "spec": {
        "group": "water.example", "scope": "Namespaced",
        "names": {"plural": "wells", "singular": "well", "kind": "Well", "listKind": "WellList"},
        "versions": [{
            "name": "v1", "served": True, "storage": True,
            "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {
                "depth": {"type": "integer", "maximum": 100},
                "lined": {"type": "boolean", "default": False},
            }}}}},
        }],
    },
}  # fmt: skip


def main(kubeconfig: str) -> None:
    client = lightkube.Client(config=lightkube.KubeConfig.from_file(kubeconfig), field_manager="tests")
    client.create(CustomResourceDefinition.from_dict(WELLS))
    client.wait(CustomResourceDefinition, "wells.water.example", for_conditions=["Established"])
    load_in_cluster_generic_resources(client)
    Well: Any = create_namespaced_resource("water.example", "v1", "Well", "wells")

    def named(name: str) -> ObjectMeta:
        return ObjectMeta(name=name, namespace="default")

    client.create(Well(metadata=named("old"), spec={"depth": 3}))
    listed = client.list(Well, namespace="default")
    cache: dict[str, Any] = {each.metadata.name: each["spec"] for each in listed}
    start = listed.resourceVersion

    client.apply(Well(apiVersion="water.example/v1", kind="Well", metadata=named("new"), spec={"depth": 7}))
    client.patch(Well, "old", {"spec": {"lined": True}}, namespace="default", patch_type=PatchType.MERGE)
    client.delete(Well, "new", namespace="default")
    seen = []
    for kind, each in client.watch(Well, namespace="default", resource_version=start):
        seen.append([kind, each.metadata.name, each["spec"]])
        if kind == "DELETED":
            del cache[each.metadata.name]
            break
        cache[each.metadata.name] = each["spec"]

    refused = ""
    try:
        client.create(Well(metadata=named("deep"), spec={"depth": 101}))
    except lightkube.ApiError as wrong:
        refused = wrong.status.message or ""
    json.dump({"seen": seen, "cache": cache, "refused": refused}, sys.stdout)


main(sys.argv[1])
