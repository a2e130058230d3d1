"""A module among the reports is a report."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

from adapter.views import reports
from adapter.views.reports import published_reports


def test_each_module_is_a_report_with_an_address_of_its_own() -> None:
    modules = {file.stem for file in Path(reports.__file__).parent.glob("*.py")} - {"__init__"}
    addresses = [report.address for report in published_reports()]
    assert "/employees/<id>/learning-overview" in addresses
    assert len(set(addresses)) == len(modules)


def test_a_module_without_a_report_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "half_a_report.py").write_text("REPORT = None\n", encoding="utf-8")
    monkeypatch.setattr(reports, "__path__", [str(tmp_path)])
    with pytest.raises(TypeError, match=r"half_a_report is among the reports and has no REPORT"):
        published_reports()
    made: ModuleType | None = sys.modules.pop("adapter.views.reports.half_a_report", None)
    assert made is not None
