"""Settings from the environment (prefix `ODWH_`) or a TOML file; a value also from a file of its
own (`config/sources.py`). Wrong settings stop the program with a sentence per setting.

Sections are written with an underscore: `ODWH_MOODLE_URL` is `moodle.url`.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, get_args
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from config.addresses import is_one_address, is_safe_address, is_safe_page
from config.secret_files import SecretInFile
from config.sources import PREFIX as PREFIX
from config.sources import SettingsError as SettingsError
from config.sources import from_environment, from_file, secret_file_of


def _time_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("is no time zone; write it as Europe/Amsterdam")
    return name


TimeZone = Annotated[str, AfterValidator(_time_zone)]


def _tenant(name: str) -> str:
    # It is in the source of every event, a URN of at most 304 characters.
    if len(name) > 280 or re.search(r"[\s\0]", name):
        raise ValueError(
            "is a name without spaces, of at most 280 characters; write it as omgevingsdienst-noord"
        )
    return name


Tenant = Annotated[str, AfterValidator(_tenant)]


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MoodleSettings(Section):
    url: str
    token: SecretStr
    enrolment_report_id: int | None = None
    employee_field: str = "personeelsnummer"
    known_user: str | None = None
    known_course: str | None = None
    timezone: TimeZone = "Europe/Amsterdam"
    student_role_id: int = 5
    timeout_seconds: float = Field(default=30.0, gt=0)
    plugin_secret: SecretStr | None = None
    """With which our plugin in Moodle signs; several, between spaces or lines, while it changes."""
    hours_field: str = "leeruren"
    costs_field: str = "kosten_eur"
    ground_field: str = "grondslag"
    trajectory_field: str = "traject"
    in_company_field: str = "incompany"
    out_of_scope_field: str = "beleid_uitgezonderd"
    request_database_id: int | None = None
    request_fields: dict[str, str] = Field(default_factory=dict)
    """Our name → name in the request form, for the names that differ from the defaults."""
    request_lock: bool = False
    report_texts: dict[str, str] = Field(default_factory=dict)
    """Text in the participants report → our word, for texts of this site alone."""
    write_accounts: bool = False
    """Make, change and suspend accounts as the HRIS tells; otherwise only tell what differs."""
    account_auth: str = "manual"
    account_username: Literal["email", "number"] = "email"
    manager_field: str | None = None
    """Profile field for the employee number of the manager."""
    team_cohorts: bool = True
    shown_hours_field: str | None = None
    shown_year_field: str | None = None
    shown_agreements_field: str | None = None
    """Profile fields in which employees read how their learning stands; each is left out when it
    is not named."""

    @property
    def plugin_secrets(self) -> tuple[str, ...]:
        return () if self.plugin_secret is None else _secrets_in(self.plugin_secret)

    @field_validator("plugin_secret")
    @classmethod
    def _signing_secrets(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not all(map(_can_sign, _secrets_in(value) or ("",))):
            raise ValueError(
                "must be whsec_ and at least 24 bytes in base64: make one with "
                'echo "whsec_$(openssl rand -base64 32)"'
            )
        return value


def _networks_in(value: str | None) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(one) for one in (value or "").replace(",", " ").split())


def _secrets_in(value: SecretStr) -> tuple[str, ...]:
    return tuple(value.get_secret_value().split())


def _can_sign(secret: str) -> bool:
    """Of the length that Standard Webhooks asks: a short secret can be guessed."""
    name, _, encoded = secret.partition("_")
    try:
        key = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        return False
    return name == "whsec" and 24 <= len(key) <= 64


class AfasSettings(Section):
    url: str
    token: SecretStr
    tenant: Tenant
    connector: str = "LMS_Medewerkers"
    fields: dict[str, str] = Field(default_factory=dict)
    """Canonical name → name in the GetConnector, for the names that differ from the defaults."""
    take: int = Field(default=1000, ge=2, le=10_000)
    timeout_seconds: float = Field(default=60.0, gt=0)
    payroll_connector: str | None = None
    """The GetConnector by which payroll mutations are read back; with it claims are handed over."""
    payroll_period_table: int | None = None
    payroll_employer: str | None = None
    payroll_gross_component: int | None = None
    payroll_net_component: int | None = None
    payroll_negative: bool = True
    payroll_key_field: str = "GuLi"
    payroll_employee_field: str = "EmployeeId"
    payroll_amount_field: str = "VaD1"


class CsvSettings(Section):
    folder: Path
    tenant: Tenant = "odwh"
    pattern: str = "*.csv"
    columns: dict[str, str] = Field(default_factory=dict)


class FrappeSettings(Section):
    url: str
    tenant: Tenant
    api_key: str
    api_secret: SecretStr
    webhook_secret: SecretStr | None = None
    """What its webhooks are signed with; without it none is taken."""
    fields: dict[str, str] = Field(default_factory=dict)
    """Canonical name → name in the doctype Employee, for the names that differ."""
    timezone: TimeZone = "Europe/Amsterdam"
    page_size: int = Field(default=500, ge=2, le=10_000)
    timeout_seconds: float = Field(default=60.0, gt=0)


class HorillaSettings(Section):
    url: str
    tenant: Tenant
    username: str
    password: SecretStr
    minimum_headcount: int = Field(default=2, ge=1)
    """An account without the right to see everyone gets a shorter list without a word."""
    timeout_seconds: float = Field(default=60.0, gt=0)


class MailSettings(Section):
    host: str
    port: int = 25
    sender: str
    username: str | None = None
    password: SecretStr | None = None
    starttls: bool = True
    hr_address: str | None = None
    mt_address: str | None = None
    """Without it HR gets what is for the management team, to pass on."""
    admin_address: str | None = None
    """Where the administrator is told that a system is not read any more; HR is told as well."""

    @field_validator("sender", "hr_address", "mt_address", "admin_address")
    @classmethod
    def _one_address(cls, value: str | None) -> str | None:
        if value is not None and not is_one_address(value):
            raise ValueError("must be the address of one mailbox; let a mailing list reach more")
        return value


class OrganisationSettings(Section):
    """Who writes the letters, and how many days there are to pay after a request to pay."""

    name: str = "Omgevingsdienst West-Holland"
    payment_term_days: int = Field(default=30, ge=1, le=365)


class PagesSettings(Section):
    """Where people reach the pages, and from which LMS they come."""

    url: str | None = None
    """As their browsers ask for it; without it, `bind`."""
    lms_issuer: str | None = None
    """How the LMS names itself in a launch, where that is another address than `moodle.url`."""
    lms_activity: str | None = None
    """The activity in the LMS that opens the pages: who comes by a mail is led through it."""

    @field_validator("url")
    @classmethod
    def _safe(cls, value: str | None) -> str | None:
        if value is not None and not is_safe_address(value):
            raise ValueError("must be https://, without a path; http:// is for this machine only")
        return None if value is None else value.rstrip("/")

    @field_validator("lms_activity")
    @classmethod
    def _safe_page(cls, value: str | None) -> str | None:
        if value is not None and not is_safe_page(value):
            raise ValueError("must be https://, as the browser shows it when the activity is open")
        return value


class OpenidSettings(Section):
    """The agency's identity provider (OpenID Connect)."""

    issuer: str
    client_id: str
    client_secret: SecretStr | None = None
    """None for a public client, which PKCE alone protects."""
    employee_claim: str | None = None
    """The claim that holds the employee number; without it people go by their work address."""
    email_claim: str = "email"
    roles_claim: str = "groups"
    roles: dict[str, Literal["hr", "management-team", "knowledge-broker", "auditor", "admin"]] = (
        Field(default_factory=dict)
    )
    """Group as the provider names it → role of ours."""


