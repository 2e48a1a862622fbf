"""How long lifecycle hooks take: a sleep action its seconds, a command the sleeps in it, any other nothing."""

import re
from functools import lru_cache
from typing import Any

from quorate.kernel.clock import HOUR, MINUTE, SECOND, Duration

Obj = dict[str, Any]

FOREVER: Duration = 1000 * 24 * HOUR
_SLEEP = re.compile(r"\bsleep\s+(?:(\d+(?:\.\d+)?)([smhd]?)|(inf(?:inity)?)\b)")
_UNIT = {"": SECOND, "s": SECOND, "m": MINUTE, "h": HOUR, "d": 24 * HOUR}


def duration(container: Obj, hook: str) -> Duration:
    """Of the container's `hook` ("preStop" or "postStart")."""
    handler = (container.get("lifecycle") or {}).get(hook)
    if not handler:
        return 0
    if handler.get("sleep"):
        return int(handler["sleep"].get("seconds") or 0) * SECOND
    command = (handler.get("exec") or {}).get("command")
    return _of_command(" ".join(map(str, command))) if command else 0


@lru_cache(maxsize=512)
def _of_command(command: str) -> Duration:
    total = 0
    for number, unit, forever in _SLEEP.findall(command):
        total += FOREVER if forever else round(float(number) * _UNIT[unit])
    return total
