"""The layouts in which people hand over a cluster, made of objects: who writes what into which file."""

import io
import itertools
import json
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from quorate.objects import kinds

Obj = dict[str, Any]
Logs = dict[tuple[str, str, str, bool], str]
Layout = Callable[[Path, list[Obj], Logs], Path]


def bare(obj: Obj) -> Obj:
    """As an item of a typed list: the list alone says what it is."""
    return {k: v for k, v in obj.items() if k not in ("kind", "apiVersion")}


def listed(items: list[Obj], *, typed: bool) -> Obj:
    if not typed:
        return {"apiVersion": "v1", "items": items, "kind": "List", "metadata": {"resourceVersion": ""}}
    first = items[0]
    return {
        "kind": f"{first['kind']}List", "apiVersion": first["apiVersion"], "metadata": {"resourceVersion": "7"},
        "items": [bare(i) for i in items],
    }  # fmt: skip


def groups(objects: list[Obj]) -> list[tuple[str, str, list[Obj]]]:
    """(resource without its group, namespace, objects), as files hold them."""

    def at(obj: Obj) -> tuple[str, str]:
        known = kinds.by_kind(obj["apiVersion"], obj["kind"])
        assert known is not None
        return known.plural, obj["metadata"].get("namespace", "")

    found = itertools.groupby(sorted(objects, key=at), key=at)
    return [(*key, list(items)) for key, items in found]


def written(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


CLUSTER_INFO = {
    "events": "events", "replicationcontrollers": "replication-controllers", "services": "services", "daemonsets": "daemonsets",
    "deployments": "deployments", "replicasets": "replicasets", "pods": "pods",
}  # fmt: skip


def cluster_info(folder: Path, objects: list[Obj], logs: Logs) -> Path:
    """`kubectl cluster-info dump --output-directory`: nodes, seven kinds of each namespace, logs.txt of each pod."""
    for plural, space, items in groups(objects):
        text = json.dumps(listed(items, typed=True), indent=4) + "\n"
        if plural == "nodes":
            written(folder / "nodes.json", text)
        elif plural in CLUSTER_INFO:
            written(folder / space / f"{CLUSTER_INFO[plural]}.json", text)
    for (space, pod, container, previous), text in logs.items():
        if not previous:
            marks = f"container {container} of pod {space}/{pod} ===="
            written(
                folder / space / pod / "logs.txt", f"==== START logs for {marks}\n{text}==== END logs for {marks}\n"
            )
    return folder


def cluster_info_text(folder: Path, objects: list[Obj], logs: Logs) -> Path:
    """The same as it is printed: one after the other."""
    cluster_info(folder / "d", objects, logs)
    files = sorted((folder / "d").rglob("*.*"))
    path = folder / "dump.txt"
    path.write_text("".join(f.read_text() for f in files))
    for file in files:
        file.unlink()
    return path


def get_json(folder: Path, objects: list[Obj], logs: Logs) -> Path:
    """`kubectl get ... -A -o json`."""
    written(folder / "all.json", json.dumps(listed(objects, typed=False), indent=4, sort_keys=True) + "\n")
    return folder / "all.json"


def get_raw(folder: Path, objects: list[Obj], logs: Logs) -> Path:
    """`kubectl get --raw`: typed lists without a line break."""
    for plural, space, items in groups(objects):
        written(folder / f"{plural}-{space}.json", json.dumps(listed(items, typed=True), separators=(",", ":")))
    return folder


def get_yaml(folder: Path, objects: list[Obj], logs: Logs) -> Path:
    """`kubectl get ... -A -o yaml`."""
    written(folder / "all.yaml", yaml.safe_dump(listed(objects, typed=False)))
    return folder / "all.yaml"


def many_documents(folder: Path, objects: list[Obj], logs: Logs) -> Path:
    written(folder / "all.yaml", yaml.safe_dump_all(objects))
    return folder / "all.yaml"


def must_gather(folder: Path, objects: list[Obj], logs: Logs) -> Path:
    """`oc adm must-gather`: a file for each object of the cluster, a list for each kind in a namespace, logs by container."""
    root = folder / "must-gather.local.1" / "quay-io-image-sha256-0"
    for plural, space, items in groups(objects):
        group = items[0]["apiVersion"].rpartition("/")[0] or "core"
        if not space:
            for item in items:
                text = "---\n" + yaml.safe_dump(item)
                written(root / "cluster-scoped-resources" / group / plural / f"{item['metadata']['name']}.yaml", text)
            continue
        text = "---\n" + yaml.safe_dump(listed(items, typed=True))
        written(root / "namespaces" / space / group / f"{plural}.yaml", text)
        for item in items if plural == "pods" else ():
            name = item["metadata"]["name"]
            written(root / "namespaces" / space / "pods" / name / f"{name}.yaml", "---\n" + yaml.safe_dump(item))
    for (space, pod, container, previous), text in logs.items():
        at = root / "namespaces" / space / "pods" / pod / container / container / "logs"
        written(at / ("previous.log" if previous else "current.log"), text)
    written(root / "event-filter.html", "<html></html>")
    written(root / "version", "openshift/must-gather\n")
    return folder


BUNDLE = {
    "poddisruptionbudgets": "pod-disruption-budgets", "resourcequotas": "resource-quota", "storageclasses": "storage-classes",
    "persistentvolumes": "pvs", "persistentvolumeclaims": "pvcs",
}  # fmt: skip


def support_bundle(folder: Path, objects: list[Obj], logs: Logs) -> Path:
    """troubleshoot.sh: cluster-resources/KIND/NAMESPACE.json and cluster-resources/KIND.json, logs beside the pods."""
    root = folder / "support-bundle-2026-01-01T00_00_00" / "cluster-resources"
    for plural, space, items in groups(objects):
        text = json.dumps(listed(items, typed=True), indent=2)
        word = BUNDLE.get(plural, plural)
        written(root / word / f"{space}.json" if space else root / f"{word}.json", text)
    for (space, pod, container, previous), text in logs.items():
        name = f"{container}-previous.log" if previous else f"{container}.log"
        written(root / "pods" / "logs" / space / pod / name, text)
    written(root / "auth-cani-list" / "prod.json", json.dumps({"resourceRules": [], "incomplete": False}))
    written(root.parent / "version.yaml", "apiVersion: troubleshoot.sh/v1beta2\nkind: SupportBundle\n")
    written(root.parent / "analysis.json", "[]")
    return folder


LAYOUTS: dict[str, Layout] = {
    "cluster-info dump": cluster_info, "cluster-info dump, printed": cluster_info_text, "get -o json": get_json,
    "get --raw": get_raw, "get -o yaml": get_yaml, "yaml documents": many_documents, "must-gather": must_gather,
    "support bundle": support_bundle,
}  # fmt: skip


def tar(folder: Path, to: Path, mode: str) -> Path:
    with tarfile.open(to, mode) as archive:
        archive.add(folder, arcname="dump")
    return to


def zipped(folder: Path, to: Path) -> Path:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*")):
            archive.write(file, str(Path("dump") / file.relative_to(folder)))
    to.write_bytes(held.getvalue())
    return to