class BrakeSettings(Section):
    """When the adapter stops by itself and asks HR."""

    holds_per_hour: int = Field(default=20, ge=1)
    headcount_drop_percent: Decimal = Field(default=Decimal(5), ge=0, le=100)
    account_suspension_percent: Decimal = Field(default=Decimal(5), ge=0, le=100)
    gone_percent: Decimal = Field(default=Decimal(5), ge=0, le=100)


class ScheduleSettings(Section):
    """Minutes between periodic jobs; hours and days are in Amsterdam time."""

    enrolment_poll_minutes: int = Field(default=1, ge=1)
    course_poll_minutes: int = Field(default=60, ge=1)
    employee_poll_minutes: int = Field(default=30, ge=1)
    nightly_hour: int = Field(default=3, ge=0, le=23)
    bulletin_hour: int = Field(default=7, ge=0, le=23)
    hr_bulletin_weekday: int = Field(default=1, ge=0, le=7)
    """1 is Monday; 0 is never."""
    team_bulletin_day: int = Field(default=1, ge=0, le=28)
    """Of the month; 0 is never."""


class RetentionSettings(Section):
    """Days that rows are kept which the service needs for itself; records are kept by the
    organisation's selection list (docs/retention.md)."""

    inbox_days: int = Field(default=90, ge=7)
    outbox_days: int = Field(default=90, ge=7)
    reconciliation_days: int = Field(default=800, ge=7)
    scans_days: int = Field(default=400, ge=7)
    audit_log_days: int = Field(default=1826, ge=7)
    job_runs_days: int = Field(default=90, ge=7)
    sign_in_days: int = Field(default=90, ge=7)
    leavers_days: int = Field(default=731, ge=7)
    """After the last day of employment: then name, address and account go."""
    records_days: int = Field(default=3653, ge=7)
    """After the last day of employment, by the selection list: then a person may have records
    pseudonymised. Before it nobody can."""


