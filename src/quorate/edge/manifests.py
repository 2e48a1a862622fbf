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
    """One object and where it stands, e.g. "etcd.yaml:12". `skipped`: why a document of a folder is none; else ""."""

    source: str
    obj: dict[str, Any]
    skipped: str = ""


class _NoObject(Exception):
    """A document that is YAML, but no Kubernetes object."""


def read_manifests(paths: list[str]) -> list[Manifest]:
    """The documents of files and folders ("-": standard input), in order.

    Raises ManifestError. What is no Kubernetes object is an error in a file that was named; in a folder, where chart values
    and the like lie beside manifests, it is skipped.
    """
    out: list[Manifest] = []
    for path in paths:
        if path == "-":
            out += _documents("<stdin>", sys.stdin.read(), strict=True)
            continue
        files = list(_files(Path(path)))
        if not files:
            raise ManifestError(f"{path}: no .yaml, .yml or .json file in this folder")
        for file in files:
            try:
                text = file.read_text(encoding="utf-8-sig")
            except OSError as wrong:
                raise ManifestError(f"{file}: {wrong.strerror}") from None
            except UnicodeDecodeError as wrong:
                raise ManifestError(f"{file}: not UTF-8 text (byte {wrong.start})") from None
            out += _documents(str(file), text, strict=str(file) == path)
    return out


def manifests_in(text: str, source: str = "<text>") -> list[Manifest]:
    """The documents of a text. Raises ManifestError."""
    return list(_documents(source, text, True))


def _files(path: Path) -> Iterator[Path]:
    if not path.exists():
        raise ManifestError(f"{path}: no such file or folder")
    if path.is_dir():
        yield from sorted(p for p in path.rglob("*") if p.suffix in SUFFIXES and p.is_file() and not _hidden(p, path))
    else:
        yield path


def _hidden(file: Path, under: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(under).parts)


class _ApiLoader(Loader):
    """Without dates, as the API has them as text, and without keys that are written twice."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {
        first: [(tag, regexp) for tag, regexp in rules if tag != "tag:yaml.org,2002:timestamp"]
        for first, rules in Loader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen = set()
        for key, _ in node.value:
            if key.tag == "tag:yaml.org,2002:str":
                if key.value in seen:
                    raise yaml.constructor.ConstructorError(
                        None, None, f'key "{key.value}" is written twice', key.start_mark
                    )
                seen.add(key.value)
        return super().construct_mapping(node, deep)


def _documents(file: str, text: str, strict: bool) -> Iterator[Manifest]:
    loader = _ApiLoader(text)
    try:
        while loader.check_node():
            node = loader.get_node()
            line = node.start_mark.line + 1
            try:
                yield from _objects(file, line, loader.construct_document(node))
            except _NoObject as wrong:
                if strict:
                    raise ManifestError(str(wrong)) from None
                yield Manifest(f"{file}:{line}", {}, f"{wrong}: skipped")
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        at = f":{mark.line + 1}" if mark is not None else ""
        hint = " (a Helm template? helm template CHART | quorate rehearse -)" if "{{" in text else ""
        raise ManifestError(f"{file}{at}: {wrong.problem or wrong.context or 'not YAML'}{hint}") from None
    except (yaml.YAMLError, RecursionError, ValueError) as wrong:
        raise ManifestError(f"{file}: {' '.join(str(wrong).split())}") from None
    finally:
        loader.dispose()


def _objects(file: str, line: int, obj: Any) -> Iterator[Manifest]:
    if obj is None:
        return
    source = f"{file}:{line}"
    if not isinstance(obj, dict):
        raise _NoObject(f"{source}: expected a Kubernetes object, found {_named(obj)}")
    if str(obj.get("kind", "")).endswith("List") and isinstance(obj.get("items"), list):
        for item in obj["items"]:
            yield from _objects(file, line, item)
        return
    for field in ("apiVersion", "kind"):
        if not isinstance(obj.get(field), str):
            raise _NoObject(f"{source}: {field} is missing: not a Kubernetes object")
    meta = obj.get("metadata")
    if not isinstance(meta, dict) or not (meta.get("name") or meta.get("generateName")):
        raise _NoObject(f"{source}: {obj['kind']} without metadata.name")
    yield Manifest(source, obj)


def _named(value: Any) -> str:
    if isinstance(value, list):
        return "a list"
    return "text" if isinstance(value, str) else f"{type(value).__name__} {value!r}"
