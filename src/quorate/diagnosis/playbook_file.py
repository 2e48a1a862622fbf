"""A playbook's YAML, read: what is wrong with one is said with its line, as people write them by hand.

name, title, source, kinds            which document it is, and for which kinds of workload
alerts                                names of alerts that it answers, in any rule set
symptoms                              ids of symptoms (or stages of pods) that it answers when nobody named an alert
meaning                               a sentence or two
steps     [{does, checks: [...]}]
rules     [{id, says, checks: [...], within: 30m, causes: [...]}]  or  {id, says, pattern: persistence, within: 1h}
widen     {within: 1h, says, checks: [...]}
suspects  [{says, causes: [...], truth}]
mitigation [...]
"""

from collections.abc import Collection
from dataclasses import dataclass

import yaml

from quorate.diagnosis import causes, checks
from quorate.diagnosis.near import nearest
from quorate.diagnosis.playbook import BadPlaybook, Loader, Playbook, Rule, Step, Suspect
from quorate.diagnosis.workload import KINDS
from quorate.kernel.clock import HOUR, MINUTE, Duration
from quorate.objects.times import parse_duration

PATTERNS = ("persistence",)
STAGES = (
    "unobserved", "terminating", "lost", "crashing", "failed", "image", "config", "init", "creating", "unscheduled", "gated",
    "unready", "deadline", "not-rolled-out", "missing", "claim-pending", "dns",
)  # fmt: skip
"""What may stand in `symptoms`."""


