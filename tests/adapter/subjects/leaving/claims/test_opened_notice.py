"""HR hears of each claim at once, with a link to the exit and nothing of the person."""

from __future__ import annotations

from dataclasses import replace

from adapter.deliveries.deliver import deliver_due
from adapter.ground.store.tables.work import OutboxActionRow
from adapter.subjects.leaving.claims.opened_notice import tell_of_opened_claims
from config.settings import MailSettings, PagesSettings, Settings
from tests.adapter.deliveries.test_mail import Mailbox, _part, listening
from tests.adapter.subjects.leaving.claims.conftest import Desk
from tests.fixtures.leavers import rows


def _give(desk: Desk, mail: MailSettings | None) -> None:
    settings = Settings(mail=mail, pages=PagesSettings(url="https://leren.example.org"))
    desk.parts = replace(desk.parts, settings=settings)


def test_hr_is_mailed_once_of_a_new_claim(desk: Desk) -> None:
    mailbox = Mailbox()
    with listening(mailbox) as mail:
        _give(desk, mail)
        assert tell_of_opened_claims(desk.parts) == 1
        assert tell_of_opened_claims(desk.parts) == 0
        deliver_due(desk.parts)
    [message] = mailbox.received
    assert message["Subject"] == "Nieuwe vordering na een uitdiensttreding"
    body = _part(message, "plain")
    assert f"https://leren.example.org/uitdienst/{desk.exit_id}" in body.replace("%20", " ")
    assert "2.400" not in body


def test_a_claim_that_is_proposed_again_is_no_new_one(desk: Desk) -> None:
    _give(desk, MailSettings(host="h", sender="a@example.org", hr_address="hr@example.org"))
    tell_of_opened_claims(desk.parts)
    desk.waive()
    desk.lower(100)
    assert tell_of_opened_claims(desk.parts) == 0


def test_a_claim_of_long_ago_is_not_told_as_new(desk: Desk) -> None:
    _give(desk, MailSettings(host="h", sender="a@example.org", hr_address="hr@example.org"))
    desk.work(hours=24 * 8)
    assert tell_of_opened_claims(desk.parts) == 0


def test_without_an_address_of_hr_nothing_waits(desk: Desk) -> None:
    _give(desk, None)
    assert tell_of_opened_claims(desk.parts) == 0
    assert rows(desk.parts.register, OutboxActionRow) == []
