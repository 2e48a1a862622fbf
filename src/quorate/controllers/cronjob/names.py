"""The names of a CronJob's Jobs, and what they are marked with."""

from datetime import UTC, datetime

from quorate.contract.plan import Obj
from quorate.kernel.clock import MINUTE, SECOND, Instant
from quorate.objects.cron import zone

CRON_JOBS, JOBS = "cronjobs.batch", "jobs.batch"
SCHEDULED = "batch.kubernetes.io/cronjob-scheduled-timestamp"


def job_name(found: Obj, scheduled: Instant) -> str:
    """One name for one scheduled time, in minutes: whoever makes the Job twice finds it taken."""
    return f"{found['metadata']['name']}-{scheduled // MINUTE}"


def time_zone(found: Obj) -> str:
    """ "" when it names none."""
    return found["spec"].get("timeZone") or ""


def local_text(scheduled: Instant, zone_name: str) -> str:
    """RFC 3339 in the CronJob's time zone: "2026-01-01T09:00:00+09:00"."""
    local = datetime.fromtimestamp(scheduled // SECOND, zone(zone_name) or UTC)
    return local.isoformat().replace("+00:00", "Z")


def rfc1123(instant: Instant) -> str:
    """ "Thu, 01 Jan 2026 00:00:00 +0000"."""
    return datetime.fromtimestamp(instant // SECOND, UTC).strftime("%a, %d %b %Y %H:%M:%S +0000")
