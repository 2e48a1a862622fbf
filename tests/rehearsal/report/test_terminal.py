"""The report is laid out for every width, without colour where there is no terminal, and its YAML can be pasted."""

import io
import re

import pytest
import yaml
from rich.console import Console

from quorate.kernel.clock import MILLISECOND, MINUTE, SECOND
from quorate.rehearsal.report.terminal import _percent, _span, show


def shown(report, width: int, colour: bool = False) -> str:
    out = io.StringIO()
    show(
        report,
        Console(
            file=out, width=width, highlight=False, force_terminal=colour, color_system="standard" if colour else None
        ),
    )
    return out.getvalue()


@pytest.fixture
def ill(etcd, rehearse):
    return rehearse(etcd.without_budget(), "node-drain", "pod-delete", prove=True)


@pytest.mark.parametrize("width", [60, 80, 100, 120, 200])
def test_nothing_is_wider_than_the_page_nor_ends_in_blanks(ill, width: int) -> None:
    text = shown(ill, width)
    table = text.split("Fixes, most worth first")[0]
    assert max(map(len, table.splitlines())) <= max(width, 64)
    assert not re.search(r"[ \t]+$", text, re.MULTILINE)
    assert "\x1b" not in text


def test_columns_line_up(ill) -> None:
    head, *rows = shown(ill, 120).splitlines()[1:4]
    at = head.index("WHY")
    assert [head.index(c) for c in ("VERDICT", "QUORUM")] == [12, 21]
    assert rows[0][at:].startswith("no quorum for 16") and rows[0][at - 2 : at] == "  "
    assert all(row[: head.index("QUORUM")].split() for row in (rows[0],))


def test_reasons_go_below_where_there_is_no_room(ill) -> None:
    lines = shown(ill, 80).splitlines()
    assert "WHY" not in lines[1]
    assert lines[3].startswith("  no quorum for 16.1s: etcd-0 and etcd-1 away at once (evicted);")


def test_colour_is_for_terminals(ill) -> None:
    text = shown(ill, 120, colour=True)
    assert "\x1b[1;31mfail" in text and "\x1b[32mpass" in text
    assert re.sub(r"\x1b\[[0-9;]*m", "", text) == shown(ill, 120)


def test_the_yaml_of_a_fix_can_be_pasted(ill) -> None:
    text = shown(ill, 60)
    block = re.search(r"a new object:\n((?:     .*\n)+)", text)
    assert block is not None
    assert yaml.safe_load(block[1]) == ill.cure.fixes[0].fix.changes[0].after
    assert "With this every drill passes." in text


def test_fixes_that_were_not_looked_for_are_not_missed(etcd, rehearse) -> None:
    report = rehearse(etcd.without_budget(), "node-drain")
    assert report.cure is None and "ix" not in shown(report, 160)


def test_no_fix_is_said(etcd, rehearse) -> None:
    etcd.set["metadata"]["annotations"] = {"quorate.dev/failover": "10m"}
    text = shown(rehearse(etcd, "node-crash", prove=True), 120)
    assert text.endswith("No fix that Quorate knows changes a verdict here: see why above.\n")


def test_what_is_left_is_said(etcd, rehearse) -> None:
    etcd.set["metadata"]["annotations"] = {"quorate.dev/failover": "30s"}
    text = shown(rehearse(etcd.without_budget(), "node-drain", "node-crash", prove=True), 120)
    assert text.endswith("With this there is still: node-crash degraded.\n")


def test_skipped_drills_have_no_figures(etcd, rehearse) -> None:
    etcd.spec["replicas"] = 1
    text = shown(rehearse(etcd, "scale-down-up"), 160)
    row = text.splitlines()[2].split()
    assert row[:6] == ["scale-down-up", "skipped", "-", "-", "-", "-"]
    assert text.startswith("etcd: 1 member, quorum 1; seed 0\n")


@pytest.mark.parametrize(
    ("share", "text"), [(1.0, "100%"), (0.999999, "99.99%"), (0.5, "50.00%"), (0.0, "0.00%"), (0.12344, "12.34%")]
)
def test_shares(share: float, text: str) -> None:
    assert _percent(share) == text


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (0, "-"), (1, "100ms"), (1427 * MILLISECOND, "1.4s"), (59 * SECOND, "59s"), (MINUTE, "1m"),
        (15 * MINUTE + 38 * SECOND + 400 * MILLISECOND, "15m38s"), (20 * MINUTE, "20m"), (90 * MINUTE, "1h30m"),
    ],
)  # fmt: skip
def test_spans(span: int, text: str) -> None:
    assert _span(span) == text
