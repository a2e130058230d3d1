"""Who has something to do about a finding, and how soon.

The order of `DUTIES` is that in which HR would go through them: what keeps someone out, or lets
someone in, wrongly; what has a day; what can be put right in the course of the month.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Doer(StrEnum):
    HR = "hr"
    MANAGER = "manager"
    MANAGEMENT_TEAM = "mt"
    KNOWLEDGE_BROKER = "knowledge_broker"
    LMS_ADMIN = "lms_admin"
    COURSE_OWNER = "course_owner"
    OPERATOR = "operator"
    """Who administers this service."""


class When(StrEnum):
    NOW = "now"
    WEEK = "week"
    MONTH = "month"
    KNOW = "know"
    """Nobody has to do anything."""


@dataclass(frozen=True, slots=True)
class Duty:
    when: When
    doer: Doer


_NOW = {
    "source_silent": Doer.OPERATOR,
    "lms_restored": Doer.OPERATOR,
    "enforcement_paused": Doer.OPERATOR,
    "held_but_active": Doer.LMS_ADMIN,
    "hold_not_placed": Doer.HR,
    "hold_unreachable": Doer.LMS_ADMIN,
    "hold_not_released": Doer.HR,
    "suspended_after_release": Doer.COURSE_OWNER,
    "exit_without_statement": Doer.HR,
    "exit_not_recorded": Doer.HR,
    "leaver_account_active": Doer.LMS_ADMIN,
    "dead_letter": Doer.OPERATOR,
    "event_dead": Doer.OPERATOR,
}
_WEEK = {
    "decision_overdue": Doer.MANAGEMENT_TEAM,
    "grant_missing": Doer.MANAGER,
    "consent_missing": Doer.MANAGER,
    "no_place": Doer.KNOWLEDGE_BROKER,
    "agreement_missing": Doer.HR,
    "agreement_unsigned": Doer.MANAGER,
    "employment_ends_before_start": Doer.HR,
    "enrolment_not_decided": Doer.HR,
    "leaver_enrolment_active": Doer.LMS_ADMIN,
    "hold_lost_account": Doer.LMS_ADMIN,
    "two_accounts": Doer.LMS_ADMIN,
    "account_without_number": Doer.LMS_ADMIN,
    "account_number_unknown": Doer.LMS_ADMIN,
    "granted_course_gone": Doer.COURSE_OWNER,
    "event_failed": Doer.OPERATOR,
}
_MONTH = {
    "hours_norm_exceeded": Doer.MANAGER,
    "agreement_incomplete": Doer.HR,
    "agreement_not_filed": Doer.HR,
    "completed_without_date": Doer.COURSE_OWNER,
    "completed_before_start": Doer.COURSE_OWNER,
    "statutory_outside_working_time": Doer.MANAGER,
    "course_fact_missing": Doer.COURSE_OWNER,
    "repayment_foreseen": Doer.MANAGER,
}
_KNOW = {
    "repayment_stated": Doer.HR,
    "hours_norm_near": Doer.MANAGER,
    "employee_without_account": Doer.HR,
    "account_differs": Doer.LMS_ADMIN,
    "older_enrolment_would_be_held": Doer.HR,
    "older_enrolment_would_be_advised_against": Doer.HR,
    "event_missed": Doer.OPERATOR,
}
DUTIES: Mapping[str, Duty] = {
    code: Duty(when, doer)
    for when, doers in (
        (When.NOW, _NOW),
        (When.WEEK, _WEEK),
        (When.MONTH, _MONTH),
        (When.KNOW, _KNOW),
    )
    for code, doer in doers.items()
}
"""By code, the most urgent first."""
ORDER: Mapping[str, int] = {code: place for place, code in enumerate(DUTIES)}