ArchivedKind = Literal["decision", "ruling", "commitment_ruling", "agreement", "statement", "claim"]


class ArchiveSettings(Section):
    """By which selection list records go to the agency's archive (docs/retention.md); who made
    them is `organisation.name`, and the term is `retention.records_days`."""

    selection_list: str
    """Its name, with the year in which it was established."""
    categories: dict[ArchivedKind, str]
    """What goes to the archive → the category of the list in which it falls."""
    kept_for_good: str = ""
    """Which of these are kept for good, with spaces between; the adapter destroys none of them."""
    creator_id: str | None = None
    """How the register of government organisations (TOOI) names the agency."""

    @model_validator(mode="after")
    def _every_kind(self) -> ArchiveSettings:
        missing = [kind for kind in get_args(ArchivedKind) if not self.categories.get(kind)]
        if missing:
            raise ValueError(f"categories has none for {', '.join(missing)}")
        if unknown := sorted(self.for_good - set(get_args(ArchivedKind))):
            raise ValueError(f"kept_for_good: nothing is named {', '.join(unknown)}")
        return self

    @property
    def for_good(self) -> frozenset[str]:
        return frozenset(self.kept_for_good.split())


class LimitSettings(Section):
    """How many requests are taken per minute, and as many at once; who asks more gets 429."""

    key_per_minute: int = Field(default=6_000, ge=1)
    events_per_minute: int = Field(default=60_000, ge=1)
    """Of one LMS or HRIS; a CloudEvents batch counts as one."""
    address_per_minute: int = Field(default=3_000, ge=1)
    """Of one address, without a key or a session."""
    wrong_keys_per_minute: int = Field(default=20, ge=1)
    """Of one address; keys that it used rightly within the hour still open."""


MachineRole = Literal[
    "lms", "hris", "hr", "management-team", "knowledge-broker", "auditor", "admin"
]


