"""Dumps in the layouts that people have: the same objects, logs and answer, however they were packed."""

import gzip
import io
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
from bench.faulty.record import FOLDER
from hypothesis import given, settings
from hypothesis import strategies as st

from quorate.edge import dump as dump_module
from quorate.edge import dump_slices, dump_text
from quorate.edge.dump import DumpError, DumpFiles, read_dump, read_later
from quorate.edge.dump_scope import Scope

from .dump_layouts import LAYOUTS, cluster_info, get_json, get_raw, get_yaml, must_gather, support_bundle, tar, zipped

Obj = dict[str, Any]

LOGS = {
    ("prod", "db-0", "app", False): "all is well\n",
    ("prod", "db-0", "app", True): "panic: no such table\n",
}


@pytest.fixture(scope="session")
def objects() -> list[Obj]:
    return read_dump([FOLDER / "crash-application.application.tar.xz"]).objects


def keyed(found: list[Obj]) -> dict[tuple[str, str, str], Obj]:
    return {(o["kind"], o["metadata"].get("namespace", ""), o["metadata"]["name"]): o for o in found}


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout_gives_the_objects_back(tmp_path: Path, objects: list[Obj], name: str) -> None:
    path = LAYOUTS[name](tmp_path, objects, LOGS)
    dump = read_dump([path])
    expected = keyed(objects)
    found = keyed(dump.objects)
    if name.startswith("cluster-info"):
        kinds = {"Node", "Event", "Service", "DaemonSet", "Deployment", "ReplicaSet", "Pod"}
        expected = {k: o for k, o in expected.items() if k[0] in kinds}
    assert found == expected
    assert {"pods", "events", "nodes"} <= dump.listed
    assert dump.remarks == []


@pytest.mark.parametrize("name", ["cluster-info dump", "cluster-info dump, printed", "must-gather", "support bundle"])
def test_logs_are_found(tmp_path: Path, objects: list[Obj], name: str) -> None:
    logs = read_dump([LAYOUTS[name](tmp_path, objects, LOGS)]).logs
    assert logs.get(("prod", "db-0", "app", False)) == ["all is well"]
    if not name.startswith("cluster-info"):  # which has no logs of earlier runs
        assert logs.get(("prod", "db-0", "app", True)) == ["panic: no such table"]
    assert logs.get(("prod", "db-1", "app", False)) == ()


@pytest.mark.parametrize("packed", ["dump.tar", "dump.tar.gz", "dump.tgz", "dump.tar.xz", "dump.zip", "dump"])
@pytest.mark.parametrize("piped", [False, True])
def test_archives(
    tmp_path: Path, objects: list[Obj], packed: str, piped: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, to = support_bundle(tmp_path / "in", objects, LOGS), tmp_path / packed
    if packed.endswith("zip"):
        zipped(folder, to)
    else:
        tar(folder, to, {"gz": "w:gz", "tgz": "w:gz", "xz": "w:xz"}.get(packed.rpartition(".")[2], "w"))
    if piped:
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(to.read_bytes())))
        to = Path("-")
    dump = read_dump([to])
    assert keyed(dump.objects) == keyed(objects)
    assert dump.logs.get(("prod", "db-0", "app", True)) == ["panic: no such table"]


def test_one_compressed_file(tmp_path: Path, objects: list[Obj]) -> None:
    (tmp_path / "all.json.gz").write_bytes(gzip.compress(get_json(tmp_path, objects, {}).read_bytes()))
    assert keyed(read_dump([tmp_path / "all.json.gz"]).objects) == keyed(objects)


def test_several_at_once(tmp_path: Path, objects: list[Obj]) -> None:
    some, rest = objects[:50], objects[50:]
    paths = [get_json(tmp_path / "a", some, {}), get_yaml(tmp_path / "b", rest, {})]
    assert keyed(read_dump(paths).objects) == keyed(objects)


# -- cutting


