"""Lines of a terminal: wrapped with their indentation kept, and not wrapped where nobody says how wide the page is."""

from rich.console import Console
from rich.text import Text

from quorate.kernel.clock import SECOND, Instant
from quorate.objects.ages import human_duration

NARROWEST = 40


class Page:
    def __init__(self, console: Console) -> None:
        self.console = console
        self.width = max(NARROWEST, console.width) if console.is_terminal else None

    def blank(self) -> None:
        self.console.print()

    def line(
        self,
        text: str | Text,
        *,
        indent: int = 0,
        hang: int | None = None,
        mark: str = "",
        mark_style: str = "",
        style: str = "",
    ) -> None:
        """What does not fit goes on below, `hang` columns in (below its beginning when absent)."""
        shown = Text(" ".join(text.split()), style=style) if isinstance(text, str) else text
        first = Text(" " * indent)
        first.append(mark, style=mark_style)
        rest = Text(" " * (indent + (hang if hang is not None else len(mark))))
        lines = [shown] if self.width is None else self._wrapped(shown, self.width, len(first), len(rest))
        for number, one in enumerate(lines):
            self._print((rest if number else first) + one)

    def command(self, text: str, indent: int) -> None:
        """Never broken: it is to be copied."""
        self._print(Text(" " * indent + text, style="cyan"))

    def _wrapped(self, text: Text, width: int, first: int, rest: int) -> list[Text]:
        """The first line may be longer or shorter than those that follow."""
        lines = text.wrap(self.console, width - max(first, rest))
        if first < rest and len(lines) > 1:
            head = text.wrap(self.console, width - first)[0]
            body = text[len(head.plain.rstrip()) :]
            if not body.plain.strip():
                return [head]
            return [head, *Text(body.plain.lstrip(), style=body.style).wrap(self.console, width - rest)]
        return list(lines)

    def _print(self, text: Text) -> None:
        text.rstrip()
        self.console.print(text, soft_wrap=True, highlight=False)


def ago(now: Instant, then: Instant) -> str:
    return f"{human_duration(max(0, (now - then) // SECOND * SECOND))} ago"