class MachineSettings(Section):
    """Programs that come in with an access token of the agency's identity provider (OAuth 2.0
    client credentials, RFC 9068) in place of a key."""

    issuer: str
    audience: str
    """How the provider names our API in a token; no other token is taken."""
    clients: dict[str, MachineRole] = Field(default_factory=dict)
    """Subject (`sub`) of a program's tokens → role of ours."""
    roles_claim: str | None = None
    """The claim that names roles, for programs that are not named in `clients`."""
    roles: dict[str, MachineRole] = Field(default_factory=dict)
    """Role as the provider names it → role of ours."""
    token_type: Literal["at+jwt", "JWT"] = "at+jwt"  # noqa: S105 - a name of RFC 9068
    """`JWT` takes tokens of providers that do not mark access tokens as such."""

    @model_validator(mode="after")
    def _somebody(self) -> MachineSettings:
        if not self.clients and not (self.roles_claim and self.roles):
            raise ValueError("name programs in clients, or a roles_claim with its roles")
        return self


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="_",
        env_nested_max_split=1,
        extra="ignore",
        frozen=True,
    )
    file_values: ClassVar[Mapping[str, Any]] = {}
    """What the file of `--config` holds."""
    only: ClassVar[Collection[str] | None] = None
    """Which settings of the top level are read; None for all, sections too."""
    environment: ClassVar[bool] = True
    """Whether variables count: what is set for all is not one organisation's of several."""

    database_url: str = Field(default="sqlite:///odwh-adapter.sqlite3", repr=False)
    """It can hold a password, so it is not shown with the others."""
    database_direct_url: str | None = Field(default=None, repr=False)
    """The same database past a pooler, which carries no LISTEN and no backup."""
    database_web_connections: int | None = Field(default=None, ge=2, le=200)
    """At most, of each web process; without it, six more than `web_threads`."""
    database_worker_connections: int = Field(default=20, ge=2, le=200)
    """At most, of each worker."""
    bind: str = "127.0.0.1:8000"
    worker_bind: str | None = None
    """Where a worker says that it lives and what it counted; None for nowhere."""
    web_workers: int = Field(default=1, ge=1, le=16)
    web_threads: int = Field(default=8, ge=1, le=64)
    workers: int = Field(default=1, ge=1, le=64)
    """Worker processes beside the web service."""
    organisations_folder: Path | None = None
    """A folder for each organisation, where this installation serves several."""
    trusted_proxies: str | None = None
    """Web servers in front on other machines, which say whose request they pass on."""
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_upper)] = (
        "INFO"
    )
    language: Literal["nl", "en"] = "nl"
    max_body_bytes: int = Field(default=262_144, ge=65_536)
    largest_answer_mb: int = Field(default=64, ge=1, le=1024)
    """Of another system, unpacked, in MB of 1,048,576 bytes; a larger one is not taken."""
    policy_folder: Path | None = None
    """Dated parameter files in place of those that the package ships."""
    rehearsal_clock: Path | None = None
    """A file holding a moment with its offset, from which the clock runs: for a rehearsal only."""
    rehearsal_of_a_copy: bool = False
    """The register is a copy of a live one, made to rehearse in."""
    employee_number_pattern: str | None = None
    """A regular expression for the whole employee number; without it, what the known ones show."""
    rehearsal_with_lms: bool = False
    """The LMS runs on the rehearsal clock too, as the demo's does; a real one never can."""
    webhook_token: SecretStr | None = None
    """What local_webhooks, sending no header, puts in its bodies: opens `/v1/lms-events` only."""
    moodle: MoodleSettings | None = None
    afas: AfasSettings | None = None
    csv: CsvSettings | None = None
    frappe: FrappeSettings | None = None
    horilla: HorillaSettings | None = None
    mail: MailSettings | None = None
    pages: PagesSettings = PagesSettings()
    openid: OpenidSettings | None = None
    organisation: OrganisationSettings = OrganisationSettings()
    brake: BrakeSettings = BrakeSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    retention: RetentionSettings = RetentionSettings()
    archive: ArchiveSettings | None = None
    limits: LimitSettings = LimitSettings()
    machines: MachineSettings | None = None

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: str | None) -> str | None:
        try:
            _networks_in(value)
        except ValueError as error:
            raise ValueError(f"{error}; write addresses or networks with spaces between") from error
        return value

    @property
    def web_connections(self) -> int:
        """More than threads: four stay with what accepts events, and of those that need a second
        one somebody always gets it."""
        return self.database_web_connections or self.web_threads + 6

    @property
    def proxies(self) -> tuple[IPv4Network | IPv6Network, ...]:
        return _networks_in(self.trusted_proxies)

    @field_validator("employee_number_pattern")
    @classmethod
    def _regular_expression(cls, value: str | None) -> str | None:
        try:
            re.compile(value or "")
        except re.error as error:
            raise ValueError(f"is not a regular expression: {error}") from error
        return value

    @property
    def largest_answer(self) -> int:
        """In bytes."""
        return self.largest_answer_mb * 1024 * 1024

    @property
    def public_url(self) -> str:
        """Where a browser reaches the pages, without a slash at the end."""
        return self.pages.url or f"http://{self.bind}"

    @field_validator("bind", "worker_bind")
    @classmethod
    def _host_and_port(cls, value: str | None) -> str | None:
        if value is None:
            return None
        host, _, port = value.rpartition(":")
        if not host or not port.isdecimal() or int(port) > 65_535:
            raise ValueError("must be host:port, such as 127.0.0.1:8000")
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        file = InitSettingsSource(settings_cls, init_kwargs=dict(cls.file_values))
        if not cls.environment:
            return (init_settings, file)
        return (init_settings, _EnvironmentAndSecretFiles(settings_cls, cls.only), file)


class _EnvironmentAndSecretFiles(EnvSettingsSource):
    """The environment, where `ODWH_X_FILE` gives the value of `ODWH_X` from a file."""

    def __init__(self, settings_cls: type[BaseSettings], only: Collection[str] | None) -> None:
        self._only = only  # asked for while the base is made
        super().__init__(settings_cls)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        objects = {name for name, annotation in known_settings() if _is_mapping(annotation)}
        variables = super()._load_env_vars()
        if self._only is not None:
            wanted = {variable for name in self._only for variable, _ in _settings_below(name)}
            variables = {
                name: value
                for name, value in variables.items()
                if name.upper().removesuffix("_FILE") in wanted
            }
        return from_environment(variables, objects)


CHOICE = f"{PREFIX}FOR_ORGANISATION"
"""The variable for `--organisation` of a command; no setting."""
REGISTER_SETTINGS = frozenset(
    {
        *("database_url", "database_direct_url"),
        *("log_level", "language", "rehearsal_clock", "rehearsal_of_a_copy"),
        *("bind", "pages", "retention", "organisation", "archive"),
    }
)
"""What a command needs that only reads and writes the register, or leads to its pages."""


