"""Whose learning can lead to a task. It is read for them only: most people's never does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import CompoundSelect, Select, func, or_, select, union

from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.courses import CourseRow, EnrolmentRow
from adapter.ground.store.tables.exits import ExitRow
from adapter.ground.store.tables.in_company import InCompanySessionRow, SignUpRow
from adapter.ground.store.tables.people import LmsUserRow
from adapter.ground.store.tables.procedure import AgreementRow, GrantRow
from adapter.register.learning import Learning
from adapter.register.learning_reader import MOST_BY_NAME, read_all_learning, read_learning_of
from adapter.register.statutory_training import statutory
from adapter.subjects.leaving.employments import BACK
from adapter.subjects.leaving.lifecycle import ExitState
from adapter.subjects.requests.acts import Act
from policy.model import MandatoryByLaw


def read_concerned(act: Act, team: frozenset[str] | None) -> Mapping[str, Learning]:
    """By employee number, of a team or of everyone."""
    people = _concerned(act)
    if team is not None:
        people &= team
    if len(people) <= MOST_BY_NAME:
        return read_learning_of(act.connection, people)
    everyone = read_all_learning(act.connection)
    return {one: everyone[one] for one in people & everyone.keys()}


def _concerned(act: Act) -> frozenset[str]:
    """Those who leave, who have an agreement or may need one, and whose training is mandatory by
    law. More than that is harmless: what they have learned says whether there is a task."""
    collective = rows_of(
        act.connection,
        select(GrantRow).where(GrantRow.employee_id.is_(None), GrantRow.revoked_at.is_(None)),
    )
    chosen: CompoundSelect[Any] = union(
        select(ExitRow.employee_id).where(
            ExitRow.state.in_((ExitState.ANNOUNCED, ExitState.EFFECTIVE)),
            ExitRow.last_day >= act.today - BACK,
        ),
        select(AgreementRow.employee_id),
        select(GrantRow.employee_id).where(
            GrantRow.revoked_at.is_(None), GrantRow.mandatory_settled == MandatoryByLaw.YES
        ),
        _with_dear_training(act, collective),
        *_followers(_heavy(act, collective)),
    )
    people = act.connection.execute(chosen).scalars()
    return frozenset(employee_id for employee_id in people if employee_id is not None)


def _with_dear_training(act: Act, collective: Iterable[GrantRow]) -> Select[str | None]:
    """Whose own parts of a trajectory can come to an agreement, alone or with a collective one."""
    costs_cents, hours = _least(act)
    shared = {grant.trajectory_id for grant in collective}
    return (
        select(GrantRow.employee_id)
        .where(GrantRow.revoked_at.is_(None))
        .group_by(GrantRow.employee_id, GrantRow.trajectory_id)
        .having(
            or_(
                func.sum(GrantRow.costs_cents) >= costs_cents,
                func.sum(GrantRow.hours) >= hours,
                GrantRow.trajectory_id.in_(shared),
            )
        )
    )


def _heavy(act: Act, collective: list[GrantRow]) -> list[GrantRow]:
    """The collective grants that are mandatory by law, or of which the trajectory's together can
    come to an agreement."""
    costs_cents, hours = _least(act)

    def dear(trajectory_id: str) -> bool:
        parts = [grant for grant in collective if grant.trajectory_id == trajectory_id]
        costs = sum(grant.costs_cents for grant in parts)
        return costs >= costs_cents or sum(grant.hours for grant in parts) >= hours

    return [grant for grant in collective if statutory(grant) or dear(grant.trajectory_id)]


def _followers(grants: Iterable[GrantRow]) -> tuple[Select[str | None], Select[str]]:
    """Whoever follows, or signed up for, a course of one of these."""
    named = {idnumber for grant in grants for idnumber in grant.course_ids}
    of_trajectory = CourseRow.trajectory.in_({grant.trajectory_id for grant in grants})
    covered = select(CourseRow.course_id).where(or_(CourseRow.idnumber.in_(named), of_trajectory))
    return (
        select(LmsUserRow.employee_id)
        .join(EnrolmentRow, EnrolmentRow.user_id == LmsUserRow.user_id)
        .where(EnrolmentRow.course_id.in_(covered)),
        select(SignUpRow.employee_id)
        .join(InCompanySessionRow, InCompanySessionRow.id == SignUpRow.session_id)
        .where(InCompanySessionRow.course_id.in_(named)),
    )


def _least(act: Act) -> tuple[int, Decimal]:
    """Costs in eurocents, and hours, that call for an agreement by some edition of the policy."""
    editions = act.policy.editions
    return (
        min(one.agreement_threshold_cents for one in editions),
        min(one.agreement_considerable_hours for one in editions),
    )
