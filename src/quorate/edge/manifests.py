"""Manifests from files and folders: every document with the place it came from."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import yaml

SUFFIXES = (".yaml", ".yml", ".json")
Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class ManifestError(Exception):
    """A file cannot be read as Kubernetes manifests; the message says file, line and what is wrong."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """One object and where it stands, e.g. "etcd.yaml:12"."""

    source: str
    obj: dict[str, Any]


def read_manifests(paths: list[str]) -> list[Manifest]:
    """The documents of files and folders ("-": standard input), in order. Raises ManifestError."""
    out: list[Manifest] = []
    for path in paths:
        if path == "-":
            out += _documents("<stdin>", sys.stdin.read())
            continue
        files = list(_files(Path(path)))
        if not files:
            raise ManifestError(f"{path}: no .yaml, .yml or .json file in this folder")
        for file in files:
            try:
                text = file.read_text(encoding="utf-8")
            except OSError as wrong:
                raise ManifestError(f"{file}: {wrong.strerror}") from None
            except UnicodeDecodeError as wrong:
                raise ManifestError(f"{file}: not UTF-8 text (byte {wrong.start})") from None
            out += _documents(str(file), text)
    return out


def _files(path: Path) -> Iterator[Path]:
    if not path.exists():
        raise ManifestError(f"{path}: no such file or folder")
    if path.is_dir():
        yield from sorted(p for p in path.rglob("*") if p.suffix in SUFFIXES and p.is_file())
    else:
        yield path


class _ApiLoader(Loader):
    """Without dates: the API has them as text."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {
        first: [(tag, regexp) for tag, regexp in rules if tag != "tag:yaml.org,2002:timestamp"]
        for first, rules in Loader.yaml_implicit_resolvers.items()
    }


def _documents(file: str, text: str) -> Iterator[Manifest]:
    loader = _ApiLoader(text)
    try:
        while loader.check_node():
            node = loader.get_node()
            line = node.start_mark.line + 1
            obj = loader.construct_document(node)
            yield from _objects(file, line, obj)
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        at = f":{mark.line + 1}" if mark is not None else ""
        raise ManifestError(f"{file}{at}: {wrong.problem or wrong.context or 'not YAML'}") from None
    except yaml.YAMLError as wrong:
        raise ManifestError(f"{file}: {' '.join(str(wrong).split())}") from None
    finally:
        loader.dispose()


def _objects(file: str, line: int, obj: Any) -> Iterator[Manifest]:
    if obj is None:
        return
    source = f"{file}:{line}"
    if not isinstance(obj, dict):
        raise ManifestError(f"{source}: expected a Kubernetes object, found {_named(obj)}")
    if obj.get("kind") == "List" and isinstance(obj.get("items"), list):
        for item in obj["items"]:
            yield from _objects(file, line, item)
        return
    for field in ("apiVersion", "kind"):
        if not isinstance(obj.get(field), str):
            raise ManifestError(f"{source}: {field} is missing: not a Kubernetes object")
    meta = obj.get("metadata")
    if not isinstance(meta, dict) or not (meta.get("name") or meta.get("generateName")):
        raise ManifestError(f"{source}: {obj['kind']} without metadata.name")
    yield Manifest(source, obj)


def _named(value: Any) -> str:
    if isinstance(value, list):
        return "a list"
    return "text" if isinstance(value, str) else f"{type(value).__name__} {value!r}"
