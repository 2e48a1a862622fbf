"""A diagnosis of one workload, and of everything, in a dump of 10,000 pods: seconds and peak memory, reading included."""

import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import orjson

from bench.faulty.play import NAMESPACE, Play
from bench.faulty.rollouts import broken_rollback

Obj = dict[str, Any]
PODS, PER_SET, SPACES, NODES = 10_000, 10, 40, 300


def dump() -> list[Obj]:
    """A broken StatefulSet among a thousand that are well, with their claims, volumes, revisions and events."""
    play = Play(1)
    broken_rollback(play)
    well = play.statefulset("well", replicas=PER_SET)
    play.settled()
    out = [o for r in play.world.store.objects.resources() for o in play.world.store.objects.list(r)]
    mine = [orjson.dumps(o) for o in out if _belongs(o, well)]
    nodes = [o["metadata"]["name"] for o in out if o["kind"] == "Node"]
    for i in range(NODES):
        out += [_cloned(orjson.dumps(o), {nodes[0]: f"worker-{i}"}, i) for o in out if _is_node(o, nodes[0])]
    for i in range(SPACES):
        out += [_cloned(orjson.dumps(o), {NAMESPACE: f"team-{i}"}, i) for o in out if _is_space(o)]
    for i in range((PODS - 13) // PER_SET):
        names = {well: f"s{i}-{well}", NAMESPACE: f"team-{i % SPACES}"}
        names |= {node: f"worker-{(i * len(nodes) + j) % NODES}" for j, node in enumerate(nodes)}
        out += [_cloned(text, names, i) for text in mine]
    return out


def _is_node(obj: Obj, name: str) -> bool:
    return obj["kind"] in ("Node", "Lease") and obj["metadata"]["name"] == name


def _is_space(obj: Obj) -> bool:
    return (obj["kind"] == "Namespace" and obj["metadata"]["name"] == NAMESPACE) or (
        obj["kind"] == "ServiceAccount" and obj["metadata"]["namespace"] == NAMESPACE
    )


def _belongs(obj: Obj, name: str) -> bool:
    """Whether it is the set of this name or was made for it."""
    if obj["kind"] == "Event":
        return str(obj["involvedObject"].get("name")).startswith((name, f"data-{name}"))
    if obj["kind"] == "PersistentVolume":
        return name in str(obj["spec"].get("claimRef"))
    own = ("Pod", "StatefulSet", "PersistentVolumeClaim", "ControllerRevision", "Service", "EndpointSlice", "Endpoints")
    return obj["kind"] in own and name in obj["metadata"]["name"]


def _cloned(text: bytes, names: dict[str, str], number: int) -> Obj:
    """Under other names and with uids of its own, the same in an object and in those that refer to it."""
    for old, new in names.items():
        text = re.sub(rb'(?<=["/-])' + old.encode() + rb'(?=["/.-])', new.encode(), text)
    tail = f"{number:012x}".encode()
    obj: Obj = orjson.loads(re.sub(UID, rb"\g<1>" + tail, text))
    return obj


UID = re.compile(rb"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-)[0-9a-f]{12}")


def measure(*arguments: str) -> tuple[float, float, float, int]:
    """(seconds, of them at work, peak MB, exit code) of a quorate command in a process of its own."""
    # Not ru_maxrss: Linux hands that of the process that started it down to a new one.
    code = (
        "import re, runpy, sys\n"
        "sys.argv = ['quorate', *sys.argv[1:]]\n"
        "try:\n    runpy.run_module('quorate.cli.main', run_name='__main__')\n"
        "finally:\n    print(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1], file=sys.stderr)\n"
    )
    began, busy = time.perf_counter(), _busy()
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)
    took = time.perf_counter() - began
    return took, _busy() - busy, int(done.stderr.split()[-1]) / 1024, done.returncode


def _busy() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    objects = dump()
    pods = sum(o["kind"] == "Pod" for o in objects)
    with tempfile.TemporaryDirectory() as folder:
        one = Path(folder) / "dump.json"
        one.write_bytes(
            orjson.dumps({"apiVersion": "v1", "kind": "List", "items": objects}, option=orjson.OPT_INDENT_2)
        )
        lists = Path(folder) / "lists"
        lists.mkdir()
        kinds: dict[str, list[Obj]] = {}
        for obj in objects:
            kinds.setdefault(obj["kind"], []).append(obj)
        for kind, items in kinds.items():
            listed = {"apiVersion": items[0]["apiVersion"], "kind": f"{kind}List", "items": items}
            (lists / f"{kind.lower()}s.json").write_bytes(orjson.dumps(listed))
        size = one.stat().st_size / 1e6
        print(f"{pods} pods, {len(objects)} objects, {size:.0f} MB of indented JSON")
        for label, arguments in (
            ("one workload, one file", ("diagnose", "sts/db", "-n", NAMESPACE, "--dump", str(one))),
            ("one workload, a folder", ("diagnose", "sts/db", "-n", NAMESPACE, "--dump", str(lists))),
            ("everything, one file", ("diagnose", "-A", "--dump", str(one))),
            ("everything, a folder", ("diagnose", "-A", "--dump", str(lists))),
        ):
            best = min(measure(*arguments) for _ in range(3))
            print(f"{label:24} {best[0]:.2f} s ({best[1]:.2f} s of the processor's), {best[2]:.0f} MB, exit {best[3]}")


if __name__ == "__main__":
    main()
