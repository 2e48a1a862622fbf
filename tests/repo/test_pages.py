"""What the pages say is there: symbols, files, commands, flags."""

import importlib
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from quorate.cli.main import app

ROOT = Path(__file__).parents[2]
PAGES = sorted(p for p in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")))
ROWS = re.findall(r"^\| (.+?) \| `([\w.]+):([\w.]+)` \|$", (ROOT / "WHERE.md").read_text(), re.M)
COMMANDS = typer.main.get_command(app)


@pytest.mark.parametrize(("what", "module", "symbol"), ROWS, ids=[row[0] for row in ROWS])
def test_where_leads_there(what: str, module: str, symbol: str) -> None:
    found: object = importlib.import_module(module)
    for part in symbol.split("."):
        found = getattr(found, part)


def test_where_has_no_other_rows() -> None:
    lines = [line for line in (ROOT / "WHERE.md").read_text().splitlines() if line.startswith("| ")]
    assert len(lines) == len(ROWS) + 2
    assert len({row[0] for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("page", PAGES, ids=[str(p.relative_to(ROOT)) for p in PAGES])
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if not re.match(r"[a-z]+:", target) and not target.startswith("#"):
            assert (page.parent / target.partition("#")[0]).exists(), target


def commands_of(page: Path) -> Iterator[str]:
    """The lines of its console blocks that call quorate, continued lines joined."""
    for block in re.findall(r"^```(?:console|sh|bash)\n(.*?)^```", page.read_text(), re.M | re.S):
        for line in block.replace("\\\n", " ").splitlines():
            for part in re.split(r"\s\|\s|&&|;", line.removeprefix("$ ")):
                if part.strip().startswith("quorate "):
                    yield part.strip()


CALLS = [(p, c) for p in PAGES for c in commands_of(p)]


@pytest.mark.parametrize(("page", "call"), CALLS, ids=[f"{p.name}: {c}" for p, c in CALLS])
def test_commands_and_flags_are_real(page: Path, call: str) -> None:
    words = shlex.split(call, comments=True)[1:]
    command: Any = COMMANDS
    while hasattr(command, "get_command") and words and not words[0].startswith("-"):
        found = command.get_command(command.context_class(command), words.pop(0))
        assert found is not None, f"no such command: {call}"
        command = found
    known = {name for p in command.params for name in (*p.opts, *p.secondary_opts)} | {"--help", "-h"}
    for word in words:
        if word.startswith("-") and word != "-" and not re.match(r"-\d", word):
            assert word.partition("=")[0] in known, f"{page.name}: {word} in {call}"


def test_the_benches_that_the_readme_names_are_there() -> None:
    named = set(re.findall(r"python -m bench (\w+)", "".join(p.read_text() for p in PAGES)))
    assert named and all((ROOT / "bench" / f"{name}.py").is_file() for name in named)


def test_the_readme_names_every_how_to_page() -> None:
    readme = (ROOT / "README.md").read_text()
    missing = [p.name for p in ROOT.glob("docs/*.md") if f"docs/{p.name}" not in readme]
    assert not missing


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = sorted(int(p.name[:3]) for p in (ROOT / "docs" / "decisions").glob("*.md"))
    assert numbers == list(range(1, len(numbers) + 1))
