"""The metrics of a live cluster: what `quorate metrics` runs."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from quorate.edge.connect import connect
from quorate.edge.exporter import Exporter
from quorate.edge.live import ClusterError
from quorate.edge.mirror import Mirror
from quorate.edge.serve import CannotListen
from quorate.objects import kinds
from quorate.observe.metrics import CONTENT_TYPE, Exposition
from quorate.observe.metrics import kinds as shown_kinds

PATIENCE = 60.0
"""Seconds in which everything must be listed when metrics are wanted once."""


@dataclass(frozen=True, slots=True)
class ExportOptions:
    kubeconfig: Path | None = None
    context: str | None = None
    namespace: str = ""
    listen: str = "127.0.0.1"
    port: int = 0


class Exported:
    """A cluster's metrics. It begins to read at once. Raises ClusterError."""

    def __init__(self, asked: ExportOptions, tell: Callable[[str], None]) -> None:
        self._exposition = Exposition()
        cluster = connect(asked.kubeconfig, asked.context)
        self.source = cluster.source
        self.mirror = Mirror(cluster, [kind.resource for kind in shown_kinds()], tell, asked.namespace)
        self.mirror.start()

    def close(self) -> None:
        self.mirror.stop()

    def metrics(self) -> bytes:
        now = self.mirror.now()
        return self.mirror.look(lambda objects: self._exposition.render(objects, now)) + self._own()

    def readiness(self) -> tuple[bool, str]:
        missing = "".join(f"{resource}: {why}\n" for resource, why in sorted(self.mirror.unread.items()))
        if self.mirror.settled():
            return True, f"ok\n{missing}"
        return False, f"still to be listed: {', '.join(self.mirror.awaited())}\n{missing}"

    def _own(self) -> bytes:
        """How reading goes, under the names that kube-state-metrics has for it, and what cannot be read."""
        out = []
        for name, about, counts in (
            ("list", "Number of total resource list calls.", self.mirror.attempts.lists),
            ("watch", "Number of total resource watch calls.", self.mirror.attempts.watches),
        ):
            out.append(
                f"# HELP kube_state_metrics_{name}_total {about}\n# TYPE kube_state_metrics_{name}_total counter\n"
            )
            for (resource, result), count in sorted(counts.copy().items()):
                kind = kinds.by_resource(resource)
                assert kind is not None, resource
                label = f"*{kind.version}.{kind.kind}"
                out.append(f'kube_state_metrics_{name}_total{{resource="{label}",result="{result}"}} {count}\n')
        out.append("# HELP quorate_unread Resources that cannot be read.\n# TYPE quorate_unread gauge\n")
        out += [f'quorate_unread{{resource="{resource}"}} 1\n' for resource in sorted(self.mirror.unread.copy())]
        return "".join(out).encode()


def export(asked: ExportOptions, ready: Callable[[str, str], None], tell: Callable[[str], None]) -> None:
    """Serve until interrupted. `ready` is told (the cluster, where the metrics are).

    Raises ClusterError, CannotListen.
    """
    with closing(Exported(asked, tell)) as exported:
        server = Exporter(asked.listen, asked.port, exported, CONTENT_TYPE)
        ready(exported.source, f"{server.url}/metrics")
        server.serve()


def export_once(asked: ExportOptions, tell: Callable[[str], None]) -> bytes:
    """Everything as it is now. Raises ClusterError."""
    with closing(Exported(asked, tell)) as exported:
        if not exported.mirror.settled(PATIENCE):
            late = ", ".join(exported.mirror.awaited())
            raise ClusterError(f"{exported.source}: not listed within {PATIENCE:.0f} s: {late}")
        if len(exported.mirror.unread) == len(shown_kinds()):
            whys = sorted(set(exported.mirror.unread.values()))
            raise ClusterError(f"{exported.source}: nothing can be read: {'; '.join(whys)}")
        return exported.metrics()


__all__ = ["CannotListen", "ClusterError", "ExportOptions", "Exported", "export", "export_once"]
