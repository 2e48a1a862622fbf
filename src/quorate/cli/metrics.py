"""quorate metrics: a live cluster's metrics for Prometheus."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from quorate.cli.refusal import Unusable

EPILOG = """\b
Examples:
  quorate metrics --port 8080                      the cluster that kubectl speaks to, for Prometheus
  quorate metrics --listen 0.0.0.0 --port 8080     in a pod, with its ServiceAccount
  quorate metrics -n prod                          where only one namespace may be read
  quorate metrics --once | grep kube_statefulset   everything as it is now
\b
It lists and watches, and never writes; what is forbidden is told and left out. /livez and /readyz tell how it is.
"""


def metrics(
    kubeconfig: Annotated[
        Path | None,
        typer.Option(help="Kubeconfig; $KUBECONFIG or ~/.kube/config when absent, else the pod's ServiceAccount."),
    ] = None,
    context: Annotated[str | None, typer.Option(help="Context of the kubeconfig.")] = None,
    namespace: Annotated[str, typer.Option("--namespace", "-n", help="Only this namespace; all when absent.")] = "",
    port: Annotated[int, typer.Option(help="Port to listen on; 0 takes a free one.", min=0, max=65535)] = 0,
    listen: Annotated[str, typer.Option(help="Address to listen on.", metavar="ADDRESS")] = "127.0.0.1",
    once: Annotated[bool, typer.Option("--once", help="Print them once, and end.")] = False,
) -> None:
    """Serve a live cluster's metrics under kube-state-metrics' names, and Quorate's own."""
    from quorate.assemble.exporting import CannotListen, ClusterError, ExportOptions, export, export_once

    asked = ExportOptions(kubeconfig, context, namespace, listen, port)
    try:
        if once:
            sys.stdout.buffer.write(export_once(asked, _tell))
            return
        export(asked, _ready, _tell)
    except (ClusterError, CannotListen) as wrong:
        raise Unusable(str(wrong)) from None
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)


def _ready(source: str, url: str) -> None:
    print(f"Serving metrics of {source} at {url}. Ctrl-C stops it.", flush=True)


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
