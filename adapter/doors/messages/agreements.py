"""Training agreements in the API (Visie §7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from flask_openapi3.models import RawModel
from pydantic import Field

from adapter.doors.messages.fields import Day, Identifier, Message, MoneyEur
from adapter.doors.messages.media_types import PDF
from adapter.doors.messages.moments import utc_text
from adapter.doors.messages.paging import PageOut
from adapter.doors.messages.procedure_fields import FreeWords, RecordPath, absent
from adapter.ground.answers import Answer, TotalEurOut
from adapter.ground.store.tables.procedure import AgreementRow, SignatureRow
from adapter.subjects.requests.signatures import Method, Party, Signature
from adapter.subjects.requests.signed_files import SignedFile
from adapter.views.findings import FindingOut


class AgreementIn(Message):
    """Nature, duration, start, costs and scheme are written from the grant and the policy."""

    grant_id: Identifier
    employee_id: Identifier
    agreed_costs_cents: MoneyEur | None = Field(
        default_factory=absent,
        alias="agreedCostsEur",
        description="Van deze medewerker; zonder dit: zoals toegekend.",
    )
    arrangements: FreeWords = Field(
        description="Afspraken over deelname, uitvoering en afronding; leeg wordt gemeld."
    )
    further_conditions: FreeWords = Field(default_factory=str)
    drawn_up_date: Day | None = Field(default_factory=absent, description="Zonder dit: vandaag.")
    offer_before_adoption: bool = Field(
        default=False,
        description="HR biedt de overeenkomst ter ondertekening aan, ook al is het beleid nog niet "
        "vastgesteld. Zonder dit wacht het tekenen op de vaststelling.",
    )


class SignatureIn(Message):
    party: Annotated[Party, Field(strict=False)]
    signed_date: Day
    method: Annotated[Method, Field(strict=False)]
    file_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = Field(
        default_factory=absent,
        description="Hash van het ondertekende bestand. Zonder dit: het laatst geüploade bestand "
        "(/signed-files), als HR vastlegt.",
    )

    def signature(self) -> Signature:
        return Signature(self.party, self.signed_date, self.method, self.file_sha256)


class SignatureOut(Answer):
    party: str
    signed_date: date
    method: str
    file_sha256: str | None
    recorded_by: str
    recorded_at: str = Field(json_schema_extra={"format": "date-time"})

    @classmethod
    def of(cls, row: SignatureRow) -> SignatureOut:
        return cls(
            party=row.party,
            signed_date=row.signed_on,
            method=row.method,
            file_sha256=row.file_sha256,
            recorded_by=row.recorded_by,
            recorded_at=utc_text(row.recorded_at),
        )


class SignaturesOut(Answer):
    items: list[SignatureOut]


class SignedFileBody(RawModel):
    """De ondertekende overeenkomst zelf, als PDF."""

    mimetypes = [PDF]  # noqa: RUF012 - so the library reads it


class SignedFilePath(RecordPath):
    number: Annotated[int, Field(ge=1, le=1_000_000)]


class SignedFileOut(Answer):
    number: int
    sha256: str = Field(description="Door ons berekend over het bestand zoals het binnenkwam.")
    size: int = Field(description="In bytes.")
    uploaded_by: str
    uploaded_at: str = Field(json_schema_extra={"format": "date-time"})

    @classmethod
    def of(cls, row: SignedFile) -> SignedFileOut:
        return cls(
            number=row.number,
            sha256=row.sha256,
            size=row.size,
            uploaded_by=row.uploaded_by,
            uploaded_at=utc_text(row.uploaded_at),
        )


class SignedFilesOut(Answer):
    items: list[SignedFileOut]


class FilingIn(Message):
    filed_date: Day = Field(description="Dag van opname in het personeelsdossier.")


class AgreementOut(Answer):
    """`policyDigest` names the policy whose terms the agreement holds."""

    id: str
    grant_id: str
    employee_id: str
    trajectory_id: str
    version: int = Field(description="Gewijzigde kosten maken een nieuwe versie.")
    agreed_costs_eur: TotalEurOut
    repayment_scheme: bool
    parts: dict[str, str]
    policy_digest: str
    drawn_up_date: date | None
    drawn_up_by: str | None
    filed_date: date | None
    signatures: list[SignatureOut]
    findings: list[FindingOut]

    @classmethod
    def of(
        cls, row: AgreementRow, signatures: Sequence[SignatureRow], findings: list[FindingOut]
    ) -> AgreementOut:
        return cls(
            id=row.id,
            grant_id=row.grant_id,
            employee_id=row.employee_id,
            trajectory_id=row.trajectory_id,
            version=row.version,
            agreed_costs_eur=row.agreed_costs_cents,
            repayment_scheme=bool(row.repayment_scheme),
            parts=row.parts,
            policy_digest=row.policy_digest,
            drawn_up_date=row.drawn_up_on,
            drawn_up_by=row.drawn_up_by,
            filed_date=row.filed_on,
            signatures=[SignatureOut.of(signature) for signature in signatures],
            findings=findings,
        )


class AgreementsOut(PageOut):
    items: list[AgreementOut]
