"""Runs the benches named on the command line, or all of them: python -m bench [NAME ...]."""

import importlib
import platform
import sys
from pathlib import Path

from quorate.edge.memory import collect_seldom


def machine() -> str:
    """What the figures were measured on."""
    cores = len(__import__("os").sched_getaffinity(0))
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.processor(),
    )
    return f"{model}, {cores} cores, Python {platform.python_version()}"


def main() -> None:
    collect_seldom()  # as the command line does
    names = sys.argv[1:] or sorted(f.stem for f in Path(__file__).parent.glob("[!_]*.py"))
    print(f"# {machine()}")
    for name in names:
        module = importlib.import_module(f"bench.{name}")
        if hasattr(module, "main"):
            print(f"## {name}: {(module.__doc__ or '').strip().splitlines()[0]}", flush=True)
            module.main()


if __name__ == "__main__":
    main()