def parse(text: str | bytes, where: str) -> Playbook:
    """`where` is the file's path. Raises BadPlaybook: path, line and what is wrong."""
    try:
        node = yaml.compose(text, Loader=Loader)
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        line = f":{mark.line + 1}" if mark is not None else ""
        raise BadPlaybook(f"{where}{line}: not YAML: {wrong.problem or wrong.context}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as wrong:
        raise BadPlaybook(f"{where}: not YAML: {' '.join(str(wrong).split())[:160]}") from None
    if not isinstance(node, yaml.MappingNode):
        raise BadPlaybook(f"{where}: a playbook is a mapping with a name and steps")
    top = _Map(node, where, "a playbook", PLAYBOOK)
    if not (steps := top.each("steps", "a step", STEP)) and not top.items("rules"):
        raise top.wrong(node, "a playbook needs steps (does, checks), rules, or both")
    widen = top.map("widen", "widen", WIDEN)
    return Playbook(
        name=top.text("name", needed=True),
        title=top.text("title") or top.text("name"),
        source=top.text("source"),
        kinds=top.names("kinds", "kind", tuple(KINDS)),
        alerts=top.texts("alerts"),
        symptoms=top.names("symptoms", "symptom", STAGES),
        meaning=top.text("meaning"),
        steps=tuple(Step(s.text("does", needed=True), s.names("checks", "check", checks.names())) for s in steps),
        rules=tuple(_rule(i, r) for i, r in enumerate(top.each("rules", "a rule", RULE), 1)),
        widen_within=widen.span("within", HOUR) if widen else HOUR,
        widen_says=widen.text("says") if widen else "",
        widen_checks=widen.names("checks", "check", checks.names()) if widen else (),
        suspects=tuple(
            Suspect(s.text("says", needed=True), s.names("causes", "cause", _causes()), s.text("truth"))
            for s in top.each("suspects", "a suspicion", SUSPECT)
        ),
        mitigation=top.texts("mitigation"),
    )


PLAYBOOK = (
    "name", "title", "source", "kinds", "alerts", "symptoms", "meaning", "steps", "rules", "widen", "suspects", "mitigation",
)  # fmt: skip
STEP, RULE = ("does", "checks"), ("id", "says", "checks", "within", "causes", "pattern")
WIDEN, SUSPECT = ("within", "says", "checks"), ("says", "causes", "truth")


def _causes() -> tuple[str, ...]:
    return tuple(c.id for c in causes.load())


def _rule(number: int, found: "_Map") -> Rule:
    pattern = found.names("pattern", "pattern", PATTERNS)
    return Rule(
        id=found.text("id") or str(number),
        says=found.text("says", needed=True),
        checks=found.names("checks", "check", checks.names(), needed=not pattern),
        within=found.span("within", 30 * MINUTE),
        causes=found.names("causes", "cause", _causes()),
        pattern=pattern[0] if pattern else "",
    )


@dataclass(frozen=True, slots=True)
class _Map:
    """A mapping of the file: `what` it is in words, and the keys that it may have."""

    node: yaml.MappingNode
    where: str
    what: str
    keys: tuple[str, ...]

    def __post_init__(self) -> None:
        for key, _ in self.node.value:
            if key.value not in self.keys:
                raise self.wrong(key, f"{self.what} has no {key.value} ({_meant(str(key.value), self.keys)})")

    def wrong(self, node: yaml.Node, says: str) -> BadPlaybook:
        return BadPlaybook(f"{self.where}:{node.start_mark.line + 1}: {says}")

    def get(self, key: str) -> yaml.Node | None:
        found = [value for k, value in self.node.value if k.value == key]
        null = found and isinstance(found[-1], yaml.ScalarNode) and found[-1].tag == "tag:yaml.org,2002:null"
        return found[-1] if found and not null else None

    def text(self, key: str, *, needed: bool = False) -> str:
        node = self.get(key)
        if node is None:
            if needed:
                raise self.wrong(self.node, f"{self.what} needs {key}")
            return ""
        return self._scalar(node, key)

    def _scalar(self, node: yaml.Node, key: str) -> str:
        if not isinstance(node, yaml.ScalarNode):
            raise self.wrong(node, f"{key} is a text, and here it is none")
        return str(node.value).strip()

    def items(self, key: str) -> list[yaml.Node]:
        """Of a list; one text stands for a list of one."""
        node = self.get(key)
        if node is None:
            return []
        if isinstance(node, yaml.SequenceNode):
            return list(node.value)
        if isinstance(node, yaml.ScalarNode):
            return [node]
        raise self.wrong(node, f"{key} is a list, and here it is none")

    def texts(self, key: str) -> tuple[str, ...]:
        return tuple(self._scalar(node, key) for node in self.items(key))

    def names(self, key: str, what: str, known: Collection[str], *, needed: bool = False) -> tuple[str, ...]:
        """Texts out of a set of names."""
        items = self.items(key)
        if needed and not items:
            raise self.wrong(self.node, f"{self.what} needs {key}")
        for node in items:
            name = self._scalar(node, key)
            if name not in known:
                raise self.wrong(node, f"no such {what}: {name} ({_meant(name, known)})")
        return tuple(self._scalar(node, key) for node in items)

    def map(self, key: str, what: str, keys: tuple[str, ...]) -> "_Map | None":
        node = self.get(key)
        return self._mapping(node, what, keys) if node is not None else None

    def each(self, key: str, what: str, keys: tuple[str, ...]) -> "list[_Map]":
        return [self._mapping(node, what, keys) for node in self.items(key)]

    def _mapping(self, node: yaml.Node, what: str, keys: tuple[str, ...]) -> "_Map":
        if not isinstance(node, yaml.MappingNode):
            raise self.wrong(node, f"{what} is a mapping with {', '.join(keys)}")
        return _Map(node, self.where, what, keys)

    def span(self, key: str, default: Duration) -> Duration:
        node = self.get(key)
        if node is None:
            return default
        try:
            return parse_duration(self._scalar(node, key))
        except ValueError as wrong:
            raise self.wrong(node, f"{key}: {wrong}") from None


def _meant(name: str, known: Collection[str]) -> str:
    meant = nearest(name, known, 3)
    return f"did you mean {', '.join(meant)}?" if meant else f"there are {', '.join(known)}"
