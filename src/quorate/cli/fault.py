"""quorate fault: let things go wrong in a running world, and put them right again."""

import inspect
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from quorate.cli.refusal import Unusable
from quorate.faults.switchboard.catalogue import Fault, fault_named, names
from quorate.faults.switchboard.fault import NoSuchFault, Parameter

EPILOG = """\b
Examples:
  quorate fault list --known                                     what can go wrong
  quorate fault show lease-lost                                  what that is, and what it is told
  quorate fault inject controller-stopped statefulset            a true generation mismatch
  quorate fault inject node-down node-0 --for 10m                ends by itself, on the world's clock
  quorate fault list                                             what is in force
  quorate fault clear node-down-2                                put it right
  quorate fault clear --all
"""
LIST = """\b
Examples:
  quorate fault list
  quorate fault list -o json
  quorate fault list --known         all that there are; asks no world
"""
SHOW = """\b
Examples:
  quorate fault show node-down       the fault: what it is, what it is told
  quorate fault show node-down-2     the one in force
"""
CLEAR = """\b
Examples:
  quorate fault clear node-down-2
  quorate fault clear --all
"""
INJECT = """\b
Examples:
  quorate fault inject controller-stopped statefulset
  quorate fault inject node-down --zone zone-a --for 10m
  quorate fault inject write-denied pods --message 'image is not signed'
"""
COMPLETION_WAIT = 1.0
"""Seconds that a world has to answer while somebody presses TAB."""
Output = Annotated[str, typer.Option("--output", "-o", help="text, json or yaml.")]
Kubeconfig = Annotated[
    Path, typer.Option(help="The kubeconfig that quorate up wrote.", envvar="KUBECONFIG", dir_okay=False)
]
HERE = Path("quorate.kubeconfig")

app = typer.Typer(
    help="Let things go wrong in a running world.", no_args_is_help=True, rich_markup_mode=None, epilog=EPILOG
)


def _world(kubeconfig: Path) -> Any:
    from quorate.edge.world_client import WorldClient

    return WorldClient(kubeconfig)


def _ask(call: Any, *arguments: Any) -> Any:
    from quorate.edge.world_client import WorldError

    try:
        return call(*arguments)
    except WorldError as wrong:
        raise Unusable(str(wrong)) from None


def _written(output: str, data: Any) -> bool:
    """Prints JSON or YAML; False when text is wanted."""
    match output:
        case "json":
            print(json.dumps(data, indent=2))
        case "yaml":
            import yaml

            print(yaml.safe_dump(data, sort_keys=False), end="")
        case "text":
            return False
        case _:
            raise Unusable(f"-o is text, json or yaml, not {output}")
    return True


