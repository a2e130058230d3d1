"""Why an item of a repayment statement came out as it did, in the API and in reports."""

from __future__ import annotations

from adapter.ground.answers import Answer
from adapter.subjects.leaving.sentences import reason_sentence
from config.catalogue import Language
from policy.model import Reason


class StatementReasonOut(Answer):
    code: str
    clause: str
    message: str

    @classmethod
    def of(cls, reason: Reason, language: Language) -> StatementReasonOut:
        message = reason_sentence(reason, language)
        return cls(code=reason.code, clause=reason.clause, message=message)
