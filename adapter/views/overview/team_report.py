"""The learning of a manager's team as data, for the appraisal cycle (Visie §5, §8; P8, P11)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from pydantic import Field
from sqlalchemy import select

from adapter.ground.answers import Answer, HoursOut, PercentOut, YearOut
from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.courses import CourseRow
from adapter.ground.store.tables.procedure import CommitmentRow
from adapter.register.keys import Principal, Role
from adapter.register.people import known_employee, names_of
from adapter.register.trajectory_titles import trajectory_titles
from adapter.subjects.requests.acts import Act
from adapter.subjects.requests.refusals import OutsideTeam, UnknownEntry
from adapter.subjects.tranches.capacity import TeamMonth
from adapter.views.overview.team import TeamLearning, TeamMember, team_learning
from policy.days import amsterdam_day
from policy.model import Activity, ActivityState


class TeamMemberOut(Answer):
    """Hours of this calendar year, within working time."""

    employee_id: str
    name: str
    used_hours: HoursOut
    planned_hours: HoursOut
    limit_hours: HoursOut
    left_hours: HoursOut
    over_hours: HoursOut
    held: int = Field(description="Inschrijvingen die stilstaan.")
    to_sign: int = Field(description="Overeenkomsten die op de leidinggevende wachten.")


class TeamTrainingOut(Answer):
    employee_id: str
    name: str
    title: str
    hours: HoursOut
    state: ActivityState
    start_date: date
    end_date: date | None


class TeamMonthOut(Answer):
    month: str
    available_hours: HoursOut | None = Field(
        description="Null als het HR-systeem van iemand de uren niet geeft."
    )
    granted_hours: HoursOut
    requested_hours: HoursOut
    granted_percent: PercentOut | None
    all_percent: PercentOut | None = Field(description="Als alles wat is gevraagd ook doorgaat.")


class TeamHoldOut(Answer):
    employee_id: str
    name: str
    course: str
    decided_date: date


class TeamOverviewOut(Answer):
    manager_id: str
    name: str
    year: YearOut
    as_of_date: date
    policy_version: str
    members: list[TeamMemberOut]
    training: list[TeamTrainingOut] = Field(
        description="Wat dit jaar loopt, begint of eindigt; geannuleerd en afwezig staan erbij."
    )
    months: list[TeamMonthOut]
    holds: list[TeamHoldOut]


def team_overview(act: Act, manager_id: str) -> TeamOverviewOut:
    """Of those who report to this manager. Raises `OutsideTeam` for a manager who asks for the team
    of another, `UnknownEntry` for somebody whom the register does not know."""
    if act.by.role is Role.MANAGER and act.by.employee_id != manager_id:
        raise OutsideTeam
    if not known_employee(act.connection, manager_id):
        raise UnknownEntry
    manager = Principal(act.by.key_id, act.by.name, Role.MANAGER, manager_id)
    team = team_learning(replace(act, by=manager), manager_id)
    held = [one.employee_id for one in team.holds]
    names = _names(team)
    return TeamOverviewOut(
        manager_id=manager_id,
        name=names_of(act.connection, [manager_id])[manager_id],
        year=act.today.year,
        as_of_date=act.today,
        policy_version=act.policy.version,
        members=[
            _member(one, names[one.employee_id], held.count(one.employee_id))
            for one in team.members
        ],
        training=list(_training(act, team, names)),
        months=[_month(one) for one in team.months],
        holds=[
            TeamHoldOut(
                employee_id=one.employee_id,
                name=names.get(one.employee_id, one.employee_id),
                course=one.full_name,
                decided_date=amsterdam_day(one.decided_at),
            )
            for one in team.holds
        ],
    )


def _member(one: TeamMember, name: str, held: int) -> TeamMemberOut:
    return TeamMemberOut(
        employee_id=one.employee_id,
        name=name,
        used_hours=one.hours.used,
        planned_hours=one.hours.planned,
        limit_hours=one.hours.limit,
        left_hours=one.hours.left,
        over_hours=one.hours.over,
        held=held,
        to_sign=len(one.to_sign),
    )


def _month(one: TeamMonth) -> TeamMonthOut:
    return TeamMonthOut(
        month=str(one.month),
        available_hours=one.available,
        granted_hours=one.granted,
        requested_hours=one.requested,
        granted_percent=one.granted_percent,
        all_percent=one.all_percent,
    )


def _names(team: TeamLearning) -> dict[str, str]:
    """With the number where two of a team have one name."""
    alike = Counter(team.names.values())
    return {
        employee_id: f"{name} ({employee_id})" if alike[name] > 1 else name
        for employee_id, name in team.names.items()
    }


def _training(act: Act, team: TeamLearning, names: Mapping[str, str]) -> Iterator[TeamTrainingOut]:
    titles = _titles(act, team)
    for member in team.members:
        for one in sorted(member.followed, key=lambda one: (one.start, one.activity_id)):
            if one.start.year <= act.today.year <= (one.end or one.start).year:
                yield TeamTrainingOut(
                    employee_id=member.employee_id,
                    name=names[member.employee_id],
                    title=_title(one, titles),
                    hours=one.hours,
                    state=one.state,
                    start_date=one.start,
                    end_date=one.end,
                )


def _title(activity: Activity, titles: Mapping[str, str]) -> str:
    """That of its trajectory, also of a later part of one."""
    names = (activity.activity_id, *activity.known_as)
    return next((titles[name] for name in names if name in titles), names[0])


def _titles(act: Act, team: TeamLearning) -> dict[str, str]:
    """By course or trajectory."""
    courses = act.connection.execute(
        select(CourseRow.idnumber, CourseRow.full_name).where(CourseRow.idnumber != "")
    )
    promised = rows_of(
        act.connection,
        select(CommitmentRow).where(
            CommitmentRow.employee_id.in_([one.employee_id for one in team.members])
        ),
    )
    return {
        **dict(courses.all()),
        **{row.trajectory_id: row.title for row in promised if row.title},
        **trajectory_titles(act.connection),
    }
