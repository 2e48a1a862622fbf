"""Every example comes out as examples/expected/ has it; regenerate with `python tools/regenerate_examples.py`."""

import difflib
import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from quorate.edge.manifests import read_manifests
from quorate.objects.kinds import by_kind
from quorate.objects.patch import patched

ROOT = Path(__file__).parents[2]


def _tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("regenerate_examples", ROOT / "tools" / "regenerate_examples.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TOOL = _tool()
EXAMPLES: list[str] = TOOL.examples()
SPOILED = [e for e in EXAMPLES if "/spoiled/" in e]


def expected(example: str) -> dict[str, Any]:
    name = example.removeprefix("examples/").removesuffix(".yaml").replace("/", "-")
    return json.loads((TOOL.EXPECTED / f"{name}.json").read_text())


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_comes_out_as_expected(example: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    for name, content in TOOL.rehearsed(example, jobs=1).items():
        had = (TOOL.EXPECTED / name).read_text()
        diff = difflib.unified_diff(had.splitlines(), content.splitlines(), f"expected/{name}", "now", lineterm="")
        assert had == content, "python tools/regenerate_examples.py, if this is meant:\n" + "\n".join(diff)


def test_nothing_is_expected_of_an_example_that_is_not_there() -> None:
    names = {e.removeprefix("examples/").removesuffix(".yaml").replace("/", "-") for e in EXAMPLES}
    assert {p.stem for p in TOOL.EXPECTED.iterdir()} == names


@pytest.mark.parametrize("example", [e for e in EXAMPLES if "/spoiled/" not in e])
def test_a_good_example_passes_or_says_why_not(example: str) -> None:
    report = expected(example)
    text = (ROOT / example).read_text()
    assert report["warnings"] == []
    for drill in report["drills"]:
        assert drill["verdict"] in ("pass", "degraded")
        if drill["verdict"] == "degraded":
            about = " ".join(line.removeprefix("#") for line in text.splitlines() if line.startswith("#"))
            assert drill["drill"] in about and "as degraded" in about


ILL = {
    "etcd-no-budget": ({"node-drain"}, "budget"),
    "etcd-budget-too-tight": ({"node-drain"}, "budget"),
    "etcd-no-anti-affinity": ({"node-crash", "zone-loss"}, "spread"),
    "etcd-no-readiness-probe": ({"node-drain", "rolling-update", "bad-update"}, "readiness"),
    "etcd-one-zone": ({"zone-loss"}, "zones"),
}


@pytest.mark.parametrize("example", SPOILED)
def test_a_spoiled_example_fails_where_it_is_spoiled_and_one_fix_cures_it(example: str) -> None:
    report = expected(example)
    ill, fix = ILL[Path(example).stem]
    assert {d["drill"] for d in report["drills"] if d["verdict"] == "fail"} == ill
    assert {d["verdict"] for d in report["drills"] if d["drill"] not in ill} == {"pass"}
    assert [f["id"] for f in report["fixes"]] == [fix]
    assert {(c["drill"], c["after"]) for c in report["fixes"][0]["cures"]} == {(d, "pass") for d in ill}
    assert report["fixes"][0]["harms"] == [] and report["left"] == []


@pytest.mark.parametrize("example", SPOILED)
def test_the_yaml_of_a_fix_can_be_pasted(example: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Merged into the manifest as kubectl patch would, it gives one that passes: the good example or one like it."""
    monkeypatch.chdir(ROOT)
    given = {m.source: m.obj for m in read_manifests([example])}
    for change in expected(example)["fixes"][0]["changes"]:
        shown = yaml.safe_load(yaml.safe_dump(change["yaml"]))
        if change["source"] is None:
            given["new"] = shown
            continue
        had = given[change["source"]]
        kind = by_kind(had["apiVersion"], had["kind"])
        assert kind is not None
        # A field of a union is exchanged for another: minAvailable for maxUnavailable.
        given[change["source"]] = (
            shown if had["kind"] == "PodDisruptionBudget" else patched(kind, had, shown, "strategic")
        )
    from quorate.assemble.rehearsing import rehearse_manifests
    from quorate.edge.manifests import Manifest
    from quorate.rehearsal.drill import drills

    manifests = [Manifest(source, obj) for source, obj in given.items()]
    wanted = [d for d in drills() if d.name in ILL[Path(example).stem][0]]
    report = rehearse_manifests(manifests, wanted, seed=0, jobs=1, prove=False)
    assert {o.verdict for o in report.outcomes} == {"pass"}


def without(docs: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """examples/etcd.yaml spoilt in one way."""
    service, budget, etcd = docs
    pod = etcd["spec"]["template"]["spec"]
    match name:
        case "etcd-no-budget":
            return [service, etcd]
        case "etcd-budget-too-tight":
            del budget["spec"]["maxUnavailable"]
            budget["spec"]["minAvailable"] = 3
        case "etcd-no-anti-affinity":
            del pod["affinity"], pod["topologySpreadConstraints"]
        case "etcd-no-readiness-probe":
            del pod["containers"][0]["readinessProbe"]
        case "etcd-one-zone":
            pod["nodeSelector"] = {"topology.kubernetes.io/zone": "zone-a"}
    return docs


@pytest.mark.parametrize("example", SPOILED)
def test_a_spoiled_example_is_the_good_one_but_for_one_thing(example: str) -> None:
    good = list(yaml.safe_load_all((ROOT / "examples/etcd.yaml").read_text()))
    assert list(yaml.safe_load_all((ROOT / example).read_text())) == without(good, Path(example).stem)
