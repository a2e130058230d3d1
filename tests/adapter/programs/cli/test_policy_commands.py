"""`policy diff` and `policy what-if` as an administrator runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.adapter.programs.cli.conftest import Run
from tests.adapter.views.what_if.policy_files import NINETY_HOURS, written
from tests.fixtures.agency import IRIS, Agency


@pytest.mark.parametrize("alone", [True, False])
def test_a_single_file_is_compared_with_the_values_before_it(
    run: Run, agency: Agency, tmp_path: Path, alone: bool
) -> None:
    file = written(tmp_path, NINETY_HOURS)
    compared = [str(file)] if alone else ["config/policy", str(file)]
    done = run(agency.parts, "policy", "diff", *compared)
    assert done.exit_code == 0, done.output
    (line,) = done.output.splitlines()
    assert line.startswith("+ 2028-01-01  hours.norm = 90.00 hours")


def test_a_wrong_file_is_refused_with_its_key(run: Run, agency: Agency, tmp_path: Path) -> None:
    file = written(tmp_path, NINETY_HOURS.replace('"90.00"', "90.0"))
    for command in (("diff", str(file)), ("what-if", "--file", str(file))):
        done = run(agency.parts, "policy", *command)
        assert done.exit_code == 1
        assert "2028-01-01.toml: hours.norm: floats are refused" in done.output


def test_what_if_reports_who_would_differ_last_year(
    run: Run, past_year: Agency, tmp_path: Path
) -> None:
    file, output = written(tmp_path, NINETY_HOURS), tmp_path / "report.json"
    arguments = ("what-if", "--file", str(file), "--format", "json", "--output", str(output))
    done = run(past_year.parts, "policy", *arguments)
    assert done.exit_code == 0, done.output
    report = json.loads(output.read_text("utf-8"))
    assert report["subtitle"] == "2028-01-01.toml, toegepast op 2027"
    facts = {fact["name"]: fact["value"] for fact in report["facts"]}
    assert (facts["decisions_differing"], facts["over_now"], facts["over_then"]) == (1, 1, 0)
    sections = {section["name"]: section for section in report["sections"]}
    assert sections["decisions"]["tables"][0]["rows"][0]["employee"] == IRIS


@pytest.mark.parametrize("form", ["html", "xlsx"])
def test_what_if_writes_other_forms_to_standard_output(
    run: Run, past_year: Agency, tmp_path: Path, form: str
) -> None:
    file = written(tmp_path, NINETY_HOURS)
    done = run(past_year.parts, "policy", "what-if", "--file", str(file), "--format", form)
    assert done.exit_code == 0, done.output
    assert done.stdout_bytes.startswith({"html": b"<!doctype html>", "xlsx": b"PK"}[form])
