"""-o json as it is documented: every recorded dump's answer fits the schema, and nothing stands in one that it does not tell of."""

import json
from typing import Any

import fastjsonschema
import pytest
import yaml
from bench.faulty.case import Case
from bench.faulty.catalogue import CASES
from bench.faulty.play import NAMESPACE
from bench.faulty.record import FOLDER, recorded

from quorate.assemble.diagnosing import evidence_of_dump
from quorate.cli.main import main
from quorate.diagnosis.engine import diagnose
from quorate.diagnosis.playbook import built_in, built_in_names
from quorate.diagnosis.report import render
from quorate.diagnosis.report.data import SCHEMA_VERSION, schema
from quorate.diagnosis.target import parse_target, resolve


def closed(part: Any) -> Any:
    """Without room for fields that are not told of."""
    if isinstance(part, list):
        return [closed(p) for p in part]
    if not isinstance(part, dict):
        return part
    shut = {"additionalProperties": False} if "properties" in part and "required" in part else {}
    return {**{k: closed(v) for k, v in part.items()}, **shut}


check = fastjsonschema.compile(closed(json.loads(schema())))


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.id)
def test_every_dump(case: Case) -> None:
    path, target = recorded(case)
    evidence = evidence_of_dump([path])
    asked = parse_target([target], NAMESPACE)
    assert asked is not None
    found = [diagnose(evidence, obj) for obj in resolve(evidence, asked)]
    told = json.loads(render(found, "json", source=str(path)))
    check(told)
    assert told["schemaVersion"] == SCHEMA_VERSION
    assert yaml.safe_load(render(found, "yaml", source=str(path))) == told


@pytest.mark.parametrize("name", built_in_names())
def test_every_playbook(name: str) -> None:
    evidence = evidence_of_dump([FOLDER / "crash-application.application.tar.xz"])
    asked = parse_target(["sts/db"], NAMESPACE)
    assert asked is not None
    (obj,) = resolve(evidence, asked)
    check(json.loads(render([diagnose(evidence, obj, built_in(name))], "json")))


def test_it_refuses_what_does_not_fit() -> None:
    for wrong in ({}, {"apiVersion": "quorate.dev/v1", "kind": "Report"}):
        with pytest.raises(fastjsonschema.JsonSchemaException):
            check(wrong)


def test_it_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["diagnose", "--schema"])
    assert ended.value.code == 0
    assert json.loads(capsys.readouterr().out) == json.loads(schema())
