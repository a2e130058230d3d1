"""A whole body for every route that takes one, for the OpenAPI document.

They tell of one year at an invented agency; a test sends every one of them to the service.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]

_EMPLOYEE, _LEAVER, _COLLEAGUE = "10002", "000001006", "10003"
_COURSE, _TRAJECTORY, _IN_COMPANY = "OPL-003", "T-3", "INC-002"
_GRANT = "00000000-0000-4000-8000-000000000001"
_TERMS: Json = {"costsEur": "2400.00", "hours": "48.00", "repaymentScheme": True}
_ASSESSMENT: Json = {
    "mandatoryByLaw": "no",
    "source": "Kwaliteitscriteria VTH, deskundigheidsgebied 3",
    "reason": "Voor deze functie niet voorgeschreven; de opleiding is een keuze van de medewerker.",
    "assessedDate": "2026-10-06",
}

EXAMPLES: Mapping[str, Json] = {
    "POST /v1/api-keys": {
        "name": "Moodle",
        "role": "lms",
        "lastDate": "2027-12-31",
        "networks": ["10.1.2.0/24"],
    },
    "POST /v1/api-keys/<id>/rotations": {"overlapDays": 7},
    "POST /v1/policy-adoptions": {
        "adoptedDate": "2026-11-03",
        "effectiveDate": "2027-01-01",
        "document": "MT-verslag 3 november 2026, punt 4",
        "worksCouncilDate": "2026-10-20",
        "dpiaDate": "2026-10-06",
    },
    "POST /v1/budgets": {
        "year": 2027,
        "tranche": "2027-1",
        "amountEur": "60000.00",
        "reason": "Een derde van het opleidingsbudget.",
    },
    "POST /v1/in-company-prices": {
        "trainingId": _COURSE,
        "sessionCostsEur": "3600.00",
        "capacity": 12,
        "source": "Offerte van 2 november 2026.",
    },
    "POST /v1/training-requests": {
        "title": "Leergang omgevingsrecht",
        "courseIds": [_COURSE],
        "employeeIds": [_EMPLOYEE],
        "ground": "individual",
        "mandatoryByLaw": "no",
        "costs": {"feeEur": "2300.00", "booksEur": "100.00"},
        "hours": "48.00",
        "workTimeShare": "1.00",
        "startDate": "2027-03-01",
        "endDate": "2027-06-30",
        "appraisalDate": "2026-10-01",
        "motivation": "Nodig voor de stap naar senior toezichthouder.",
    },
    "PATCH /v1/training-requests/<id>": {
        "costs": {"feeEur": "2250.00", "booksEur": "100.00", "travelEur": "50.00"},
        "motivation": "Nodig voor de stap naar senior toezichthouder, met reiskosten.",
    },
    "POST /v1/training-requests/<id>/transitions": {"toState": "submitted"},
    "POST /v1/training-requests/<id>/weighings": {
        "necessity": {"score": 2, "reason": "Helpt bij de nieuwe taken, is niet verplicht."},
        "organisation": {"score": 3, "reason": "Past in het jaarplan."},
        "team": {"score": 3, "reason": "Het team mist deze kennis."},
        "individual": {"score": 4, "reason": "Afgesproken in het gesprek van oktober."},
        "efficiency": {"score": 2, "reason": "Geen goedkoper aanbod gevonden."},
    },
    "POST /v1/training-requests/<id>/proposals": {
        "outcome": "grant",
        "reason": "Past in het jaarplan en in de afspraken uit het gesprek.",
        "grant": _TERMS,
    },
    "POST /v1/training-requests/<id>/decisions": {
        "outcome": "grant",
        "decidedDate": "2027-01-12",
        "grant": _TERMS,
    },
    "POST /v1/training-requests/<id>/interim-consents": {"consentedDate": "2027-02-01"},
    "POST /v1/grants/<id>/revocations": {"reason": "De opleider heeft de leergang geschrapt."},
    "POST /v1/training-requests/<id>/legal-assessments": _ASSESSMENT,
    "POST /v1/grants/<id>/legal-assessments": _ASSESSMENT,
    "POST /v1/norm-exemptions": {
        "employeeId": _EMPLOYEE,
        "year": 2027,
        "extraHours": "8.00",
        "training": "Leergang omgevingsrecht",
        "trainingId": "OPL-003",
        "trainingStartDate": "2027-03-01",
        "ground": "function",
        "evidence": "Functie-eis, vastgesteld op 5 oktober 2026.",
        "decidedDate": "2027-01-12",
    },
    "POST /v1/norm-exemptions/<id>/withdrawals": {
        "reason": "De opleiding gaat dit jaar niet door."
    },
    "POST /v1/agreements": {
        "grantId": _GRANT,
        "employeeId": _EMPLOYEE,
        "agreedCostsEur": "2400.00",
        "arrangements": "Alle lesdagen bijwonen en het examen afleggen.",
        "drawnUpDate": "2027-01-12",
    },
    "POST /v1/agreements/<id>/signatures": {
        "party": "employee",
        "signedDate": "2027-01-12",
        "method": "electronic",
    },
    "POST /v1/agreements/<id>/filings": {"filedDate": "2027-01-12"},
    "POST /v1/existing-commitments": {
        "reference": "2025-017",
        "employeeId": _COLLEAGUE,
        "title": "Post-hbo handhaving",
        "courseIds": [_COURSE],
        "hours": "120.00",
        "costsEur": "4200.00",
        "startDate": "2025-09-01",
        "endDate": "2027-06-30",
        "agreedDate": "2025-05-20",
        "terms": {
            "text": "Bij vertrek binnen een jaar na afronding: alles terug.",
            "signedDate": "2025-05-20",
            "steps": [{"months": 12, "percentage": 100}],
        },
    },
    "POST /v1/existing-commitments/<id>/proposals": {
        "outcome": "honour",
        "reason": "Schriftelijk toegezegd en al begonnen.",
    },
    "POST /v1/existing-commitments/<id>/decisions": {
        "outcome": "honour",
        "decidedDate": "2027-01-12",
    },
    "POST /v1/enrolment-checks": {
        "employeeId": _EMPLOYEE,
        "courseId": _COURSE,
        "enrolledDate": "2027-03-01",
    },
    "POST /v1/hours-projections": {
        "enrolledDate": "2027-01-15",
        "activities": [
            {
                "activityId": _COURSE,
                "hours": "48.00",
                "workTimeShare": "1.00",
                "startDate": "2027-03-01",
                "endDate": "2027-06-30",
                "sessions": [
                    {"date": "2027-03-01", "hours": "24.00"},
                    {"date": "2027-06-28", "hours": "24.00"},
                ],
                "state": "granted",
            }
        ],
        "exemptions": [{"year": 2027, "extraHours": "8.00", "decidedDate": "2027-01-12"}],
    },
    "POST /v1/repayment-calculations": {
        "exitDate": "2028-04-01",
        "trajectories": [
            {
                "trajectoryId": _TRAJECTORY,
                "agreedCostsEur": "2400.00",
                "actualCostsEur": "2350.00",
                "startDate": "2026-09-01",
                "completionDate": "2027-03-31",
                "ground": "individual",
                "mandatoryByLaw": "no",
                "agreement": {
                    "signedByEmployeeDate": "2026-08-20",
                    "signedByManagerDate": "2026-08-21",
                    "repaymentScheme": True,
                },
            }
        ],
    },
    "POST /v1/lms-events": {
        "eventid": "1207",
        "eventname": "\\core\\event\\user_enrolment_created",
        "objectid": "48",
        "userid": "3",
        "relateduserid": "8",
        "courseid": "4",
        "timecreated": 1795437889,
        "other": {"enrol": "manual"},
    },
    "POST /v1/hris-events": {
        "specversion": "1.0",
        "id": "offboarding-000001006-2027-12-31",
        "source": "urn:hris:example:1",
        "type": "nl.hris.offboarding.announced",
        "time": "2027-11-01T10:00:00Z",
        "data": {
            "method": "push",
            "employee": {"employee_id": _LEAVER},
            "employment": {
                "employment_id": "1",
                "start_date": "2019-09-01",
                "end_date": "2027-12-31",
            },
        },
    },
    "POST /v1/holds/<id>/set-asides": {
        "ground": "De toekenning is gegeven, maar nog niet vastgelegd.",
        "lastDate": "2027-02-12",
    },
    "PATCH /v1/tasks/<id>": {
        "assigneeId": "10009",
        "dueDate": "2027-02-01",
        "note": "Besproken met de medewerker.",
        "seen": True,
    },
    "POST /v1/in-company-consents": {
        "employeeId": _COLLEAGUE,
        "courseId": _IN_COMPANY,
        "consentedDate": "2027-01-12",
    },
    "POST /v1/in-company-sessions": {
        "courseId": _IN_COMPANY,
        "days": [
            {"date": "2027-03-01", "hours": "16.00"},
            {"date": "2027-03-08", "hours": "8.00"},
        ],
        "place": "Vergaderzaal 1",
        "capacity": 12,
        "signUpClosesDate": "2027-02-15",
        "priceEur": "3600.00",
        "plannedParticipants": 10,
        "absenceTerms": "Wie zonder bericht wegblijft, doet later mee.",
    },
    "PATCH /v1/in-company-sessions/<id>": {"place": "Vergaderzaal 2", "capacity": 14},
    "POST /v1/in-company-sessions/<id>/team-availabilities": {"most": 2},
    "POST /v1/in-company-sessions/<id>/participants": {"employeeId": _EMPLOYEE},
    "POST /v1/in-company-sessions/<id>/participants/<participant_id>/transitions": {
        "step": "consent"
    },
    "POST /v1/in-company-sessions/<id>/participants/<participant_id>/consequences": {
        "consequence": "Deelname in het najaar.",
        "ground": "Zonder bericht weggebleven; de medewerker is gehoord.",
    },
    "POST /v1/in-company-sessions/<id>/cancellations": {"reason": "De docent is verhinderd."},
    "POST /v1/trajectory-records": {
        "employeeId": _EMPLOYEE,
        "trajectoryId": _TRAJECTORY,
        "actualCosts": {"feeEur": "2250.00", "booksEur": "85.00", "travelEur": "40.00"},
    },
    "POST /v1/finding-acknowledgements": {
        "findingKeys": [f"grant_missing|{_EMPLOYEE}|{_COURSE}"],
        "reason": "Het MT besluit hierover in zijn vergadering van volgende week.",
        "returnsOnDate": "2028-02-01",
    },
    "POST /v1/reconciliation-runs": {"asOf": "2027-12-31", "apply": False},
    "POST /v1/exits/<id>/endings": {
        "endedBy": "employee",
        "reason": "Andere baan.",
        "inProbation": False,
    },
    "POST /v1/exits/<id>/repayment-statements/<version>/overrides": {
        "trajectoryId": "T-7",
        "claimableEur": "1800.00",
        "ground": "Zo afgesproken in het exitgesprek.",
    },
    "POST /v1/claims/<id>/waivers": {"ground": "Verhuizing om mantelzorg te geven."},
    "POST /v1/claims/<id>/reopenings": {"ground": "Het loontijdvak klopt niet."},
    "POST /v1/claims/<id>/confirmations": {
        "amountEur": "1800.00",
        "pay": "net",
        "setOff": True,
        "payPeriod": {"year": 2027, "period": 12},
    },
    "POST /v1/claims/<id>/hand-overs": {"remark": "Ingevoerd in de loonrun van december."},
    "POST /v1/claims/<id>/payroll-corrections": {
        "amountEur": "300.00",
        "remark": "Beslagvrije voet: teruggedraaid.",
    },
    "POST /v1/claims/<id>/settlements": {
        "amountEur": "1500.00",
        "remark": "De rest is door de beslagvrije voet niet ingehouden.",
    },
}
"""By the rows of `adapter/doors/web/access.py`. The grant named in a body is a placeholder."""
