"""quorate playbooks: which there are, what one says, which checks a playbook can name, and whether one's own are sound."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from quorate.cli import diagnose_complete
from quorate.cli.refusal import Unusable

EPILOG = """\b
Examples:
  quorate playbooks                               the built-in ones, and the alerts that they answer
  quorate playbooks KubePodCrashLooping           its YAML: where to begin with one of your own
  quorate playbooks --checks                      what steps and rules can name
  quorate playbooks --verify ./playbooks          whether your own can be used; for CI
  quorate diagnose sts/kafka --playbooks ./playbooks --playbook my-kafka
"""
FORMATS = ("text", "json", "yaml")


def playbooks(
    name: Annotated[
        str | None,
        typer.Argument(help="Print this one's YAML.", metavar="NAME", autocompletion=diagnose_complete.playbook),
    ] = None,
    checks: Annotated[bool, typer.Option("--checks", help="The checks that a playbook can name, instead.")] = False,
    verify: Annotated[
        Path | None, typer.Option(help="Read the playbooks of this folder, and say what is wrong with them.")
    ] = None,
    output: Annotated[str, typer.Option("--output", "-o", help="text, json or yaml.", metavar="FORMAT")] = "text",
) -> None:
    """List the playbooks of quorate diagnose, or the checks that playbooks are made of."""
    if output not in FORMATS:
        raise Unusable(f"no such output format: {output} ({', '.join(FORMATS)})")
    if verify is not None:
        _verify(verify)
    elif checks:
        _checks(output)
    elif name is not None:
        _one(name)
    else:
        _list(output)


def _verify(folder: Path) -> None:
    from quorate.diagnosis.playbook import BadPlaybook
    from quorate.diagnosis.playbook_file import parse
    from quorate.edge.alerts import UnreadableInput, read_playbooks

    wrong = []
    try:
        found = read_playbooks(folder)
    except UnreadableInput as why:
        raise Unusable(str(why)) from None
    for path, text in found:
        try:
            book = parse(text, path)
            print(f"{path}: {book.name}: {len(book.steps)} steps, {len(book.rules)} rules")
        except BadPlaybook as why:
            wrong.append(str(why))
    for line in wrong:
        print(f"quorate: {line}", file=sys.stderr)
    if wrong:
        raise typer.Exit(2)


def _checks(output: str) -> None:
    from quorate.diagnosis.checks import about, names

    told = [{"name": name, "about": about(name)} for name in names()]
    _print(told, output, ("name", "about"))


def _one(name: str) -> None:
    from importlib import resources

    from quorate.diagnosis.near import nearest
    from quorate.diagnosis.playbook import FOLDER, built_in_names

    if name not in built_in_names():
        meant = nearest(name, built_in_names())
        hint = f"did you mean {', '.join(meant)}?" if meant else "quorate playbooks lists them"
        raise Unusable(f"no such playbook: {name} ({hint})")
    print(resources.files(FOLDER).joinpath(f"{name}.yaml").read_text(encoding="utf-8"), end="")


def _list(output: str) -> None:
    from quorate.diagnosis.playbook import built_in, built_in_names

    told = []
    for name in built_in_names():
        book = built_in(name)
        told.append(
            {
                "name": name, "title": book.title, "source": book.source, "kinds": list(book.kinds), "alerts": list(book.alerts),
                "symptoms": list(book.symptoms), "steps": len(book.steps), "rules": len(book.rules),
            }
        )  # fmt: skip
    _print(told, output, ("name", "title", "source"))


def _print(told: list[dict[str, Any]], output: str, columns: tuple[str, ...]) -> None:
    if output == "json":
        print(json.dumps(told, indent=2))
    elif output == "yaml":
        print(yaml.safe_dump(told, sort_keys=False, width=120), end="")
    else:
        widths = [max(len(str(one[c])) for one in told) for c in columns]
        for one in told:
            print("  ".join(f"{one[c]!s:<{w}}" for c, w in zip(columns, widths, strict=True)).rstrip())
