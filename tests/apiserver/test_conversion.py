from typing import Any

from .conftest import MERGE, Door

CORE, NEW = "/api/v1/namespaces/default/events", "/apis/events.k8s.io/v1/namespaces/default/events"
V1, V2 = (f"/apis/autoscaling/{v}/namespaces/default/horizontalpodautoscalers" for v in ("v1", "v2"))
POD = {"kind": "Pod", "namespace": "default", "name": "p"}


def new_event(name: str = "e") -> dict[str, Any]:
    return {
        "metadata": {"name": name, "namespace": "default"}, "eventTime": "2026-01-01T00:00:00.000000Z", "regarding": POD,
        "reason": "Because", "note": "It is so", "type": "Normal", "action": "Doing", "reportingController": "a.b/c",
        "reportingInstance": "c-1",
    }  # fmt: skip


def test_an_event_has_both_names(door: Door) -> None:
    made = door.post(NEW, new_event())
    assert (made["apiVersion"], made["note"], made["regarding"]) == ("events.k8s.io/v1", "It is so", POD)
    core = door.get(f"{CORE}/e")
    assert (core["apiVersion"], core["message"], core["involvedObject"]) == ("v1", "It is so", POD)
    assert (core["reportingComponent"], core["source"]) == ("a.b/c", {})
    assert "note" not in core and "regarding" not in core
    # One object, one version, and no deletion that leaves the other behind.
    assert core["metadata"]["resourceVersion"] == made["metadata"]["resourceVersion"]
    assert door.ask("DELETE", f"{CORE}/e")[0] == 200
    assert door.refused("GET", f"{NEW}/e")[2] == 'events.events.k8s.io "e" not found'


def test_a_core_event_is_shown_with_what_is_deprecated(door: Door) -> None:
    body = {
        "metadata": {"name": "e"}, "involvedObject": POD, "reason": "R", "message": "m", "type": "Warning", "count": 3,
        "firstTimestamp": "2026-01-01T00:00:00Z", "lastTimestamp": "2026-01-01T00:01:00Z", "source": {"component": "kubelet"},
    }  # fmt: skip
    door.post(CORE, body)
    (shown,) = door.get(NEW)["items"]
    assert (shown["deprecatedCount"], shown["deprecatedSource"]) == (3, {"component": "kubelet"})
    assert shown["deprecatedLastTimestamp"] == "2026-01-01T00:01:00Z"
    assert "reportingController" not in shown and shown["eventTime"] is None


def test_fields_of_both_select_the_same(door: Door) -> None:
    door.post(NEW, new_event())
    for path, selector in (
        (CORE, "involvedObject.name=p"),
        (NEW, "regarding.name=p"),
        (NEW, "reportingController=a.b/c"),
    ):
        assert len(door.get(path, {"fieldSelector": selector})["items"]) == 1
    assert door.get(NEW, {"fieldSelector": "regarding.name=q"})["items"] == []


def test_a_patch_is_in_the_words_of_its_version(door: Door) -> None:
    door.post(NEW, new_event())
    series = {"count": 2, "lastObservedTime": "2026-01-01T00:00:00.000000Z"}
    assert door.patch(f"{NEW}/e", {"series": series})["series"] == series
    # In its own words it is written once and for all.
    assert door.refused("PATCH", f"{NEW}/e", {"note": "Changed"}, content_type=MERGE)[0] == 422
    assert door.patch(f"{CORE}/e", {"message": "Again"})["message"] == "Again"
    assert door.get(f"{NEW}/e")["note"] == "Again"
    fields = {m["apiVersion"]: m["fieldsV1"] for m in door.get(f"{CORE}/e")["metadata"]["managedFields"]}
    assert "f:message" in fields["v1"]
    assert "f:reason" in fields["events.k8s.io/v1"]


def test_a_watch_speaks_its_version(door: Door) -> None:
    lines: list[bytes] = []
    door.stream(NEW, {"watch": "1"}, lines.append)
    door.post(CORE, {"metadata": {"name": "e"}, "involvedObject": POD, "reason": "R", "message": "m", "type": "Normal"})
    assert b'"note":"m"' in lines[0] and b'"apiVersion":"events.k8s.io/v1"' in lines[0]


def hpa(**spec: Any) -> dict[str, Any]:
    target = {"kind": "Deployment", "name": "d", "apiVersion": "apps/v1"}
    return {"metadata": {"name": "h"}, "spec": {"maxReplicas": 3, "scaleTargetRef": target, **spec}}


def test_version_1_of_an_autoscaler_says_its_cpu_alone(door: Door) -> None:
    made = door.post(V1, hpa(targetCPUUtilizationPercentage=60))
    assert made["spec"]["targetCPUUtilizationPercentage"] == 60
    assert made["status"] == {"currentReplicas": 0, "desiredReplicas": 0}
    (metric,) = door.get(f"{V2}/h")["spec"]["metrics"]
    assert metric == {
        "type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 60}},
    }  # fmt: skip


def test_what_version_1_has_no_words_for_rides_in_annotations(door: Door) -> None:
    pods = {"type": "Pods", "pods": {"metric": {"name": "q"}, "target": {"type": "AverageValue", "averageValue": "5"}}}
    door.post(V2, hpa(metrics=[pods], behavior={"scaleDown": {"stabilizationWindowSeconds": 10}}))
    shown = door.get(f"{V1}/h")
    notes = shown["metadata"]["annotations"]
    assert notes["autoscaling.alpha.kubernetes.io/metrics"] == (
        '[{"type":"Pods","pods":{"targetAverageValue":"5","metricName":"q"}}]'
    )
    assert "ScaleDown" in notes["autoscaling.alpha.kubernetes.io/behavior"]
    # And comes back whole.
    shown["spec"]["maxReplicas"] = 5
    assert door.ask("PUT", f"{V1}/h", shown)[0] == 200
    found = door.get(f"{V2}/h")
    assert (found["spec"]["metrics"], found["spec"]["maxReplicas"]) == ([pods], 5)
    assert found["spec"]["behavior"]["scaleDown"]["stabilizationWindowSeconds"] == 10
    assert "annotations" not in found["metadata"]


def test_a_metric_that_could_not_be_read_has_nothing_but_an_empty_type(door: Door) -> None:
    made = door.post(V2, hpa())
    made["status"] = {**made["status"], "currentMetrics": [{"type": ""}]}
    assert door.ask("PUT", f"{V2}/h/status", made)[0] == 200
    notes = door.get(f"{V1}/h")["metadata"]["annotations"]
    assert notes["autoscaling.alpha.kubernetes.io/current-metrics"] == '[{"type":""}]'


def test_what_cannot_be_read_out_of_an_annotation_is_refused_or_left_out(door: Door) -> None:
    body = hpa(targetCPUUtilizationPercentage=60)
    body["metadata"]["annotations"] = {"autoscaling.alpha.kubernetes.io/metrics": "no json"}
    assert len(door.post(V1, body)["metadata"].get("annotations") or {}) == 0
    body = hpa()
    body["metadata"] = {
        "name": "i",
        "annotations": {"autoscaling.alpha.kubernetes.io/metrics": '[{"type":"Pods","pods":[]}]'},
    }
    assert door.refused("POST", V1, body)[0] in (400, 422)
