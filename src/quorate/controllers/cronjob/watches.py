"""What wakes the CronJob controller: CronJobs and their Jobs."""

from collections.abc import Iterable

from quorate.contract.controller import Watch, own_key
from quorate.contract.plan import Key, Obj
from quorate.contract.ports import Reader
from quorate.controllers.cronjob.names import CRON_JOBS, JOBS
from quorate.objects.owners import controller_of


def of_job(reader: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """The CronJobs that own or owned the Job, if they are still those that the references mean."""
    keys: list[Key] = []
    for obj in (old, new):
        ref = controller_of(obj) if obj is not None else None
        if obj is None or ref is None or ref["kind"] != "CronJob":
            continue
        key = (obj["metadata"]["namespace"], ref["name"])
        found = reader.get(CRON_JOBS, *key)
        if found is not None and found["metadata"]["uid"] == ref["uid"] and key not in keys:
            keys.append(key)
    return keys


WATCHES = (Watch(CRON_JOBS, own_key), Watch(JOBS, of_job))
