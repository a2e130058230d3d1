"""The reports that the web service gives at addresses of their own: each module here is one, and
says so in its `REPORT`."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from adapter.views.published_report import AnyReport, PublishedReport


def published_reports() -> tuple[AnyReport, ...]:
    """By the names of their modules. Raises `TypeError` for a module that has no `REPORT`."""
    names = sorted(module.name for module in iter_modules(__path__, f"{__name__}."))
    return tuple(_report_of(name) for name in names)


def _report_of(name: str) -> AnyReport:
    report = getattr(import_module(name), "REPORT", None)
    if not isinstance(report, PublishedReport):
        raise TypeError(f"{name} is among the reports and has no REPORT; add it, or move the file")
    return report
