"""A diagnosis of one workload, and of everything, in a dump of 10,000 pods: seconds of wall time and peak memory, reading included."""

import copy
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
PODS, PER_SET = 10_000, 10


def dump() -> list[Obj]:
    """A broken StatefulSet among a thousand that are well, with their claims, revisions and events."""
    play = Play(1)
    broken_rollback(play)
    well = play.statefulset("well", replicas=PER_SET)
    play.settled()
    objects = [o for r in play.world.store.objects.resources() for o in play.world.store.objects.list(r)]
    mine = [o for o in objects if _belongs(o, well)]
    out = list(objects)
    for i in range((PODS - 13) // PER_SET):
        space = f"team-{i % 40}"
        for obj in mine:
            text = (
                orjson.dumps(obj)
                .replace(f'"{well}'.encode(), f'"s{i}-{well}'.encode())
                .replace(f"-{well}-".encode(), f"-s{i}-{well}-".encode())
            )
            made: Obj = orjson.loads(
                text.replace(f'"namespace":"{NAMESPACE}"'.encode(), f'"namespace":"{space}"'.encode())
            )
            _renew(made, i)
            out.append(made)
    return out


def _belongs(obj: Obj, name: str) -> bool:
    if obj["kind"] == "Event":
        return str(obj["involvedObject"].get("name")).startswith((f"{name}", f"data-{name}"))
    return (
        obj["kind"] in ("Pod", "StatefulSet", "PersistentVolumeClaim", "ControllerRevision", "Service")
        and name in obj["metadata"]["name"]
    )


def _renew(obj: Obj, number: int) -> None:
    """Uids of its own, the same for an object and for those that refer to it."""
    tail = f"{number:012x}"
    obj["metadata"]["uid"] = obj["metadata"]["uid"][:-12] + tail
    for ref in obj["metadata"].get("ownerReferences") or ():
        ref["uid"] = ref["uid"][:-12] + tail
    if "involvedObject" in obj and obj["involvedObject"].get("uid"):
        obj["involvedObject"]["uid"] = obj["involvedObject"]["uid"][:-12] + tail


def measure(*arguments: str) -> tuple[float, float, int]:
    """(seconds, peak MB, exit code) of a quorate command in a process of its own."""
    code = (
        "import resource, runpy, sys\n"
        "sys.argv = ['quorate', *sys.argv[1:]]\n"
        "try:\n    runpy.run_module('quorate.cli.main', run_name='__main__')\n"
        "finally:\n    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)\n"
    )
    began = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)
    took = time.perf_counter() - began
    return took, int(done.stderr.split()[-1]) / 1024, done.returncode


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
        for obj in copy.copy(objects):
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
        ):
            best = min(measure(*arguments) for _ in range(3))
            print(f"{label:24} {best[0]:.2f} s, {best[1]:.0f} MB, exit {best[2]}")


if __name__ == "__main__":
    main()
