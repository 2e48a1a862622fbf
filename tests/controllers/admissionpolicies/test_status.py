"""A policy's status says which generation was looked at."""

from quorate.assemble.shape import Shape
from quorate.assemble.world import world

POLICIES = "validatingadmissionpolicies.admissionregistration.k8s.io"
RULE = {"apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"], "operations": ["CREATE"]}


def test_it_follows_the_generation() -> None:
    made = world(1, Shape(nodes=0))
    client = made.client()
    spec = {"matchConstraints": {"resourceRules": [RULE]}, "validations": [{"expression": "true"}]}
    client.create(POLICIES, {"metadata": {"name": "p"}, "spec": spec})
    made.run_for(1_000_000)
    assert made.get(POLICIES, "", "p")["status"] == {"observedGeneration": 1, "typeChecking": {}}
    client.patch(POLICIES, "", "p", {"spec": {"validations": [{"expression": "1 == 1"}]}})
    made.run_for(1_000_000)
    policy = made.get(POLICIES, "", "p")
    assert policy["metadata"]["generation"] == policy["status"]["observedGeneration"] == 2


def test_it_says_what_does_not_fit() -> None:
    made = world(1, Shape(nodes=0))
    spec = {"matchConstraints": {"resourceRules": [RULE]}, "validations": [{"expression": "object.nope == 1"}]}
    made.client().create(POLICIES, {"metadata": {"name": "p"}, "spec": spec})
    made.run_for(1_000_000)
    [warning] = made.get(POLICIES, "", "p")["status"]["typeChecking"]["expressionWarnings"]
    assert warning["fieldRef"] == "spec.validations[0].expression"
    assert warning["warning"].startswith("/v1, Kind=Pod: ERROR: <input>:1:7: undefined field 'nope'")
