"""A diagnosis in the formats that people pass around and programs read: json, yaml, markdown, html."""

from collections.abc import Sequence

import orjson
import yaml

from quorate.diagnosis.answer import Diagnosis
from quorate.diagnosis.report.data import report
from quorate.diagnosis.report.html import html
from quorate.diagnosis.report.markdown import markdown

FORMATS = ("json", "yaml", "markdown", "html")


def render(diagnoses: Sequence[Diagnosis], output: str, source: str = "") -> str:
    """`output` is one of FORMATS."""
    match output:
        case "json":
            return orjson.dumps(report(diagnoses, source), option=orjson.OPT_INDENT_2).decode() + "\n"
        case "yaml":
            return yaml.safe_dump(report(diagnoses, source), sort_keys=False, allow_unicode=True, width=120)
        case "markdown":
            return markdown(diagnoses, source)
        case "html":
            return html(diagnoses, source)
        case _:
            raise ValueError(f"no such format: {output}")
