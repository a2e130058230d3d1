"""Reports as they were made once a period was over: asked for again, they say the same."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, insert, select

from adapter.ground.store.reading import row_or_none, rows_of
from adapter.ground.store.tables.reports import KeptReportRow
from adapter.register.audit_log import note_act
from adapter.register.decision_log import keep_policy
from adapter.subjects.requests.acts import Act
from adapter.views.mt_report.figures import FiguresOut, MtReportOut
from adapter.views.mt_report.making import figures_of
from policy.periods import Period, period_before

NAME = "management-team"


def report_on(act: Act, period: Period, compared_with: Period | None = None) -> MtReportOut:
    """As it was kept; else as the register is now. It is compared with the period before, where a
    report of that was kept, or with another one of which there is one."""
    found = kept_report(act.connection, period) or _made(act, period)
    if compared_with is None:
        return found
    return found.model_copy(update={"before": _kept_figures(act.connection, compared_with)})


def keep_report(act: Act, period: Period) -> bool:
    """Make and keep the report of a period that is over. False where it was kept before."""
    if kept_report(act.connection, period) is not None:
        return False
    made = _made(act, period).model_copy(update={"kept": True})
    keep_policy(act.connection, act.policy, act.now)
    act.connection.execute(
        insert(KeptReportRow).values(
            name=NAME,
            period=period.name,
            content=made.model_dump(mode="json"),
            policy_digest=act.policy.digest,
            made_at=act.now,
        )
    )
    note_act(
        act.connection,
        act.now,
        actor=act.actor,
        action="keep-report",
        record=f"{NAME}/{period.name}",
        result="kept",
    )
    return True


def kept_report(connection: Connection, period: Period) -> MtReportOut | None:
    row = row_or_none(
        connection,
        select(KeptReportRow).where(
            KeptReportRow.name == NAME, KeptReportRow.period == period.name
        ),
    )
    return None if row is None else MtReportOut.model_validate(row.content)


def kept_reports(connection: Connection, periods: Sequence[str] = ()) -> list[MtReportOut]:
    """Those of these periods, or all, the earliest first."""
    query = select(KeptReportRow).where(KeptReportRow.name == NAME)
    if periods:
        query = query.where(KeptReportRow.period.in_(periods))
    found = [MtReportOut.model_validate(row.content) for row in rows_of(connection, query)]
    return sorted(found, key=lambda one: one.figures.from_date)


def kept_periods(connection: Connection) -> list[str]:
    """The newest first."""
    query = select(KeptReportRow.period).where(KeptReportRow.name == NAME)
    return list(connection.execute(query.order_by(KeptReportRow.made_at.desc())).scalars())


def _made(act: Act, period: Period) -> MtReportOut:
    return MtReportOut(
        made_at=act.now.replace(microsecond=0),
        as_of_date=act.today,
        complete=period.last < act.today,
        kept=False,
        policy_version=act.policy.version,
        policy_digest=act.policy.digest,
        figures=figures_of(act, period),
        before=_kept_figures(act.connection, period_before(period, act.policy)),
    )


def _kept_figures(connection: Connection, period: Period) -> FiguresOut | None:
    found = kept_report(connection, period)
    return None if found is None else found.figures
