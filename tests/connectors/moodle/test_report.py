from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from connectors.errors import Misconfigured, Transient
from connectors.moodle import Moodle, MoodleConfig
from connectors.moodle.client import MoodleClient
from connectors.moodle.report import ParticipantsReport
from connectors.moodle.report_filters import Asked
from connectors.moodle.report_rows import as_enrolment, columns_of
from connectors.moodle.vocabulary import meaning, moment
from connectors.ports import (
    EnrolmentMethod,
    EnrolmentStatus,
    LmsEnrolment,
    UnreadEnrolment,
)
from tests.connectors.moodle.lab import TOKEN, Lab
from tests.connectors.moodle.lab_cases import all_in_course_2, filtered_report

HEADERS = [
    *("Course ID number", "ID number", "Username", "Plugin", "Status"),
    *("Time created", "Time started", "Time ended", "Completed", "Time completed"),
]
AMSTERDAM = "Europe/Amsterdam"
CONFIG = MoodleConfig(
    url="https://lms.example.org",
    token="x",
    report_texts={"Betaling": "other", "Gepauzeerd": "suspended"},
)


@pytest.fixture
def lab() -> Iterator[Lab]:
    lab = Lab()
    with lab.moodle:
        yield lab


def _open(lab: Lab, page_size: int = 1000) -> ParticipantsReport:
    config = lms_config(lab, page_size)
    return ParticipantsReport(MoodleClient(config, sleep=lambda _: None), config)


def lms_config(lab: Lab, page_size: int = 1000) -> MoodleConfig:
    return MoodleConfig(
        url=lab.moodle.url,
        token=TOKEN,
        known_user="j.devries",
        known_course="OPL-001",
        enrolment_report_id=1,
        page_size=page_size,
    )


def _row(**cells: str) -> list[str | None]:
    values = {
        "Course ID number": "OPL-001",
        "Username": "p.bakker",
        "Plugin": "Manual enrolments",
        "Status": "Active",
    }
    values |= {name.replace("_", " "): text for name, text in cells.items()}
    return [values.get(header, "") for header in HEADERS]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Monday, 23 November 2026, 1:21 PM", datetime(2026, 11, 23, 12, 21, tzinfo=UTC)),
        ("maandag, 23 november 2026, 13:21", datetime(2026, 11, 23, 12, 21, tzinfo=UTC)),
        ("Thursday, 1 July 2027, 12:05 AM", datetime(2027, 6, 30, 22, 5, tzinfo=UTC)),
        ("donderdag 1 juli 2027, 12:05", datetime(2027, 7, 1, 10, 5, tzinfo=UTC)),
        # Dutch packs before 4.5 write the half of the day as well.
        ("maandag, 23 november 2026, 13:21 PM", datetime(2026, 11, 23, 12, 21, tzinfo=UTC)),
        ("Sunday, 1 March 2026, 12:00 PM", datetime(2026, 3, 1, 11, 0, tzinfo=UTC)),
    ],
)
def test_a_moment_is_read_in_both_languages(text: str, expected: datetime) -> None:
    assert moment(text, AMSTERDAM) == expected


def test_another_language_is_not_read_as_a_date() -> None:
    with pytest.raises(ValueError, match="English or Dutch"):
        moment("Montag, 23. November 2026, 13:21", AMSTERDAM)


def test_a_site_in_dutch_reads_the_same_as_one_in_english(lab: Lab) -> None:
    filtered_report(lab)
    english = _open(lab).enrolments("OPL-001").rows
    lab.state.language, lab.state.heeds_call_settings = "nl", False
    dutch = _open(lab).enrolments("OPL-001").rows
    facts = [(row.username, row.method, row.status, row.starts_at, row.completed) for row in dutch]
    assert facts == [
        (row.username, row.method, row.status, row.starts_at, row.completed) for row in english
    ]
    assert {row.status for row in dutch} == set(EnrolmentStatus)


def test_the_report_is_asked_for_in_one_language_and_time_zone_whatever_the_account_has(
    lab: Lab,
) -> None:
    filtered_report(lab)
    expected = _open(lab).enrolments("OPL-001").rows
    lab.state.language, lab.state.timezone = "nl", "America/New_York"
    assert _open(lab).enrolments("OPL-001").rows == expected


def test_columns_may_stand_in_any_order() -> None:
    columns = columns_of(HEADERS[::-1], {})
    row = as_enrolment(_row(Status="Suspended")[::-1], columns, CONFIG)
    assert isinstance(row, LmsEnrolment)
    assert row.status is EnrolmentStatus.SUSPENDED


