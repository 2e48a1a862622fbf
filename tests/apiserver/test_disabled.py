"""Fields of features that are off are dropped, unless the object has them already."""

from typing import Any

import pytest

from quorate.apiserver.disabled import drop_disabled
from quorate.contract.plan import Obj


def rolling(**fields: Any) -> Obj:
    return {"spec": {"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 0, **fields}}}}


def test_max_unavailable_of_a_set() -> None:
    assert drop_disabled("statefulsets.apps", rolling(maxUnavailable=2), None) == rolling()
    assert drop_disabled("statefulsets.apps", rolling(maxUnavailable="50%"), rolling()) == rolling()
    kept = rolling(maxUnavailable=3)
    assert drop_disabled("statefulsets.apps", kept, rolling(maxUnavailable=2)) is kept
    assert drop_disabled("deployments.apps", kept, None) is kept


def volume(**source: Any) -> Obj:
    return {"containers": [], "volumes": [{"name": "v", "projected": {"sources": [{"secret": {"name": "s"}}, source]}}]}


SPECS = [
    ({"containers": [], "workloadRef": {"name": "w"}}, {"containers": []}),
    (volume(clusterTrustBundle={"path": "p"}), volume()),
    (
        {"containers": [{"name": "c", "lifecycle": {"stopSignal": "SIGUSR1", "preStop": {"exec": {}}}}]},
        {"containers": [{"name": "c", "lifecycle": {"preStop": {"exec": {}}}}]},
    ),
    ({"containers": [{"name": "c", "lifecycle": {"stopSignal": "SIGUSR1"}}]}, {"containers": [{"name": "c"}]}),
]


@pytest.mark.parametrize(("given", "left"), SPECS)
def test_of_pods_and_of_templates(given: Obj, left: Obj) -> None:
    assert drop_disabled("pods", {"spec": given}, None) == {"spec": left}
    kept = {"spec": given}
    assert drop_disabled("pods", kept, kept) is kept
    templates = [{"spec": {"template": {"spec": spec}}} for spec in (given, left)]
    assert drop_disabled("daemonsets.apps", templates[0], None) == templates[1]
    jobs = [{"spec": {"jobTemplate": template}} for template in templates]
    assert drop_disabled("cronjobs.batch", jobs[0], None) == jobs[1]


def test_what_is_on_stays_the_same_object() -> None:
    pod = {"spec": {"containers": [{"name": "c", "lifecycle": {"preStop": {"sleep": {"seconds": 1}}}}], "volumes": []}}
    assert drop_disabled("pods", pod, None) is pod
    budget = {"spec": {"workloadRef": 1}}
    assert drop_disabled("poddisruptionbudgets.policy", budget, None) is budget
