"""Messages between accounts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sandboxes.moodle.call import Call, Function
from sandboxes.moodle.errors import MoodleError, moodle_error, no_permission
from sandboxes.moodle.parameters import INT, TEXT, Optional
from sandboxes.moodle.state import Message

HTML = 1
FORMATS = (0, 1, 2, 4)
"""Moodle's own, HTML, plain text and Markdown."""


def send(call: Call) -> list[dict[str, Any]]:
    """When some are sent and some are not, the answer of Moodle 4.5 is an exception, and the sent
    ones stay."""
    if not call.state.features["messaging"]:
        raise moodle_error("disabled", "Messaging is disabled on this site")
    if "moodle/site:sendmessage" in call.denied:
        raise no_permission("Send messages to any user")
    answers = [_send(call, row) for row in call.params["messages"]]
    sent = [answer["msgid"] > 0 for answer in answers]
    if call.state.speaks.one_message_refuses_all and any(sent) and not all(sent):
        raise _no_such_format()
    return answers


def _may_write_to_anyone(call: Call) -> bool:
    """By default people hear only from their contacts and from those in their courses."""
    by_setting = bool(call.state.features["messagingallusers"])
    return by_setting or call.can("moodle/site:messageanyuser")


def _no_such_format() -> MoodleError:
    return moodle_error("formatnotsupported", "webservice/formatnotsupported")


def _send(call: Call, row: Mapping[str, Any]) -> dict[str, Any]:
    tag = {} if row["clientmsgid"] is None else {"clientmsgid": row["clientmsgid"]}
    recipient = call.state.users.get(row["touserid"])
    if recipient is None or recipient.deleted:
        unknown = f"You cannot send a message to a user ID ({row['touserid']}) that doesn't exist."
        return _not_sent(call, tag, unknown)
    if not _may_write_to_anyone(call):
        return _not_sent(
            call,
            tag,
            "You can't message this user due to their message preferences. Try adding them as a "
            "contact.",
        )
    if row["textformat"] not in FORMATS:
        raise _no_such_format()
    message = Message(
        id=call.state.next_id("messages"),
        useridfrom=call.actor.id,
        useridto=recipient.id,
        text=_rendered(row["text"], row["textformat"]),
        timecreated=call.state.now(),
        conversationid=_conversation(call, recipient.id),
    )
    call.state.messages[message.id] = message
    return {
        "msgid": message.id,
        **tag,
        "text": message.text,
        "timecreated": message.timecreated,
        "conversationid": message.conversationid,
        "useridfrom": message.useridfrom,
        "candeletemessagesforallusers": False,
    }


def _not_sent(call: Call, tag: Mapping[str, Any], reason: str) -> dict[str, Any]:
    answer = {"msgid": -1, **tag, "errormessage": reason, "candeletemessagesforallusers": False}
    return answer if call.state.speaks.one_message_refuses_all else answer | {"cantsendtouser": ""}


def _rendered(text: str, textformat: int) -> str:
    clean = re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
    if textformat == HTML or not clean:
        return clean
    return "<p>" + clean.replace("\n", "<br />\n") + "</p>"


def _conversation(call: Call, userid: int) -> int:
    pair = {call.actor.id, userid}
    for message in call.state.messages.values():
        if {message.useridfrom, message.useridto} == pair:
            return message.conversationid
    return 1 + max((m.conversationid for m in call.state.messages.values()), default=0)


FUNCTIONS = {
    "core_message_send_instant_messages": Function(
        {
            "messages": [
                {
                    "touserid": INT,
                    "text": TEXT,
                    "textformat": Optional(INT, 0),
                    "clientmsgid": Optional(TEXT),
                }
            ]
        },
        send,
    )
}
