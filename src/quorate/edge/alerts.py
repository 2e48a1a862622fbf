"""Alert files and folders of playbooks, as they are on disk."""

import sys
from pathlib import Path
from typing import Any

import orjson


class UnreadableInput(Exception):
    """A file that cannot be read: which, and why; one line."""


def read_alert(path: Path) -> Any:
    """The JSON of a file, or of standard input for "-". Raises UnreadableInput."""
    name = "<stdin>" if str(path) == "-" else str(path)
    try:
        data = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as wrong:
        raise UnreadableInput(f"{name}: {wrong.strerror}") from None
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as wrong:
        why = (
            "it is empty" if not data.strip() else f"not JSON at line {wrong.lineno}, column {wrong.colno}: {wrong.msg}"
        )
        raise UnreadableInput(f"{name}: {why}") from None


def read_playbooks(folder: Path) -> list[tuple[str, bytes]]:
    """(path, text) of its YAML files, sorted. Raises UnreadableInput."""
    if not folder.is_dir():
        raise UnreadableInput(f"{folder}: no such folder")
    try:
        found = [(str(f), f.read_bytes()) for f in sorted(folder.iterdir()) if f.suffix in (".yaml", ".yml")]
    except OSError as wrong:
        raise UnreadableInput(f"{folder}: {wrong.strerror}") from None
    if not found:
        raise UnreadableInput(f"{folder}: no .yaml file in this folder")
    return found