def test_a_missing_column_is_named() -> None:
    with pytest.raises(Misconfigured, match="each of these columns once: ended"):
        columns_of([header for header in HEADERS if header != "Time ended"], {})


@pytest.mark.parametrize(
    ("cell", "text", "column", "remedy"),
    [
        ("Status", "Angehalten", "status", "one of active, not_current, suspended"),
        ("Plugin", "Selbsteinschreibung", "method", '{"Selbsteinschreibung": "manual"}'),
        ("Time_ended", "morgen", "ended", "to English or Dutch"),
    ],
)
def test_a_text_that_nobody_knows_is_given_unread_with_what_to_do(
    cell: str, text: str, column: str, remedy: str
) -> None:
    row = as_enrolment(_row(**{cell: text}), columns_of(HEADERS, {}), CONFIG)
    assert isinstance(row, UnreadEnrolment)
    assert (row.course_idnumber, row.username) == ("OPL-001", "p.bakker")
    assert (row.column, row.text) == (column, text)
    assert remedy in row.remedy


def test_a_site_can_add_words_of_its_own() -> None:
    cells = _row(Plugin="betaling", Status="Gepauzeerd")
    row = as_enrolment(cells, columns_of(HEADERS, {}), CONFIG)
    assert isinstance(row, LmsEnrolment)
    assert (row.method, row.method_text) == (EnrolmentMethod.OTHER, "betaling")
    assert row.status is EnrolmentStatus.SUSPENDED


def test_a_site_can_title_a_column_its_own_way() -> None:
    headers = ["Inlognaam" if header == "Username" else header for header in HEADERS]
    columns = columns_of(headers, {"Inlognaam": "username"})
    assert columns.cell(_row(), "username") == "p.bakker"


def test_a_meaning_that_does_not_exist_is_refused_at_the_start() -> None:
    config = MoodleConfig(url="https://lms.example.org", token="x", report_texts={"Actif": "aktiv"})
    with pytest.raises(Misconfigured, match=r"REPORT_TEXTS .* \(Actif: aktiv\); use one of active"):
        Moodle(config)


PACK = {
    "manual": ["Manuele aanmeldingen"],
    "self": ["Zelf aanmelden"],
    "other": [
        *("Gasttoegang", "Site-groepsynchronisatie", "Link naar koepelcursus", "PayPal"),
        *("Categorie-aanmeldingen", "Externe databank", "LDAP aanmeldingen", "Tekstbestand (CSV)"),
        *("IMS Enterprise bestand", "Publiceer als LTI-tool", "MNet externe aanmeldingen"),
    ],
}
"""`pluginname` of each enrolment plugin in Moodle's Dutch language pack of version 4.5."""


@pytest.mark.parametrize(
    ("word", "text"), [(word, text) for word, texts in PACK.items() for text in texts]
)
def test_each_enrolment_method_of_the_dutch_language_pack_is_known(word: str, text: str) -> None:
    assert meaning("method", text, {}) == word


def test_one_unknown_text_does_not_keep_the_other_rows_back(lab: Lab) -> None:
    filtered_report(lab)
    lab.state.instance(2, "self").method = "Betaalmuur"
    found = _open(lab).enrolments("OPL-001")
    assert len(found.rows) == 6
    (unread,) = found.unread
    assert (unread.method_text, unread.column, unread.text) == (
        "Betaalmuur",
        "method",
        "Betaalmuur",
    )


def test_a_person_is_asked_for_alone(lab: Lab) -> None:
    filtered_report(lab)
    seen: list[object] = []
    lab.state.filters = _Watched(seen)
    found = _open(lab).enrolments("OPL-001", "p.bakker")
    assert {row.username for row in found.rows} == {"p.bakker"}
    assert seen[0] == {
        "course:idnumber_operator": 3,
        "course:idnumber_value": "OPL-001",
        "user:username_operator": 3,
        "user:username_value": "p.bakker",
    }
    assert len(seen) == 1, "one filter and one page: every event pays for this"


def test_who_has_no_row_is_looked_for_among_all_participants(lab: Lab) -> None:
    filtered_report(lab)
    seen: list[object] = []
    lab.state.filters = _Watched(seen)
    assert _open(lab).enrolments("OPL-001", "nobody").rows == ()
    assert seen[1:] == [{"course:idnumber_operator": 3, "course:idnumber_value": "OPL-001"}] * 2


