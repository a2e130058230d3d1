"""The story of the demo, scene by scene, in the order of the calendar.

Each scene acts as a person would (in the LMS, the HRIS or the API), waits for the service to do its
work, and looks in the LMS or the API whether it did.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from adapter.doors.imports.quality_criteria import import_quality_criteria, read_sheets
from adapter.ground.store.tables.courses import EnrolmentRow
from adapter.programs.demo import lms_user, procedure, recorded
from adapter.programs.demo.agency import (
    IN_COMPANY,
    IN_COMPANY_TITLE,
    PIET,
    ZULEYHA,
    Person,
    add_recorded_enrolments,
    course_id,
)
from adapter.programs.demo.narrator import Narrator
from adapter.programs.demo.quality_criteria import quality_lists
from adapter.programs.demo.stage import ROLES, Stage
from adapter.register.keys import Principal, Role
from adapter.subjects.requests.acts import acting
from adapter.subjects.sync.employees import sync_employees
from adapter.subjects.sync.poll import poll_courses, poll_enrolments
from config.catalogue import text
from sandboxes.moodle.state import SUSPENDED

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
BEGINS = datetime(2026, 1, 12, 9, 0, tzinfo=AMSTERDAM)
COMPLETION = datetime(2026, 3, 20, 16, 0, tzinfo=AMSTERDAM)
ADOPTION = datetime(2026, 12, 8, 10, 0, tzinfo=AMSTERDAM)
EFFECTIVE = date(2027, 1, 1)
MARCH_2027 = datetime(2027, 3, 1, 9, 0, tzinfo=AMSTERDAM)
DAY_AFTER_THE_LAST = datetime(2027, 4, 1, 9, 0, tzinfo=AMSTERDAM)
FIRST_LAST_DAY, NEW_LAST_DAY = date(2027, 3, 15), date(2027, 3, 31)
INSPECTION, EXCEL, WRITING, ENFORCEMENT_LAW, OFFICER = (
    "OPL-006",
    "OPL-003",
    "OPL-012",
    "OPL-005",
    "OPL-021",
)

EARLIER = procedure.Wish(
    "Milieutoezicht, post-hbo", INSPECTION, "function", "2400.00", "40.00",
    "2026-02-02", "2026-03-31", scheme=True,
)  # fmt: skip
NOW = procedure.Wish(
    "Milieutoezicht, post-hbo", INSPECTION, "function", "2400.00", "40.00",
    "2027-04-05", "2027-06-30", scheme=True,
)  # fmt: skip
LONG = procedure.Wish(
    "Buitengewoon opsporingsambtenaar", OFFICER, "function", "1600.00", "60.00",
    "2027-04-05", "2027-09-30", scheme=False,
)  # fmt: skip
MORE = procedure.Wish(
    "Handhavingsrecht", ENFORCEMENT_LAW, "function", "1900.00", "32.00",
    "2027-05-03", "2027-06-30", scheme=False,
)  # fmt: skip


class Story:
    """`leaver`, `held` and the others are staff of one team, so that one manager asks for them."""

    def __init__(self, stage: Stage, tell: Narrator) -> None:
        self._stage = stage
        self._tell = tell
        team = [person for person in stage.staff if person.manager_id == PIET.manager_id]
        self._leaver, self._held, self._busy, self._eager, self._unseen, self._colleague = team[1:7]

    @property
    def scenes(self) -> tuple[Callable[[], None], ...]:
        return (
            self.read_everything,
            self.grant_in_the_transition_year,
            self.complete_in_the_transition_year,
            self.adopt_the_policy,
            self.replay_recorded_webhooks,
            self.hold_without_a_grant,
            self.release_after_grant_and_signatures,
            self.remove_a_self_enrolment,
            self.find_what_no_webhook_told,
            self.stop_at_the_hours_norm,
            self.plan_an_in_company_session,
            self.read_the_quality_criteria,
            self.announce_an_exit,
            self.move_the_last_day,
            self.settle_the_exit,
        )

    def read_everything(self) -> None:
        parts, tell = self._stage.parts, self._tell
        tell.scene("read")
        employees = sync_employees(parts, full=True, dry_run=False)
        tell.expect(len(employees.new) == 120, "employees_read", count=len(employees.new))
        shown = poll_courses(parts).shown
        tell.expect(shown == 26, "courses_read", count=shown)

    def grant_in_the_transition_year(self) -> None:
        tell, person = self._tell, self._leaver
        tell.scene("granted_2026", employee=person.name, course=EARLIER.title)
        grant = procedure.ask_and_grant(self._stage, person, EARLIER)
        tell.line("interim", costs=EARLIER.costs)
        agreement = procedure.agree(self._stage, person, grant, before_adoption=True)
        for party in (Role.EMPLOYEE, Role.MANAGER):
            procedure.sign(self._stage, person, agreement, party)
        procedure.file(self._stage, agreement)
        tell.line("signed")
        lms_user.enrol(self._stage, person, course_id(INSPECTION))
        self._decided(person, INSPECTION, "allow")

    def complete_in_the_transition_year(self) -> None:
        tell, person = self._tell, self._leaver
        self._stage.clock.move_to(COMPLETION)
        tell.scene("completed_2026", employee=person.name)
        lms_user.complete(self._stage, person, course_id(INSPECTION))
        tell.wait_for(lambda: self._completed(person), "completed")

    def adopt_the_policy(self) -> None:
        """Without it nothing would be held in 2027."""
        self._stage.clock.move_to(ADOPTION)
        self._tell.scene("adopted")
        recorded = procedure.adopt(self._stage, EFFECTIVE)
        self._tell.expect(
            recorded["effectiveDate"] == EFFECTIVE.isoformat(), "in_effect", day=EFFECTIVE
        )

    def replay_recorded_webhooks(self) -> None:
        stage, tell = self._stage, self._tell
        stage.clock.move_to(MARCH_2027)
        tell.scene("replay")
        add_recorded_enrolments(stage.moodle.state)
        for one in recorded.recordings():
            status, event_id = recorded.send(one, stage.address)
            tell.expect(status == 200, "stored", plugin=one.plugin, event=one.event)
            decision = self._decision_of(event_id)
            tell.expect(
                (decision["outcome"], decision["enrolledDate"]) == ("advise", "2026-11-23"),
                "advised",
                employee=decision["employeeId"],
                course=decision["courseId"],
            )
            self._explain(decision)
        for person, course in ((PIET, 4), (ZULEYHA, 3)):
            untouched = [status for _, status in lms_user.statuses(stage, person, course)] == [0]
            tell.expect(untouched, "untouched", employee=person.name)

    def hold_without_a_grant(self) -> None:
        stage, tell, person = self._stage, self._tell, self._held
        tell.scene("hold", employee=person.name, course=NOW.title)
        start = int(datetime(2027, 4, 5, tzinfo=AMSTERDAM).timestamp())
        end = int(datetime(2027, 6, 30, tzinfo=AMSTERDAM).timestamp())
        lms_user.enrol(stage, person, course_id(INSPECTION), timestart=start, timeend=end)
        self._explain(self._decided(person, INSPECTION, "hold"))
        self._suspended(person, INSPECTION)
        [row] = [
            enrolment
            for _, enrolment in stage.moodle.state.enrolments_in(course_id(INSPECTION))
            if enrolment.userid == person.user_id
        ]
        tell.expect((row.timestart, row.timeend) == (start, end), "dates_kept")
        message = tell.wait_for(lambda: lms_user.last_message(stage, person), "told")
        tell.quote(message)

    def release_after_grant_and_signatures(self) -> None:
        stage, tell, person = self._stage, self._tell, self._held
        tell.scene("grant", employee=person.name)
        grant = procedure.ask_and_grant(stage, person, NOW)
        self._explain(self._decided(person, INSPECTION, "hold", ["agreement_missing"]))
        agreement = procedure.agree(stage, person, grant)
        procedure.sign(stage, person, agreement, Role.EMPLOYEE)
        self._explain(self._decided(person, INSPECTION, "hold", ["agreement_unsigned"]))
        procedure.sign(stage, person, agreement, Role.MANAGER)
        procedure.file(stage, agreement)
        self._decided(person, INSPECTION, "allow")
        self._active(person, INSPECTION)

    def remove_a_self_enrolment(self) -> None:
        stage, tell, person = self._stage, self._tell, self._eager
        tell.scene("self_enrolment", employee=person.name)
        lms_user.enrol_oneself(stage, person, course_id(WRITING))
        self._explain(self._decided(person, WRITING, "hold"))
        tell.wait_for(lambda: lms_user.statuses(stage, person, course_id(WRITING)) == [], "removed")

    def find_what_no_webhook_told(self) -> None:
        stage, tell, person = self._stage, self._tell, self._unseen
        tell.scene("lost", employee=person.name)
        sinks = stage.moodle.webhooks.local_webhooks
        lost, sinks[:] = list(sinks), []
        lms_user.enrol(stage, person, course_id(EXCEL))
        sinks[:] = lost
        found = poll_enrolments(stage.parts)
        tell.expect(found.changed >= 1, "polled", shown=found.shown, changed=found.changed)
        self._explain(self._decided(person, EXCEL, "hold"))
        self._suspended(person, EXCEL)

    def stop_at_the_hours_norm(self) -> None:
        stage, tell, person = self._stage, self._tell, self._busy
        tell.scene("hours", employee=person.name)
        for wish in (LONG, MORE):
            grant = procedure.ask_and_grant(stage, person, wish)
            if wish is LONG:
                agreement = procedure.agree(stage, person, grant)
                for party in (Role.EMPLOYEE, Role.MANAGER):
                    procedure.sign(stage, person, agreement, party)
                procedure.file(stage, agreement)
        lms_user.enrol(stage, person, course_id(ENFORCEMENT_LAW))
        decision = self._decided(person, ENFORCEMENT_LAW, "hold", ["hours_norm_exceeded"])
        self._explain(decision)
        self._suspended(person, ENFORCEMENT_LAW)
        procedure.exempt(stage, person, "16.00", MORE)
        tell.line("exempted", hours="16.00")
        self._decided(person, ENFORCEMENT_LAW, "allow")
        self._active(person, ENFORCEMENT_LAW)

    def plan_an_in_company_session(self) -> None:
        """Two places and four who want to go: one waits for a place, one for the manager."""
        stage, tell = self._stage, self._tell
        tell.scene("in_company", course=IN_COMPANY_TITLE)
        session = procedure.plan_session(stage, IN_COMPANY)
        tell.line("planned", places=2)
        wanting = (self._colleague, self._eager, self._held, self._unseen)
        for person in wanting:
            procedure.sign_up(stage, person, session)
        states = [procedure.consent_to_sign_up(stage, person, session) for person in wanting[:3]]
        first, second, third, last = (person.name for person in wanting)
        tell.expect(states[:2] == ["placed", "placed"], "placed", first=first, second=second)
        tell.expect(states[2] == "waiting", "on_the_waiting_list", employee=third)
        tell.line("waits_for_consent", employee=last)

    def read_the_quality_criteria(self) -> None:
        stage, tell = self._stage, self._tell
        tell.scene("quality_criteria")
        hr = procedure.caller(stage, Role.HR)
        sheets = read_sheets(quality_lists(stage.staff, tell.language))
        with acting(stage.parts, Principal("demo", "demo hr", Role.HR, None)) as act:
            kept = import_quality_criteria(act, sheets)
        tell.expect(not kept.wrong, "quality_lists", rows=kept.rows)
        found = hr.get("/reports/quality-criteria")
        expertises = found["expertises"]
        proposed = sum(bool(one["proposed"]) for one in found["people"])
        tell.expect(
            proposed > 0,
            "quality_to_do",
            number=sum(one["toDo"] for one in expertises),
            expertises=len(expertises),
            proposed=proposed,
        )

    def announce_an_exit(self) -> None:
        stage, person = self._stage, self._leaver
        self._tell.scene("exit", employee=person.name, day=FIRST_LAST_DAY)
        stage.afas.set_employment_end(person.employee_id, FIRST_LAST_DAY)
        self._send_exit_event("announced", FIRST_LAST_DAY)
        self._statement(1, "preview", "2400.00", "within_12_months")

    def move_the_last_day(self) -> None:
        stage, person = self._stage, self._leaver
        self._tell.scene("moved", employee=person.name, day=NEW_LAST_DAY)
        stage.afas.set_employment_end(person.employee_id, NEW_LAST_DAY)
        sync_employees(stage.parts, full=False, dry_run=False)
        self._tell.line("exit_polled")
        self._statement(2, "preview", "1200.00", "between_12_and_24_months")

    def settle_the_exit(self) -> None:
        self._stage.clock.move_to(DAY_AFTER_THE_LAST)
        self._tell.scene("settled", employee=self._leaver.name)
        statement = self._statement(3, "settlement", "1200.00", "between_12_and_24_months")
        exit_id = self._exit()["id"]
        path = f"/exits/{exit_id}/repayment-statements/{statement['version']}"
        page = procedure.caller(self._stage, Role.HR).page(path)
        file = self._stage.folder / "reports" / "terugbetaling.html"
        file.write_bytes(page)
        self._tell.expect(b"1.200,00" in page, "statement_written", file=file)

    @property
    def visitors(self) -> dict[str, str]:
        """Whose page is worth a look after the story: the employee number by what the person is."""
        given = {str(role): employee_id for employee_id, role in ROLES.items()}
        return {
            "held": self._unseen.employee_id,
            "agreed": self._held.employee_id,
            "manager": PIET.manager_id or "",
            **given,
        }

    # --- looking -----------------------------------------------------------------------------

    def _decided(
        self, person: Person, course: str, outcome: str, codes: list[str] | None = None
    ) -> dict[str, Any]:
        hr = procedure.caller(self._stage, Role.HR)

        def look() -> dict[str, Any] | None:
            found = hr.get(f"/decisions?courseId={course}&limit=500")["items"]
            mine = [one for one in found if one["employeeId"] == person.employee_id]
            if not mine or mine[-1]["outcome"] != outcome:
                return None
            found_codes = [finding["code"] for finding in mine[-1]["findings"]]
            return dict(mine[-1]) if codes in (None, found_codes) else None

        return self._tell.wait_for(look, f"decided_{outcome}", employee=person.name, course=course)

    def _decision_of(self, event_id: str) -> dict[str, Any]:
        hr = procedure.caller(self._stage, Role.HR)
        event = self._tell.wait_for(
            lambda: _if_processed(hr.get(f"/events/{event_id}")), "processed"
        )
        return dict(hr.get(f"/decisions/{event['decisions'][0]}"))

    def _explain(self, decision: dict[str, Any]) -> None:
        for finding in decision["findings"]:
            self._tell.quote(f"{finding['clause']}: {finding['message']}")

    def _completed(self, person: Person) -> bool:
        """Whether the register has seen it: the LMS knows at once."""
        with self._stage.parts.register.read() as connection:
            completed = connection.execute(
                select(EnrolmentRow.completed).where(
                    EnrolmentRow.user_id == str(person.user_id),
                    EnrolmentRow.course_id == str(course_id(INSPECTION)),
                )
            ).scalar_one_or_none()
        return bool(completed)

    def _suspended(self, person: Person, course: str) -> None:
        self._tell.wait_for(
            lambda: (
                lms_user.statuses(self._stage, person, course_id(course)) == [("manual", SUSPENDED)]
            ),
            "suspended",
        )

    def _active(self, person: Person, course: str) -> None:
        self._tell.wait_for(
            lambda: lms_user.statuses(self._stage, person, course_id(course)) == [("manual", 0)],
            "active",
        )

    def _send_exit_event(self, kind: str, last_day: date) -> None:
        noticed = self._stage.clock.now().isoformat(timespec="seconds")
        employee_id = self._leaver.employee_id
        hris = procedure.caller(self._stage, Role.HRIS)
        hris.post(
            "/hris-events",
            {
                "specversion": "1.0",
                "id": f"afas:12345:{employee_id}:1:{last_day}:{kind}:{noticed}",
                "source": "urn:hris:afas:12345",
                "type": f"nl.hris.offboarding.{kind}",
                "time": noticed,
                "data": {
                    "method": "push",
                    "employee": {"employee_id": employee_id},
                    "employment": {"employment_id": "1", "end_date": last_day.isoformat()},
                },
            },
        )
        self._tell.line("exit_told")

    def _exit(self) -> dict[str, Any]:
        found = procedure.caller(self._stage, Role.HR).get("/exits")["items"]
        return next(one for one in found if one["employeeId"] == self._leaver.employee_id)

    def _statement(self, version: int, kind: str, amount: str, code: str) -> dict[str, Any]:
        hr = procedure.caller(self._stage, Role.HR)

        def look() -> dict[str, Any] | None:
            exits = [
                one
                for one in hr.get("/exits")["items"]
                if one["employeeId"] == self._leaver.employee_id
            ]
            if not exits:
                return None
            made = hr.get(f"/exits/{exits[0]['id']}/repayment-statements")["items"]
            newest = max(made, key=lambda one: int(one["version"]), default=None)
            return newest if newest and newest["version"] >= version else None

        found = self._tell.wait_for(look, "statement", version=version, kind=_kind(kind))
        [item] = found["items"]
        self._tell.expect(
            (item["claimableEur"], item["reasons"][0]["code"]) == (amount, code),
            "amount",
            amount=amount,
        )
        self._tell.quote(item["reasons"][0]["message"])
        return found


def _kind(kind: str) -> str:
    return text(f"demo.kind.{kind}")


def _if_processed(event: dict[str, Any]) -> dict[str, Any] | None:
    return event if event["state"] == "processed" else None
