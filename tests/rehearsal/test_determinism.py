"""The same seed plays the same, byte for byte, in any process; and a world comes to rest when nobody troubles it any more."""

import hashlib
import pickle
import subprocess
import sys
from pathlib import Path

import orjson
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from quorate.assemble.rehearsing import Maker, rehearse_manifests
from quorate.contract.failures import Refused
from quorate.edge.manifests import read_manifests
from quorate.kernel.clock import MINUTE, SECOND
from quorate.rehearsal.assume import assume
from quorate.rehearsal.drill import drills
from quorate.rehearsal.given import Given
from quorate.rehearsal.play import Play
from quorate.rehearsal.report.data import report_data
from quorate.rehearsal.stage import Staged, stage

ROOT = Path(__file__).parents[2]
ETCD = str(ROOT / "examples" / "etcd.yaml")


def traced(path: Path, seed: int, *more: str) -> str:
    command = [sys.executable, "-m", "quorate.cli.main", "rehearse", ETCD, "--seed", str(seed), "--trace", str(path)]
    subprocess.run([*command, "--no-fixes", *more], check=True, capture_output=True)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_same_seed_gives_the_same_trace_in_another_process(tmp_path: Path) -> None:
    first = traced(tmp_path / "a", 7)
    assert traced(tmp_path / "b", 7) == first
    assert traced(tmp_path / "c", 8) != first


def test_a_trace_tells_every_commit_and_event_in_order(etcd, rehearse) -> None:
    report = rehearse(etcd, "pod-delete", "node-drain", traced=True)
    lines = [orjson.loads(orjson.dumps(line)) for line in report.lines]
    assert [line["drill"] for line in lines] == sorted((line["drill"] for line in lines), reverse=True)
    for name in ("pod-delete", "node-drain"):
        own = [line for line in lines if line["drill"] == name]
        assert [line["revision"] for line in own] == sorted(line["revision"] for line in own)
        assert [line["time"] for line in own] == sorted(line["time"] for line in own)
    events = [line["event"] for line in lines if "event" in line]
    assert {"on": "StatefulSet/etcd", "type": "Normal", "reason": "SuccessfulCreate",
            "message": "Create Pod etcd-0 in StatefulSet etcd successful", "count": 2} in events  # fmt: skip
    assert all("object" in line or "event" in line for line in lines)


def test_how_many_processes_play_makes_no_difference(etcd, tmp_path: Path) -> None:
    file = tmp_path / "etcd.yaml"
    file.write_text(yaml.safe_dump_all(etcd.without_spread().without_budget().docs()))
    manifests = read_manifests([str(file)])
    reports = [report_data(rehearse_manifests(manifests, drills(), seed=1, jobs=jobs)) for jobs in (1, 2, 3)]
    assert reports[0] == reports[1] == reports[2]


# -- worlds come to rest

_STAGED: dict[bool, Staged] = {}


def staged(ordered: bool) -> Staged:
    if ordered not in _STAGED:
        objects = [m.obj for m in read_manifests([ETCD])]
        if ordered:
            objects[2]["spec"]["podManagementPolicy"] = "OrderedReady"
        assumed = assume(tuple(Given(f"{i}", o) for i, o in enumerate(objects)))
        _STAGED[ordered] = stage(Maker(3, None, 3, assumed)(assumed.given), assumed.given)
    return _STAGED[ordered]


TROUBLE = st.one_of(
    st.tuples(st.just("delete"), st.integers(0, 2), st.sampled_from([0, 30])),
    st.tuples(st.just("power"), st.integers(0, 14), st.booleans()),
    st.tuples(st.just("cordon"), st.integers(0, 14), st.booleans()),
    st.tuples(st.just("scale"), st.integers(1, 4), st.none()),
    st.tuples(st.just("update"), st.sampled_from(["1", "2", "bad"]), st.none()),
    st.tuples(st.just("wait"), st.integers(1, 400), st.none()),
)


@settings(max_examples=25, deadline=None)
@given(st.booleans(), st.lists(TROUBLE, max_size=8))
def test_the_world_converges_when_faults_stop(ordered: bool, troubles) -> None:
    world, (application,) = pickle.loads(staged(ordered).frozen)
    client = world.client("trouble", "trouble")
    for verb, what, how in troubles:
        try:
            _trouble(world, client, verb, what, how)
        except Refused as refused:
            assert refused.reason in ("NotFound", "Conflict"), refused
        world.run_for(SECOND)
    for i in range(15):
        meta = {"annotations": {"sim.quorate.dev/down": None}}
        client.patch("nodes", "", f"node-{i}", {"metadata": meta, "spec": {"unschedulable": None}})
    template = {"metadata": {"annotations": {"rehearsal.quorate.dev/revision": None}}}
    client.patch("statefulsets.apps", "default", "etcd", {"spec": {"replicas": 3, "template": template}})
    world.run_for(5 * MINUTE)
    # The broken pods of a bad update may have to go by hand.
    Play(world, application)._unstuck("1m")
    assert world.run_until(lambda: application.is_whole(), 20 * MINUTE)
    found = world.reader.get("statefulsets.apps", "default", "etcd")
    assert found["status"]["observedGeneration"] == found["metadata"]["generation"]
    report = application.model.report(world.now)
    assert report.lost_writes == 0, "no volume was taken away"


def _trouble(world, client, verb: str, what, how) -> None:
    match verb:
        case "delete":
            client.delete("pods", "default", f"etcd-{what}", grace_seconds=how)
        case "power":
            annotations = {"sim.quorate.dev/down": "true" if how else None}
            client.patch("nodes", "", f"node-{what}", {"metadata": {"annotations": annotations}})
        case "cordon":
            client.patch("nodes", "", f"node-{what}", {"spec": {"unschedulable": how}})
        case "scale":
            client.patch("statefulsets.apps", "default", "etcd", {"spec": {"replicas": what}})
        case "update":
            meta = {"annotations": {"rehearsal.quorate.dev/revision": what}}
            client.patch("statefulsets.apps", "default", "etcd", {"spec": {"template": {"metadata": meta}}})
        case "wait":
            world.run_for(what * SECOND)