@pytest.mark.parametrize(
    ("filters", "ignored"),
    [
        (("course:idnumber", "user:username"), []),
        (("course:idnumber",), ["Username"]),
        ((), ["Course ID number", "Username"]),
    ],
)
def test_a_report_without_these_filters_is_read_all_the_same_and_said(
    lab: Lab, filters: tuple[str, ...], ignored: list[str]
) -> None:
    all_in_course_2(lab)
    lab.state.report_filters = filters
    report = _open(lab)
    for _ in range(2):
        assert [row.username for row in report.enrolments("OPL-001", "j.devries").rows] == [
            "j.devries"
        ]
    assert len(report.enrolments("OPL-001").rows) == 6
    assert _open(lab).ignored_filters("OPL-001") == ignored


def test_a_filter_that_a_killed_reading_left_behind_does_no_harm(lab: Lab) -> None:
    all_in_course_2(lab)
    whole = len(_open(lab).enrolments().rows)
    left = {"course:idnumber_operator": 3, "course:idnumber_value": "OPL-002"}
    lab.state.filters[3, 1] = left
    assert len(_open(lab).enrolments().rows) == whole
    lab.state.filters[3, 1] = left
    assert len(_open(lab).enrolments("OPL-001", "j.devries").rows) == 1


def test_every_page_is_read(lab: Lab) -> None:
    all_in_course_2(lab)
    assert len(_open(lab, page_size=3).enrolments().rows) == 6


def test_one_collision_costs_the_person_filter_for_a_while_and_not_for_good(lab: Lab) -> None:
    all_in_course_2(lab)
    now = [0.0]
    config = lms_config(lab)
    client = MoodleClient(config, sleep=lambda _: None)
    report = ParticipantsReport(client, config, clock=lambda: now[0])
    wider = {"course:idnumber_operator": 3, "course:idnumber_value": "OPL-001"}
    lab.state.filters = _Stubborn(wider, times=1)
    assert len(report.enrolments("OPL-001", "j.devries").rows) == 1
    seen: list[object] = []
    lab.state.filters = _Watched(seen)
    report.enrolments("OPL-001", "j.devries")
    assert len(seen) == 2, "the course, and a count of it"
    now[0] += 600
    report.enrolments("OPL-001", "j.devries")
    assert len(seen) == 3, "the person again"


def test_a_filter_of_another_installation_hides_no_participant_of_a_course(lab: Lab) -> None:
    """It asks for one of them, which looks like a course with one participant."""
    all_in_course_2(lab)
    whole = _open(lab).enrolments("OPL-001")
    other = Asked("OPL-001", "j.devries").filters()
    lab.state.filters = _Stubborn(other, times=1)
    assert len(whole.rows) > 1
    assert _open(lab).enrolments("OPL-001") == whole


def test_a_filter_of_another_process_in_between_is_noticed(lab: Lab) -> None:
    """Our filter is lost at once: the answers are of another course, and no truth is told."""
    all_in_course_2(lab)
    other = {"course:idnumber_operator": 3, "course:idnumber_value": "OPL-002"}
    lab.state.filters = _Stubborn(other)
    with pytest.raises(Transient, match="own service user"):
        _open(lab).enrolments("OPL-001")


def test_a_filter_of_another_process_hides_nothing_from_a_reading_of_everything(lab: Lab) -> None:
    """Set right after ours was taken away, so that every page is of one course, consistently."""
    everything = _open(lab).enrolments()
    all_in_course_2(lab)
    more = _open(lab).enrolments()
    other = {"course:idnumber_operator": 3, "course:idnumber_value": "OPL-002"}
    lab.state.filters = _Stubborn(other, times=1)
    assert len(more.rows) > len(everything.rows)
    assert _open(lab).enrolments() == more


class _Watched(dict[tuple[int, int], dict[str, object]]):
    """Filters, each of which is noted when it is set."""

    def __init__(self, seen: list[object]) -> None:
        super().__init__()
        self._seen = seen

    def __setitem__(self, key: tuple[int, int], value: dict[str, object]) -> None:
        self._seen.append(value)
        super().__setitem__(key, value)


class _Stubborn(dict[tuple[int, int], dict[str, object]]):
    """Filters that another process sets again after each of our own, so many times."""

    def __init__(self, other: dict[str, object], times: int = 1_000) -> None:
        super().__init__()
        self._other, self._left = other, times

    def __setitem__(self, key: tuple[int, int], value: dict[str, object]) -> None:
        self._left -= 1
        super().__setitem__(key, value if self._left < 0 else self._other)
