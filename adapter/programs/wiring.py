"""From settings to parts: which connectors there are, and on which clock and register they run.

Each connector is imported where it is built: an agency has one of the four for its HRIS."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from adapter.ground.clock import Clock, FileClock
from adapter.ground.lms_time import LmsTime, lms_time
from adapter.ground.parts import Bare, Parts
from adapter.ground.store.register import Register, open_register
from adapter.ground.systems import System
from adapter.ground.watched_calls import watched
from adapter.queues.turns import RegisterTurns
from config.policy_files import PolicyFileError, load_policy
from config.settings import (
    AfasSettings,
    CsvSettings,
    FrappeSettings,
    HorillaSettings,
    MailSettings,
    MoodleSettings,
    Settings,
    SettingsError,
)
from connectors.circuit import Circuit
from connectors.errors import Misconfigured
from connectors.field_names import renamed
from connectors.ports import Hris, Lms, Payroll
from connectors.tls import InsecureAddress, is_loopback
from policy.parameters import Policy

if TYPE_CHECKING:
    from connectors.afas.config import AfasConfig

Named = TypeVar("Named")
CONNECTIONS_KEPT_OF_EACH = 2
"""By a process, of each of several organisations: a server of PostgreSQL has 100 as it comes."""


def build_bare(
    settings: Settings, organisation: str | None = None, connections: int | None = None
) -> Bare:
    """Register and clock alone. Raises `SettingsError` or `WrongAddress`."""
    register = open_register(
        settings.database_url,
        direct_url=settings.database_direct_url,
        connections=connections or settings.database_worker_connections,
        kept=None if organisation is None else CONNECTIONS_KEPT_OF_EACH,
    )
    return Bare(register, _clock(settings.rehearsal_clock, register), settings)


def build_parts(
    settings: Settings, organisation: str | None = None, connections: int | None = None
) -> Parts:
    """`organisation` is its name among several. With at most `connections` to PostgreSQL, or as
    many as a worker has. Raises `SettingsError`, `WrongAddress` or `Misconfigured` for what can
    never work."""
    _require_safe_mail(settings.mail)
    _require_own_audience(settings)
    bare = build_bare(settings, organisation, connections)
    register, clock = bare.register, bare.clock
    circuits = {system: Circuit(str(system), watch=watched) for system in System}
    largest = settings.largest_answer
    time = lms_time(register, clock, rehearsed_with_us=settings.rehearsal_with_lms)
    return Parts(
        register=register,
        policy=_policy(settings.policy_folder),
        clock=clock,
        settings=settings,
        lms=None
        if settings.moodle is None
        else _moodle(settings.moodle, time, register, largest, circuits[System.LMS]),
        hris=_hris(settings, clock, circuits[System.HRIS]),
        payroll=None
        if settings.afas is None
        else _payroll(settings.afas, largest, circuits[System.PAYROLL]),
        circuits=circuits,
        organisation=organisation,
        lms_runs_on=time,
    )


def _require_safe_mail(mail: MailSettings | None) -> None:
    if mail is None or mail.password is None or mail.starttls or is_loopback(mail.host):
        return
    raise SettingsError(
        "ODWH_MAIL_PASSWORD would travel in the open: take ODWH_MAIL_STARTTLS=false away, or use a "
        "mail server that asks for no password"
    )


def _require_own_audience(settings: Settings) -> None:
    """A token of a sign-in would do for one of a program, where nothing tells them apart."""
    machines, people = settings.machines, settings.openid
    if machines is None or people is None or machines.token_type == "at+jwt":  # noqa: S105 - the name of a type
        return
    if machines.audience == people.client_id:
        raise SettingsError(
            "ODWH_MACHINES_AUDIENCE is ODWH_OPENID_CLIENT_ID: register the API apart from the "
            "pages at the identity provider, or let it write at+jwt tokens"
        )


def _policy(folder: Path | None) -> Policy:
    if folder is None:
        return load_policy()
    if not folder.is_dir():
        raise SettingsError(f"ODWH_POLICY_FOLDER: there is no folder {folder}")
    try:
        return load_policy(folder)
    except PolicyFileError as error:
        raise SettingsError(f"ODWH_POLICY_FOLDER: {folder}: {error}") from error


def _named(setting: str, name_fields: Callable[[], Named]) -> Named:
    try:
        return name_fields()
    except Misconfigured as error:
        raise SettingsError(f"{setting}: {error}") from error


@contextmanager
def _set_by(setting: str, fault: type[Misconfigured] = InsecureAddress) -> Iterator[None]:
    """Names the setting that such a fault is in."""
    try:
        yield
    except fault as error:
        raise SettingsError(f"{setting}: {error}") from error


def _clock(rehearsal: Path | None, register: Register) -> Clock:
    if rehearsal is None:
        return register.clock
    if not rehearsal.is_file():
        raise SettingsError(f"ODWH_REHEARSAL_CLOCK: there is no file {rehearsal}")
    clock = FileClock(rehearsal, register.clock)
    try:
        clock.last_set()
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"ODWH_REHEARSAL_CLOCK: {rehearsal} holds no moment: let it hold one with its offset, "
            "such as 2027-01-11T09:00:00+01:00"
        ) from error
    return clock


@_set_by("ODWH_MOODLE_URL")
def _moodle(
    settings: MoodleSettings,
    time: LmsTime,
    register: Register,
    largest_answer: int,
    circuit: Circuit,
) -> Lms:
    from connectors.moodle.config import CourseFields, MoodleConfig
    from connectors.moodle.form_fields import request_fields
    from connectors.moodle.lms import Moodle

    return Moodle(
        MoodleConfig(
            url=settings.url,
            token=settings.token.get_secret_value,
            known_user=settings.known_user or "",
            known_course=settings.known_course or "",
            employee_field=settings.employee_field,
            enrolment_report_id=settings.enrolment_report_id,
            student_role_id=settings.student_role_id,
            timezone=settings.timezone,
            timeout=settings.timeout_seconds,
            largest_answer=largest_answer,
            circuit=circuit,
            plugin_expected=settings.plugin_secret is not None,
            request_database_id=settings.request_database_id,
            request_fields=_named(
                "ODWH_MOODLE_REQUEST_FIELDS", lambda: request_fields(settings.request_fields)
            ),
            request_lock=settings.request_lock,
            report_texts=settings.report_texts,
            write_accounts=settings.write_accounts,
            shown_fields=tuple(
                field
                for field in (
                    settings.shown_hours_field,
                    settings.shown_year_field,
                    settings.shown_agreements_field,
                )
                if field
            ),
            manager_field=settings.manager_field,
            account_auth=settings.account_auth,
            course_fields=CourseFields(
                hours=settings.hours_field,
                cost=settings.costs_field,
                ground=settings.ground_field,
                trajectory=settings.trajectory_field,
                in_company=settings.in_company_field,
                out_of_scope=settings.out_of_scope_field,
            ),
        ),
        now=time.now,
        our_moment=time.reading,
        turns=RegisterTurns(register),
    )


def _hris(settings: Settings, clock: Clock, circuit: Circuit) -> Hris | None:
    configured: dict[str, Callable[[], Hris]] = {}
    largest = settings.largest_answer
    if settings.afas is not None:
        configured["ODWH_AFAS_*"] = partial(_afas, settings.afas, clock, largest, circuit)
    if settings.csv is not None:
        configured["ODWH_CSV_*"] = partial(_csv, settings.csv)
    if settings.frappe is not None:
        configured["ODWH_FRAPPE_*"] = partial(_frappe, settings.frappe, largest, circuit)
    if settings.horilla is not None:
        configured["ODWH_HORILLA_*"] = partial(_horilla, settings.horilla, largest, circuit)
    if len(configured) > 1:
        raise SettingsError(f"set either {' or '.join(configured)}: there is one HRIS")
    return next((build() for build in configured.values()), None)


def _afas(settings: AfasSettings, clock: Clock, largest_answer: int, circuit: Circuit) -> Hris:
    from connectors.afas.hris import Afas

    return Afas(_afas_config(settings, largest_answer, circuit), now=clock.now)


@_set_by("ODWH_AFAS_URL")
def _afas_config(settings: AfasSettings, largest_answer: int, circuit: Circuit) -> AfasConfig:
    from connectors.afas.config import AfasConfig, AfasFields, WrongToken

    with _set_by("ODWH_AFAS_TOKEN", WrongToken):
        return AfasConfig(
            base_url=settings.url,
            tenant=settings.tenant,
            token=settings.token.get_secret_value,
            connector=settings.connector,
            fields=_named("ODWH_AFAS_FIELDS", lambda: renamed(AfasFields(), settings.fields)),
            take=settings.take,
            timeout=settings.timeout_seconds,
            largest_answer=largest_answer,
            circuit=circuit,
        )


def _payroll(settings: AfasSettings, largest_answer: int, circuit: Circuit) -> Payroll | None:
    """None while payroll is not set up: HR then hands claims over by hand."""
    from connectors.afas.payroll import AfasPayroll, AfasPayrollConfig

    connector, table = settings.payroll_connector, settings.payroll_period_table
    employer = settings.payroll_employer
    components = (settings.payroll_gross_component, settings.payroll_net_component)
    if all(value is None for value in (connector, table, employer, *components)):
        return None
    if connector is None or table is None or employer is None or components == (None, None):
        raise SettingsError(
            "AFAS payroll needs ODWH_AFAS_PAYROLL_CONNECTOR, ODWH_AFAS_PAYROLL_PERIOD_TABLE and "
            "ODWH_AFAS_PAYROLL_EMPLOYER, and ODWH_AFAS_PAYROLL_GROSS_COMPONENT or "
            "ODWH_AFAS_PAYROLL_NET_COMPONENT; set these, or none of them"
        )
    payroll = AfasPayrollConfig(
        connector=connector,
        period_table=table,
        employer=employer,
        gross_component=settings.payroll_gross_component,
        net_component=settings.payroll_net_component,
        negative=settings.payroll_negative,
        key_field=settings.payroll_key_field,
        employee_field=settings.payroll_employee_field,
        amount_field=settings.payroll_amount_field,
    )
    return AfasPayroll(_afas_config(settings, largest_answer, circuit), payroll)


def _csv(settings: CsvSettings) -> Hris:
    from connectors.csvfolder.config import Columns, CsvFolderConfig
    from connectors.csvfolder.hris import CsvFolder

    return CsvFolder(
        CsvFolderConfig(
            folder=settings.folder,
            tenant=settings.tenant,
            pattern=settings.pattern,
            columns=_named("ODWH_CSV_COLUMNS", lambda: renamed(Columns(), settings.columns)),
        )
    )


@_set_by("ODWH_FRAPPE_URL")
def _frappe(settings: FrappeSettings, largest_answer: int, circuit: Circuit) -> Hris:
    from connectors.frappe import FrappeConfig, FrappeFields, FrappeHr

    return FrappeHr(
        FrappeConfig(
            url=settings.url,
            tenant=settings.tenant,
            api_key=settings.api_key,
            api_secret=settings.api_secret.get_secret_value,
            fields=_named("ODWH_FRAPPE_FIELDS", lambda: renamed(FrappeFields(), settings.fields)),
            timezone=settings.timezone,
            page_size=settings.page_size,
            timeout=settings.timeout_seconds,
            largest_answer=largest_answer,
            circuit=circuit,
        )
    )


@_set_by("ODWH_HORILLA_URL")
def _horilla(settings: HorillaSettings, largest_answer: int, circuit: Circuit) -> Hris:
    from connectors.horilla import Horilla, HorillaConfig

    return Horilla(
        HorillaConfig(
            url=settings.url,
            tenant=settings.tenant,
            username=settings.username,
            password=settings.password.get_secret_value,
            minimum_headcount=settings.minimum_headcount,
            timeout=settings.timeout_seconds,
            largest_answer=largest_answer,
            circuit=circuit,
        )
    )
