"""Once a period is over, its report is made by itself, kept, and told of (P11, A23)."""

from __future__ import annotations

from collections.abc import Iterator

from adapter.ground.parts import Parts
from adapter.queues.outbox import Action, ActionKind, put
from adapter.register.people import in_use_since
from adapter.subjects.requests.acts import acting
from adapter.subjects.tranches.run import ITSELF
from adapter.views.mt_report.kept import keep_report
from config.settings import MailSettings
from policy.periods import Period, period_before, period_of


def make_due_report(parts: Parts) -> bool:
    """Of the period that was over last, unless nobody was in the register yet. Returns whether a
    report was made."""
    with acting(parts, ITSELF) as act:
        period = period_before(period_of(act.today, act.policy), act.policy)
        since = in_use_since(act.connection)
        if since is None or since > period.last or not keep_report(act, period):
            return False
        put(act.connection, _told(period, parts.settings.mail), act.now)
    return True


def _told(period: Period, mail: MailSettings | None) -> Iterator[Action]:
    """A link, and nothing of anybody; the management team's goes to HR where it has no address."""
    if mail is None or (mail.hr_address is None and mail.mt_address is None):
        return
    yield _mail(ActionKind.MAIL_MT, "mt", period)
    if mail.hr_address is not None:
        yield _mail(ActionKind.MAIL_HR, "hr", period)


def _mail(kind: ActionKind, reader: str, period: Period) -> Action:
    key = f"report:management-team:{period.name}:{reader}"
    numbers = {
        "period": period.name,
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
    }
    return Action(key, kind, key, {"text": f"report_made_{reader}", "numbers": numbers})
