"""Parts of a pod that subresources write, and what its creation writes out."""

import yaml

from quorate.apiserver.owner_references import deduplicated
from quorate.apiserver.pod_parts import only_part, with_label_keys

OLD = {
    "metadata": {"name": "p", "resourceVersion": "1", "labels": {"a": "b"}},
    "spec": {"hostname": "h", "containers": [{"name": "c", "image": "i:1", "resources": {"requests": {"cpu": "1"}}}]},
    "status": {"phase": "Running"},
}


def test_the_ephemeralcontainers_subresource_writes_nothing_else() -> None:
    extra = [{"name": "e"}]
    new = {"metadata": {"name": "p", "labels": {}}, "spec": {"hostname": "x", "ephemeralContainers": extra}}
    assert only_part("ephemeralcontainers", new, OLD) == {**OLD, "spec": {**OLD["spec"], "ephemeralContainers": extra}}


def test_the_resize_subresource_writes_resources() -> None:
    wanted = {"name": "c", "image": "i:2", "resources": {"requests": {"cpu": "2"}}}
    new = {"metadata": {"name": "p"}, "spec": {"containers": [wanted]}}
    [container] = only_part("resize", new, OLD)["spec"]["containers"]
    assert container == {"name": "c", "image": "i:1", "resources": {"requests": {"cpu": "2"}}}
    other = {**new, "spec": {"containers": [{"name": "d"}]}}
    assert only_part("resize", other, OLD)["spec"]["containers"] == [{"name": "d"}]


SPREAD = """{topologySpreadConstraints: [{matchLabelKeys: [pod-template-hash, none], labelSelector: {matchLabels: {a: b}}},
  {matchLabelKeys: [pod-template-hash]}], affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution:
  [{mismatchLabelKeys: [a], labelSelector: {}}], preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1,
  podAffinityTerm: {matchLabelKeys: [a], labelSelector: {}}}]}}}"""


def test_label_keys_are_written_out_by_the_labels_of_the_pod() -> None:
    pod = {"metadata": {"labels": {"a": "b", "pod-template-hash": "h"}}, "spec": yaml.safe_load(SPREAD)}
    spec = with_label_keys(pod)["spec"]
    first, second = spec["topologySpreadConstraints"]
    assert first["labelSelector"]["matchExpressions"] == [
        {"key": "pod-template-hash", "operator": "In", "values": ["h"]}
    ]
    assert "labelSelector" not in second
    anti = spec["affinity"]["podAntiAffinity"]
    [term] = anti["requiredDuringSchedulingIgnoredDuringExecution"]
    assert term["labelSelector"]["matchExpressions"] == [{"key": "a", "operator": "NotIn", "values": ["b"]}]
    [weighted] = anti["preferredDuringSchedulingIgnoredDuringExecution"]
    assert weighted["podAffinityTerm"]["labelSelector"]["matchExpressions"][0]["operator"] == "In"


def test_without_label_keys_a_pod_stays_the_same_object() -> None:
    affinity = (
        "{podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{labelSelector: {}}]}, nodeAffinity: {}}"
    )
    pod = {"metadata": {}, "spec": {"affinity": yaml.safe_load(affinity)}}
    assert with_label_keys(pod) is pod


def test_an_owner_is_kept_once() -> None:
    x, y = ({"apiVersion": "v1", "kind": "ConfigMap", "name": name, "uid": "u"} for name in "xy")
    obj, told = deduplicated({"metadata": {"ownerReferences": [x, x, y]}})
    assert obj["metadata"]["ownerReferences"] == [x, y]
    assert told == (
        ".metadata.ownerReferences contains duplicate entries; API server dedups owner references in 1.20+, and may reject "
        "such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: u",
    )
    once = {"metadata": {"ownerReferences": [x, y]}}
    assert deduplicated(once) == (once, ())
