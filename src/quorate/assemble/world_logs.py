"""The logs of a world's containers, for a diagnosis inside of it: the same lines that a live diagnosis would be given."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from quorate.contract.failures import Refused
from quorate.diagnosis.evidence import LogKey
from quorate.edge.live import LOG_LINES

if TYPE_CHECKING:
    from quorate.assemble.world import World


class WorldLogs:
    """A diagnosis.evidence.LogSource."""

    def __init__(self, world: "World") -> None:
        self.world = world

    def get(self, key: LogKey, default: Sequence[str] = ()) -> Sequence[str]:
        namespace, name, container, previous = key
        pod = self.world.reader.get("pods", namespace, name)
        if pod is None or self.world.front.logs is None:
            return default
        query = {"tailLines": str(LOG_LINES), **({"previous": "true"} if previous else {})}
        try:
            return list(self.world.front.logs(pod, container, query, self.world.now))
        except Refused:
            return default
