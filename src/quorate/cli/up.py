"""quorate up: a world that kubectl can talk to."""

import signal
import sys
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from quorate.cli.refusal import Unusable

EPILOG = """\b
Examples:
  quorate up                                  serve on a free port; prints the export line for kubectl
  quorate up --port 6443 --nodes 5 --zones 3  five nodes in three zones
  quorate up --speed 60                       a minute passes every second
  quorate up --data ./world                   keep the world on disk; the next start carries on
  quorate up --from before.snap               go on from a snapshot
  quorate up --webhook policy.default=https://127.0.0.1:9443
                                              ask this server for webhooks of the Service policy in default
  quorate up --dns 5353                       answer DNS for cluster.local: dig @127.0.0.1 -p 5353 ...
"""


def up(
    port: Annotated[int, typer.Option(help="Port on loopback; 0 takes a free one.", min=0, max=65535)] = 0,
    nodes: Annotated[int, typer.Option(help="Simulated nodes: node-0, node-1, ...", min=0, max=10000)] = 3,
    zones: Annotated[int, typer.Option(help="Zones that the nodes are spread over: zone-a, ...", min=1, max=1000)] = 3,
    kubeconfig: Annotated[Path, typer.Option(help="Where to write the kubeconfig (mode 0600).", dir_okay=False)] = Path(
        "quorate.kubeconfig"
    ),
    token: Annotated[str, typer.Option(help="Bearer token; a random one when absent.")] = "",
    http: Annotated[bool, typer.Option("--http", help="Plain HTTP instead of TLS.")] = False,
    data: Annotated[
        Path | None, typer.Option(help="Keep the world in this folder; in memory when absent.", file_okay=False)
    ] = None,
    begin: Annotated[
        Path | None,
        typer.Option("--from", help="Go on from this snapshot: its objects, nodes and time.", dir_okay=False),
    ] = None,
    speed: Annotated[float, typer.Option(help="How fast the world's clock runs.", min=0.001, max=100000)] = 1.0,
    seed: Annotated[int, typer.Option(help="Seed of all chance in the world.")] = 0,
    node_monitor_grace: Annotated[
        str, typer.Option(help="How long a node may be silent before it counts as lost.")
    ] = "40s",
    authorization: Annotated[
        str, typer.Option(help="Who may do what: always (whoever is let in may do all) or rbac (what roles give).")
    ] = "always",
    webhook: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SERVICE.NAMESPACE=URL",
            help="Where admission webhooks of a Service are served in truth, https:// or http://; may be given again.",
        ),
    ] = None,
    disable_admission_plugins: Annotated[
        str,
        typer.Option(
            metavar="NAMES", help="Admission plugins that are off, by kube-apiserver's names: ServiceAccount,..."
        ),
    ] = "",
    dns: Annotated[
        int | None,
        typer.Option(
            help="Serve cluster.local over UDP and TCP on this port of loopback; 0 takes a free one.", min=0, max=65535
        ),
    ] = None,
) -> None:
    """Serve a Kubernetes control plane with simulated nodes on loopback."""
    from quorate.apiserver.access.access import Authorization
    from quorate.assemble.serving import UpOptions, run_up
    from quorate.edge.durable_file import DataError
    from quorate.edge.kubeconfig import KubeconfigError
    from quorate.edge.serve import CannotListen
    from quorate.edge.snapshot import SnapshotError
    from quorate.objects.times import parse_duration

    by: Authorization
    match authorization:
        case "always" | "rbac":
            by = authorization
        case _:
            raise Unusable(f"--authorization: always or rbac, not {authorization!r}")
    try:
        grace = parse_duration(node_monitor_grace)
    except ValueError as wrong:
        raise Unusable(f"--node-monitor-grace: {wrong}") from None

    served_at = _served_at(webhook or [])
    without = _plugins(disable_admission_plugins)

    def ready(url: str, dns_port: int | None) -> None:
        made_of = f"{nodes} nodes in {min(nodes, zones) or zones} zones" if begin is None else f"from {begin}"
        print(f"Serving Kubernetes 1.36 at {url} ({made_of}). Ctrl-C stops it.")
        if dns_port is not None:
            print(f"DNS for cluster.local: dig @127.0.0.1 -p {dns_port} kubernetes.default.svc.cluster.local")
        print(f"export KUBECONFIG={kubeconfig.resolve()}", flush=True)

    # Supervisors end it as Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        run_up(
            UpOptions(
                port,
                nodes,
                zones,
                kubeconfig,
                token,
                not http,
                data,
                speed,
                seed,
                grace,
                dns,
                by,
                begin,
                served_at,
                without,
            ),
            ready,
        )
    except (CannotListen, KubeconfigError, DataError, SnapshotError) as wrong:
        raise Unusable(str(wrong)) from None
    except KeyboardInterrupt:
        pass
    print("Stopped.", file=sys.stderr)


def _served_at(given: list[str]) -> dict[str, str]:
    """Raises Unusable."""
    out: dict[str, str] = {}
    for text in given:
        service, _, url = text.partition("=")
        at = urlsplit(url)
        if (
            service.count(".") != 1
            or not all(service.split("."))
            or at.scheme not in ("http", "https")
            or not at.hostname
        ):
            raise Unusable(
                f"--webhook {text}: it is SERVICE.NAMESPACE=URL, e.g. policy.default=https://127.0.0.1:9443; the path comes "
                "from the webhook's configuration"
            )
        out[service] = f"{at.scheme}://{at.netloc}"
    return out


def _plugins(text: str) -> tuple[str, ...]:
    """Raises Unusable."""
    from quorate.apiserver.admission import PLUGINS

    names = tuple(name.strip() for name in text.split(",") if name.strip())
    for name in names:
        if name not in PLUGINS:
            raise Unusable(f"--disable-admission-plugins: admission plugin {name!r} is unknown")
    return names
