"""Every command can be learnt from itself."""

from typing import Any

import pytest
import typer.main
from typer.testing import CliRunner

from quorate.cli.main import app

RUNNER = CliRunner()


def every(command: Any, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Any]]:
    found = [(path, command)]
    for name, sub in getattr(command, "commands", {}).items():
        found += every(sub, (*path, name))
    return found


COMMANDS = [(path, c) for path, c in every(typer.main.get_command(app)) if not c.hidden]
LEAVES = [(path, c) for path, c in COMMANDS if not hasattr(c, "commands")]


@pytest.mark.parametrize(("path", "command"), COMMANDS, ids=[" ".join(p) or "quorate" for p, _ in COMMANDS])
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_help_has_examples(path: tuple[str, ...], command: Any, flag: str) -> None:
    done = RUNNER.invoke(app, [*path, flag])
    assert done.exit_code == 0
    assert "Examples:" in done.output or "Example:" in done.output
    assert (
        f"quorate {' '.join(path)}".strip()
        in done.output.partition("Examples:")[2] + done.output.partition("Example:")[2]
    )


@pytest.mark.parametrize(("path", "command"), LEAVES, ids=[" ".join(p) for p, _ in LEAVES])
def test_every_option_says_what_it_is_for(path: tuple[str, ...], command: Any) -> None:
    context = command.context_class(command, info_name=path[-1])
    silent = [
        p.name for p in command.get_params(context) if not getattr(p, "help", None) and not getattr(p, "hidden", False)
    ]
    assert not silent


@pytest.mark.parametrize(("path", "command"), LEAVES, ids=[" ".join(p) for p, _ in LEAVES])
def test_an_unknown_option_is_named_and_is_exit_code_2(path: tuple[str, ...], command: Any) -> None:
    done = RUNNER.invoke(app, [*path, "--no-such-option"])
    assert done.exit_code == 2
    assert "--no-such-option" in done.output


def test_an_unknown_command_is_exit_code_2() -> None:
    done = RUNNER.invoke(app, ["rehears"])
    assert done.exit_code == 2 and "rehears" in done.output


def test_the_version_says_which_kubernetes() -> None:
    done = RUNNER.invoke(app, ["--version"])
    assert done.exit_code == 0 and "Kubernetes 1.36" in done.output
