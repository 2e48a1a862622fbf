"""Manifests are read with their places, and what is wrong is named with file and line."""

from pathlib import Path

import pytest

from quorate.edge.manifests import ManifestError, read_manifests

GOOD = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
---
# nothing here
---
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Secret, metadata: {name: b, annotations: {made: 2026-01-01}}}
"""


def test_documents_carry_their_places_and_dates_stay_text(tmp_path: Path) -> None:
    file = tmp_path / "all.yaml"
    file.write_text(GOOD)
    read = read_manifests([str(tmp_path)])
    assert [(m.source, m.obj["metadata"]["name"]) for m in read] == [(f"{file}:1", "a"), (f"{file}:7", "b")]
    assert read[1].obj["metadata"]["annotations"]["made"] == "2026-01-01"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("kind: [", "bad.yaml:2: "),
        ("apiVersion: v1\nkind: Pod\nmetadata:\n\tname: x\n", "bad.yaml:4: "),
        ("- a\n- b\n", "bad.yaml:1: expected a Kubernetes object, found a list"),
        ("\n\nkind: Pod\n", "bad.yaml:3: apiVersion is missing: not a Kubernetes object"),
        ("apiVersion: v1\nkind: Pod\n", "bad.yaml:1: Pod without metadata.name"),
    ],
)
def test_what_is_wrong_is_named_with_file_and_line(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(text)
    with pytest.raises(ManifestError) as wrong:
        read_manifests([str(file)])
    assert says in str(wrong.value)
    assert "\n" not in str(wrong.value)


def test_a_missing_path_and_an_empty_folder_are_told(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="no such file or folder"):
        read_manifests([str(tmp_path / "none")])
    with pytest.raises(ManifestError, match=r"no \.yaml"):
        read_manifests([str(tmp_path)])


def test_in_a_folder_what_is_no_manifest_is_skipped_and_said(tmp_path: Path) -> None:
    (tmp_path / "values.yaml").write_text("replicas: 3\n")
    (tmp_path / "list.yaml").write_text("- a\n")
    (tmp_path / "pod.yaml").write_text("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "hidden.yaml").write_text("kind: [")
    list_, pod, values = read_manifests([str(tmp_path)])
    assert list_.skipped == f"{tmp_path}/list.yaml:1: expected a Kubernetes object, found a list: skipped"
    assert values.skipped == f"{tmp_path}/values.yaml:1: apiVersion is missing: not a Kubernetes object: skipped"
    assert pod.obj["kind"] == "Pod" and pod.skipped == ""
    with pytest.raises(ManifestError):
        read_manifests([str(tmp_path / "values.yaml")])


@pytest.mark.parametrize("text", ["a: 1\nb: {c: 1, c: 2}\n", "a: &x {b: 1}\nb: {c: 2}\nb: 3\n"])
def test_a_key_that_is_written_twice_is_an_error(tmp_path: Path, text: str) -> None:
    file = tmp_path / "twice.yaml"
    file.write_text(text)
    with pytest.raises(ManifestError, match=r"twice.yaml:[23]: key \"[bc]\" is written twice"):
        read_manifests([str(file)])


def test_anchors_and_merges_are_read(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: &l {a: b}}\nspec: {<<: *l, c: d}\n")
    assert read_manifests([str(file)])[0].obj["spec"] == {"a": "b", "c": "d"}
