"""Whether what a fix waits for has come."""

from typing import Any, assert_never

from quorate.diagnosis.fixing.steps import Await
from quorate.objects.pod import is_ready, is_terminating

Obj = dict[str, Any]


def holds(wait: Await, now: Obj | None) -> bool:
    """`now` is the object as it is; None when there is none."""
    match wait.until:
        case "gone":
            return now is None or now["metadata"].get("uid") != wait.uid
        case "observed":
            if now is None:
                return False
            seen = (now.get("status") or {}).get("observedGeneration") or 0
            return int(seen) >= int(now["metadata"].get("generation") or 0)
        case "replaced":
            if now is None or now["metadata"].get("uid") == wait.uid:
                return False
            return is_ready(now) and not is_terminating(now)
        case _:
            assert_never(wait.until)


WORDS = {"gone": "to be gone", "observed": "to be seen by its controller", "replaced": "to be back and ready"}