def load_settings(
    file: Path | None = None, only: Collection[str] | None = None, *, environment: bool = True
) -> Settings:
    """Read all settings, or `only` some of the top level, as if no others were set: the files of
    their secrets are not opened. Without `environment` variables do not count. Raises
    `SettingsError` naming every one that is wrong."""
    if file is not None and not file.is_file():
        raise SettingsError(f"--config: there is no file {file}")
    values = {} if file is None else from_file(file, only)
    # pydantic-settings takes a source from the class, so each load gets a class of its own.
    reader: type[Settings] = type(
        "Settings",
        (Settings,),
        {"file_values": values, "only": only, "environment": environment},
    )
    unknown = [f"{file}: {name}: {_NO_SUCH}" for name in values if name not in reader.model_fields]
    try:
        settings = reader()
    except ValidationError as error:
        variables = _set_variables() if environment else frozenset()
        sentences = (_sentence(part, file, values, variables) for part in error.errors())
        raise SettingsError("\n".join(dict.fromkeys([*unknown, *sentences]))) from error
    except ValueError as error:
        raise SettingsError(f"settings cannot be read: {error}") from error
    if unknown:
        raise SettingsError("\n".join(unknown))
    return _with_secret_files(settings, file, os.environ if environment else {})


def _with_secret_files(
    settings: Settings, file: Path | None, variables: Mapping[str, str]
) -> Settings:
    """The secrets that stand in a file are read there again once it is replaced."""
    sections = {
        name: held.model_copy(update=_secrets_in_files(held, name, file, variables))
        for name in Settings.model_fields
        if isinstance(held := getattr(settings, name), Section)
    }
    own = _secrets_in_files(settings, None, file, variables)
    return settings.model_copy(update=sections | own)


def _secrets_in_files(
    held: BaseModel, section: str | None, file: Path | None, variables: Mapping[str, str]
) -> dict[str, SecretStr | Section]:
    secrets: dict[str, SecretStr | Section] = {}
    for name in type(held).model_fields:
        if not isinstance(getattr(held, name), SecretStr):
            continue
        named = secret_file_of(section, name, variables, file)
        if named is not None:
            secrets[name] = SecretInFile(*named)
    return secrets


def _sentence(
    error: Any, file: Path | None, values: Mapping[str, Any], variables: Collection[str]
) -> str:
    place = [str(part) for part in error["loc"]]
    setting = place[: 2 if section_named(place[0]) else 1]
    variable = PREFIX + "_".join(setting).upper()
    reason = _REASONS.get(error["type"]) or error["msg"].removeprefix("Value error, ")
    inside = f" ({'.'.join(place[len(setting) :])})" if len(place) > len(setting) else ""
    if file is not None and _stands_in(values, setting) and variable not in variables:
        return f"{file}: {'.'.join(setting)} ({variable}): {reason}{inside}"
    return f"{variable}: {reason}{inside}"


_NO_SUCH = "no setting has this name"
_REASONS = {"extra_forbidden": _NO_SUCH, "missing": "is required; set it"}


def _stands_in(values: Mapping[str, Any], setting: list[str]) -> bool:
    """In the file, or missing from a section that is there."""
    return setting[0] in values


def _set_variables() -> frozenset[str]:
    return frozenset(name.upper().removesuffix("_FILE") for name in os.environ)


def unknown_variables(environment: Mapping[str, str] | None = None) -> list[str]:
    """`ODWH_*` variables that no setting reads: usually a typing mistake, so worth a warning."""
    environment = os.environ if environment is None else environment
    known = {name for name, _ in known_settings()}
    return sorted(
        name
        for name in environment
        if name.startswith(PREFIX) and name.removesuffix("_FILE") not in known | {CHOICE}
    )


def known_settings() -> Iterator[tuple[str, Any]]:
    """Every variable with the type that it holds, in the order of `Settings`."""
    for name in Settings.model_fields:
        yield from _settings_below(name)


def _settings_below(name: str) -> Iterator[tuple[str, Any]]:
    """The variable of one setting of the top level, or those of a section."""
    section = section_named(name)
    if section is None:
        yield f"{PREFIX}{name}".upper(), Settings.model_fields[name].annotation
        return
    for part, inner in section.model_fields.items():
        yield f"{PREFIX}{name}_{part}".upper(), inner.annotation


def section_named(name: str) -> type[Section] | None:
    field = Settings.model_fields.get(name)
    annotation = None if field is None else field.annotation
    for part in getattr(annotation, "__args__", (annotation,)):
        if isinstance(part, type) and issubclass(part, Section):
            return part
    return None


def _is_mapping(annotation: Any) -> bool:
    return getattr(annotation, "__origin__", None) is dict
