"""Records a dump of every case, as kubectl would have written it: python -m bench.faulty.record [ID ...].

The dumps stand in tests/diagnosis/dumps, one archive for each case: a list for each kind, without managedFields (kubectl
hides them) unless the cause cannot be seen without them, and the logs of containers that crash.
"""

import io
import sys
import tarfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import orjson

from bench.faulty.case import Case
from bench.faulty.catalogue import CASES
from bench.faulty.play import NAMESPACE, Play
from quorate.diagnosis.evidence import LogKey

Obj = dict[str, Any]
FOLDER = Path(__file__).parents[2] / "tests" / "diagnosis" / "dumps"
ABOUT = "about.txt"
SPACES = (NAMESPACE, "kube-system", "kube-node-lease", "")
ALWAYS = {
    "Event": "v1", "Pod": "v1", "Service": "v1", "PersistentVolumeClaim": "v1", "ConfigMap": "v1", "Secret": "v1",
    "PersistentVolume": "v1", "StatefulSet": "apps/v1", "Deployment": "apps/v1", "ReplicaSet": "apps/v1",
    "ControllerRevision": "apps/v1", "StorageClass": "storage.k8s.io/v1", "ResourceQuota": "v1", "LimitRange": "v1",
    "PodDisruptionBudget": "policy/v1", "ServiceAccount": "v1", "VolumeAttachment": "storage.k8s.io/v1",
}  # fmt: skip
"""Kinds that are listed even when there are none, and their versions."""
LEFT_OUT = frozenset({"PriorityLevelConfiguration", "FlowSchema", "APIService", "EndpointSlice", "Endpoints"})
SEED = 1


def main() -> None:
    wanted = set(sys.argv[1:])
    FOLDER.mkdir(parents=True, exist_ok=True)
    if not wanted:
        for old in FOLDER.glob("*.tar.xz"):
            old.unlink()
    for case in CASES:
        if not wanted or case.id in wanted:
            play = Play(SEED, leases=case.leases)
            target = case.play(play)
            write(FOLDER / f"{case.id}.tar.xz", target, play.objects(), play.logs, managed=case.managed)
    print(f"{len(list(FOLDER.glob('*.tar.xz')))} dumps in {FOLDER}")


def write(path: Path, target: str, objects: Iterable[Obj], logs: dict[LogKey, list[str]], *, managed: bool) -> None:
    """`target` stands in a file of its own."""
    kinds: dict[str, list[Obj]] = {kind: [] for kind in ALWAYS}
    for obj in objects:
        if obj["kind"] not in LEFT_OUT and obj["metadata"].get("namespace", "") in SPACES:
            kinds.setdefault(obj["kind"], []).append(obj if managed else plain(obj))
    with tarfile.open(path, "w:xz", preset=9) as archive:
        _put(archive, ABOUT, target.encode())
        for kind, items in sorted(kinds.items()):
            version = items[0]["apiVersion"] if items else ALWAYS[kind]
            listed = {"apiVersion": version, "kind": f"{kind}List", "items": items}
            _put(archive, f"{kind.lower()}s.json", orjson.dumps(listed))
        for (namespace, pod, container, previous), lines in sorted(logs.items()):
            name = f"{container}{'-previous' if previous else ''}.log"
            _put(archive, f"{namespace}/{pod}/{name}", "\n".join(lines).encode())


def _put(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    """Without a date, so that the same world makes the same bytes."""
    member = tarfile.TarInfo(name)
    member.size = len(data)
    archive.addfile(member, io.BytesIO(data))


def plain(obj: Obj) -> Obj:
    """As kubectl shows it."""
    return {**obj, "metadata": {k: v for k, v in obj["metadata"].items() if k != "managedFields"}}


def recorded(case: Case) -> tuple[Path, str]:
    """The dump of a case, and what is wrong in it: "statefulset/db"."""
    path = FOLDER / f"{case.id}.tar.xz"
    with tarfile.open(path) as archive:
        about = archive.extractfile(ABOUT)
        return path, about.read().decode() if about is not None else ""


if __name__ == "__main__":
    main()