def _columns(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    widths = [max(len(row[i]) for row in (heads, *rows)) for i in range(len(heads))]
    for row in (heads, *rows):
        print("   ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())


# -- list, show, clear


@app.command("list", epilog=LIST)
def list_(
    known: Annotated[bool, typer.Option("--known", help="What can go wrong, not what is in force.")] = False,
    output: Output = "text",
    kubeconfig: Kubeconfig = HERE,
) -> None:
    """Print the faults in force."""
    if known:
        found = [fault_named(name) for name in names()]
        if not _written(output, {"items": [f.described() for f in found]}):
            _columns(("FAULT", "WHAT HAPPENS"), [(f.name, f.about) for f in found])
        return
    items = _ask(_world(kubeconfig).faults)
    if _written(output, {"items": items}):
        return
    if not items:
        print("No faults are in force.")
        return
    rows = [(i["id"], _said(i), i["since"], i["until"] or "cleared") for i in items]
    _columns(("ID", "ARGUMENTS", "SINCE", "UNTIL"), rows)


def _said(item: dict[str, Any]) -> str:
    return " ".join(f"{name}={value}" for name, value in item["arguments"].items() if value != "") or "-"


def _complete_id(incomplete: str) -> list[str]:
    from quorate.edge.world_client import WorldClient, WorldError

    try:
        active = WorldClient(HERE, COMPLETION_WAIT).faults()
    except WorldError:
        return []
    return [i["id"] for i in active if i["id"].startswith(incomplete)]


def _complete_any(incomplete: str) -> list[str]:
    return [n for n in names() if n.startswith(incomplete)] + _complete_id(incomplete)


@app.command(epilog=SHOW)
def show(
    name: Annotated[str, typer.Argument(help="A fault, or the id of one in force.", autocompletion=_complete_any)],
    output: Output = "text",
    kubeconfig: Kubeconfig = HERE,
) -> None:
    """Print what a fault is, or about one in force."""
    if name in names():
        fault = fault_named(name)
        if not _written(output, fault.described()):
            print(_story(fault))
        return
    found = _ask(_world(kubeconfig).fault, name)
    if _written(output, found):
        return
    print(f"{found['id']}: {fault_named(found['fault']).about}")
    for title, value in (
        ("since", found["since"]),
        ("until", found["until"] or "it is cleared"),
        ("with", _said(found)),
    ):
        print(f"  {title}  {value}")
    print(f"\nClear it with: quorate fault clear {found['id']}")


def _story(fault: Fault) -> str:
    lines = [f"{fault.name}: {fault.about}."]
    lines += ["", fault.story] if fault.story else []
    lines += ["", "It is told:"]
    width = max(len(_asked(p)) for p in fault.parameters)
    for parameter in fault.parameters:
        default = "" if parameter.default in (None, "") else f" (default: {parameter.default})"
        lines.append(f"  {_asked(parameter).ljust(width)}  {parameter.about}{default}")
    lines += ["", "Examples:", *(f"  {example}" for example in fault.examples)]
    return "\n".join(lines)


def _asked(parameter: Parameter) -> str:
    return f"{parameter.option} {parameter.name.upper()}"


@app.command(epilog=CLEAR)
def clear(
    ids: Annotated[
        list[str] | None, typer.Argument(help="Ids, as quorate fault list prints them.", autocompletion=_complete_id)
    ] = None,
    all: Annotated[bool, typer.Option("--all", help="All that are in force.")] = False,
    output: Output = "text",
    kubeconfig: Kubeconfig = HERE,
) -> None:
    """End faults: what they changed is put back."""
    if bool(ids) == all:
        raise Unusable("say which faults to clear, by their ids, or --all for all of them")
    world = _world(kubeconfig)
    done = _ask(world.clear_all) if all else [_ask(world.clear, id) for id in ids or ()]
    if not _written(output, {"items": done}):
        print("\n".join(f"{item['id']} cleared" for item in done) or "No faults are in force.")


# -- inject: a command for each fault, made from its parameters


class Inject(TyperGroup):
    """Finds its commands in the catalogue; a fault is loaded when it is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(names())

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        return _command(fault_named(cmd_name)) if cmd_name in names() else None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and args[0] not in names() and not args[0].startswith("-"):
            try:
                fault_named(args[0])
            except NoSuchFault as wrong:
                raise Unusable(str(wrong)) from None
        return super().resolve_command(ctx, args)


def _command(fault: Fault) -> Any:
    made = typer.Typer(add_completion=False, rich_markup_mode=None)
    story = f"{fault.about}.\n\n{fault.story}"
    epilog = "\b\nExamples:\n" + "\n".join(f"  {example}" for example in fault.examples)
    made.command(fault.name, help=story, short_help=fault.about, epilog=epilog)(_injecting(fault))
    return typer.main.get_command(made)


def _injecting(fault: Fault) -> Any:
    def inject(**given: Any) -> None:
        output, kubeconfig, lasting = given.pop("output"), given.pop("kubeconfig"), given.pop("lasting")
        made = _ask(_world(kubeconfig).inject, fault.name, given, lasting)
        if not _written(output, made):
            end = f"until {made['until']}" if made["until"] else f"clear it with: quorate fault clear {made['id']}"
            print(f"{made['id']} injected; {end}")

    hints: dict[str, Any] = {}
    parameters = []
    for at, parameter in enumerate(fault.parameters):
        hints[parameter.name] = _hint(parameter, positional=at == 0 and parameter.subject)
        parameters.append(_keyword(parameter.name, hints[parameter.name], parameter.default))
    lasting = typer.Option("--for", help="End it by itself after this much of the world's time.", metavar="DURATION")
    for name, hint, default in (
        ("lasting", Annotated[str | None, lasting], None),
        ("output", Output, "text"),
        ("kubeconfig", Kubeconfig, HERE),
    ):
        hints[name] = hint
        parameters.append(_keyword(name, hint, default, required=False))
    vars(inject)["__signature__"] = inspect.Signature(parameters)
    inject.__annotations__ = hints
    return inject


def _keyword(name: str, hint: Any, default: Any, required: bool = True) -> inspect.Parameter:
    empty = inspect.Parameter.empty if default is None and required else default
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=empty, annotation=hint)


def _hint(parameter: Parameter, positional: bool) -> Any:
    metavar = {"text": parameter.name.upper(), "number": "N", "duration": "DURATION"}[parameter.kind]
    type = int if parameter.kind == "number" else str
    shown = parameter.default not in (None, "")
    if positional:
        finds = _complete_controller if parameter.name == "controller" else None
        return Annotated[
            type,
            typer.Argument(help=parameter.about, metavar=metavar, show_default=shown, autocompletion=finds),
        ]  # fmt: skip
    return Annotated[type, typer.Option(parameter.option, help=parameter.about, metavar=metavar, show_default=shown)]


def _complete_controller(incomplete: str) -> list[str]:
    from quorate.assemble.parts import controllers
    from quorate.kernel.clock import SECOND

    known = [c.name for c in controllers(40 * SECOND, sign=str)]
    return [n for n in known if n.startswith(incomplete) and " " not in n]


app.add_typer(
    typer.Typer(cls=Inject, no_args_is_help=True, rich_markup_mode=None), name="inject", no_args_is_help=True,
    help="Let something go wrong; quorate fault inject FAULT --help says what it is told.",
    epilog=INJECT,
)  # fmt: skip