@pytest.fixture
def cut_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small files are cut too, at odd places."""
    monkeypatch.setattr(dump_slices, "LEAST", {"json": 0, "yaml": 0})
    monkeypatch.setattr(dump_slices, "BLOCK", 70_001)


CUT = {"get -o json": get_json, "get --raw": get_raw, "get -o yaml": get_yaml, "cluster-info dump": cluster_info}


@pytest.mark.usefixtures("cut_all")
@pytest.mark.parametrize("name", CUT)
@pytest.mark.parametrize("raw_events", [False, True])
def test_cut_as_if_read_whole(tmp_path: Path, objects: list[Obj], name: str, raw_events: bool) -> None:
    path = CUT[name](tmp_path, objects, {})
    dump = DumpFiles([path]).read(raw_events=raw_events)
    events = dump.events.within(None) if dump.events is not None else []
    expected = keyed(objects)
    if name == "cluster-info dump":
        expected = {k: o for k, o in expected.items() if k in keyed([*dump.objects, *events])}
        assert {k[0] for k in expected} == {"Node", "Event", "Service", "Deployment", "ReplicaSet", "Pod"} - {
            kind for kind in ("Deployment", "ReplicaSet") if not any(o["kind"] == kind for o in objects)
        }
    assert keyed([*dump.objects, *events]) == expected


@pytest.mark.usefixtures("cut_all")
@pytest.mark.parametrize("name", CUT)
def test_only_what_is_asked_for(tmp_path: Path, objects: list[Obj], name: str) -> None:
    elsewhere = [
        {**o, "metadata": {**o["metadata"], "namespace": "other", "uid": o["metadata"]["uid"] + "x"}}
        for o in objects
        if o["metadata"].get("namespace") == "prod"
    ]
    files = DumpFiles([CUT[name](tmp_path, [*objects, *elsewhere], {})])
    everything = files.read()
    some = files.read(Scope(frozenset({"prod"})))
    spaces = {o["metadata"].get("namespace", "") for o in some.objects}
    assert "prod" in spaces and "other" not in spaces
    assert keyed(some.objects) == {
        k: o for k, o in keyed(everything.objects).items() if k[1] not in ("other", "default", "kube-public")
    }
    assert some.listed == everything.listed
    pods = files.read(Scope(frozenset({"prod"}), everywhere=frozenset({"pods"})))
    assert {o["metadata"]["namespace"] for o in pods.objects if o["kind"] == "Pod"} >= {"prod", "other"}


def test_of_a_file_for_every_pod_only_some_are_parsed(
    tmp_path: Path, objects: list[Obj], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = must_gather(tmp_path, objects, {})
    for file in folder.rglob("core/*.yaml"):
        file.unlink()
    parsed: list[bytes] = []
    real = dump_text.parse_yaml

    def counted(data: bytes) -> Any:
        parsed.append(data)
        return real(data)

    monkeypatch.setattr(dump_module, "parse_yaml", counted)
    monkeypatch.setattr(dump_slices, "parse_yaml", counted)
    files = DumpFiles([folder])
    everything, pods = files.read(), {o["metadata"]["name"] for o in objects if o["kind"] == "Pod"}
    assert len(pods) > 1 and pods == {o["metadata"]["name"] for o in everything.objects if o["kind"] == "Pod"}
    parsed.clear()
    one = files.read(Scope(frozenset({"prod"}), frozenset({"db-1"})))
    assert [o["metadata"]["name"] for o in one.objects if o["kind"] == "Pod"] == ["db-1"]
    assert sum(b"\nkind: Pod\n" in text for text in parsed) == 1
    assert one.listed == everything.listed
    read_later(one, "pods")
    assert {o["metadata"]["name"] for o in one.objects if o["kind"] == "Pod"} == pods
    assert not [o for o in files.read(Scope(frozenset({"elsewhere"}))).objects if o["kind"] == "Pod"]


WORDS = st.text(alphabet='ab{}[]",:\\ \n-éitemskind', max_size=20)
VALUES = st.recursive(
    st.one_of(st.none(), st.integers(-9, 9), WORDS),
    lambda of: st.one_of(st.lists(of, max_size=3), st.dictionaries(WORDS, of, max_size=3)),
    max_leaves=6,
)
POD = st.builds(
    lambda name, spec: {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": "prod"}, "spec": spec},
    st.sampled_from(["a", "b", "c", "d", "e"]), st.dictionaries(WORDS, VALUES, max_size=3),
)  # fmt: skip


@given(st.lists(POD, min_size=1, max_size=5, unique_by=lambda p: p["metadata"]["name"]), st.sampled_from([0, 2, None]))
@settings(max_examples=150, deadline=None)
def test_whatever_stands_in_it(tmp_path_factory: pytest.TempPathFactory, pods: list[Obj], indent: int | None) -> None:
    """Braces, quotes and line breaks in texts do not mislead the cuts."""
    import json

    path = tmp_path_factory.mktemp("dump") / "pods.json"
    path.write_text(
        json.dumps({"apiVersion": "v1", "kind": "List", "items": pods}, indent=indent or None, separators=None)
    )
    least, block = dump_slices.LEAST, dump_slices.BLOCK
    dump_slices.LEAST, dump_slices.BLOCK = {"json": 0, "yaml": 0}, 97
    try:
        assert keyed(read_dump([path]).objects) == keyed(pods)
    finally:
        dump_slices.LEAST, dump_slices.BLOCK = least, block


# -- bad input


def damaged(text: bytes) -> bytes:
    return text[: len(text) * 2 // 3]


@pytest.mark.usefixtures("cut_all")
def test_a_file_that_is_cut_off(tmp_path: Path, objects: list[Obj]) -> None:
    path = get_json(tmp_path, objects, {})
    path.write_bytes(damaged(path.read_bytes()))
    with pytest.raises(DumpError, match=r"all\.json: the JSON ends in the middle, at line \d+: the file is cut off"):
        read_dump([path])


@pytest.mark.parametrize("packed", ["dump.tar.gz", "dump.zip"])
def test_an_archive_that_is_cut_off(tmp_path: Path, objects: list[Obj], packed: str) -> None:
    folder, to = support_bundle(tmp_path / "in", objects, LOGS), tmp_path / packed
    zipped(folder, to) if packed.endswith("zip") else tar(folder, to, "w:gz")
    to.write_bytes(damaged(to.read_bytes()))
    with pytest.raises(DumpError, match=f"{packed}: the archive is damaged or cut off: "):
        read_dump([to])


def test_half_a_dump_says_which_file_is_damaged(tmp_path: Path, objects: list[Obj]) -> None:
    folder = support_bundle(tmp_path, objects, LOGS)
    (pods,) = folder.rglob("pods/prod.json")
    pods.write_bytes(damaged(pods.read_bytes()))
    dump = read_dump([folder])
    assert not any(o["kind"] == "Pod" and o["metadata"]["namespace"] == "prod" for o in dump.objects)
    (remark,) = dump.remarks
    assert "pods/prod.json: the JSON ends in the middle" in remark


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.json", b"", "no file in it holds Kubernetes objects"),
        ("a.json", b'{"a": 1}', "no file in it holds Kubernetes objects"),
        ("a.json", b'{"items": [,]}', "not JSON at line 1, column 12: "),
        ("a.yaml", b"a: [1\nb: {", "not YAML at line 2: "),
        ("a.yaml", b"\xff\xfe\x00", "not YAML: "),
        ("a.log", b"nothing\n", "no file in it holds Kubernetes objects"),
    ],
)
def test_what_is_no_dump(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DumpError) as wrong:
        read_dump([tmp_path / name])
    assert str(wrong.value).startswith(f"{tmp_path / name}: {says}") and "\n" not in str(wrong.value)


def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DumpError, match="nowhere: no such file or folder"):
        read_dump([tmp_path / "nowhere"])
    with pytest.raises(DumpError, match="no file in it holds Kubernetes objects"):
        read_dump([tmp_path])


def test_secrets_keep_their_keys_only(tmp_path: Path) -> None:
    secret = {
        "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "namespace": "prod", "annotations": {"a": "hidden"}},
        "data": {"password": "aGlkZGVu"},
    }  # fmt: skip
    (tmp_path / "s.json").write_bytes(orjson.dumps(secret))
    (kept,) = read_dump([tmp_path]).objects
    assert kept["data"] == {"password": ""} and "hidden" not in str(kept)
