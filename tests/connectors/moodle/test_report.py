from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from connectors.errors import Misconfigured, Transient
from connectors.moodle import Moodle, MoodleConfig
from connectors.moodle.report_rows import as_enrolment, columns_of
from connectors.moodle.vocabulary import moment
from connectors.ports import EnrolmentMethod, EnrolmentStatus
from tests.connectors.moodle.lab import TOKEN, Lab
from tests.connectors.moodle.lab_cases import all_in_course_2, filtered_report

HEADERS = [
    *("Course ID number", "ID number", "Username", "Plugin", "Status"),
    *("Time created", "Time started", "Time ended", "Completed", "Time completed"),
]
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
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


def _open(lab: Lab, page_size: int = 1000) -> Moodle:
    config = MoodleConfig(
        url=lab.moodle.url,
        token=TOKEN,
        known_user="j.devries",
        known_course="OPL-001",
        enrolment_report_id=1,
        page_size=page_size,
    )
    return Moodle(config, sleep=lambda _: None)


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
    english = list(_open(lab).enrolments("OPL-001"))
    lab.state.language = "nl"
    dutch = list(_open(lab).enrolments("OPL-001"))
    facts = [(row.username, row.method, row.status, row.starts_at, row.completed) for row in dutch]
    assert facts == [
        (row.username, row.method, row.status, row.starts_at, row.completed) for row in english
    ]
    assert {row.status for row in dutch} == set(EnrolmentStatus)


def test_columns_may_stand_in_any_order() -> None:
    columns = columns_of(HEADERS[::-1])
    row = as_enrolment(_row(Status="Suspended")[::-1], 1, columns, CONFIG)
    assert row.status is EnrolmentStatus.SUSPENDED


def test_a_missing_column_is_named() -> None:
    with pytest.raises(Misconfigured, match="each of these columns once: ended"):
        columns_of([header for header in HEADERS if header != "Time ended"])


@pytest.mark.parametrize(
    ("cell", "text"),
    [("Status", "Angehalten"), ("Plugin", "Selbsteinschreibung"), ("Time_ended", "morgen")],
)
def test_an_unknown_text_is_an_error_naming_text_course_and_row(cell: str, text: str) -> None:
    with pytest.raises(Misconfigured, match=rf"'{text}' .* row 7 \(course OPL-001\)"):
        as_enrolment(_row(**{cell: text}), 7, columns_of(HEADERS), CONFIG)


def test_a_site_can_add_words_of_its_own() -> None:
    cells = _row(Plugin="betaling", Status="Gepauzeerd")
    row = as_enrolment(cells, 1, columns_of(HEADERS), CONFIG)
    assert (row.method, row.method_text) == (EnrolmentMethod.OTHER, "betaling")
    assert row.status is EnrolmentStatus.SUSPENDED


def test_every_page_is_read(lab: Lab) -> None:
    all_in_course_2(lab)
    assert len(list(_open(lab, page_size=3).enrolments())) == 6


def test_the_filter_is_taken_away_after_reading(lab: Lab) -> None:
    all_in_course_2(lab)
    lms = _open(lab)
    list(lms.enrolments("OPL-001"))
    assert set(map(str, lab.state.filters.values())) == {"{}"}


def test_a_filter_of_another_process_in_between_is_noticed(lab: Lab) -> None:
    """Our filter is lost at once: the answers are of another course, and no truth is told."""
    all_in_course_2(lab)
    other = {"course:idnumber_operator": 3, "course:idnumber_value": "OPL-002"}
    lab.state.filters = _Stubborn(other)
    with pytest.raises(Transient, match="own service user"):
        _open(lab).enrolments("OPL-001")


class _Stubborn(dict[tuple[int, int], dict[str, object]]):
    """Filters that another process sets again after each of our own."""

    def __init__(self, other: dict[str, object]) -> None:
        super().__init__()
        self._other = other

    def __setitem__(self, key: tuple[int, int], value: dict[str, object]) -> None:
        super().__setitem__(key, self._other)
