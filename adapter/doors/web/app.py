"""The web service from its parts: wiring only."""

from __future__ import annotations

from flask_openapi3.openapi import OpenAPI

from adapter.doors.web import current
from adapter.doors.web.access import guard, key_of
from adapter.doors.web.document import documented_app, refuse_shared_names, serve_document
from adapter.doors.web.headers import CompleteHeaders
from adapter.doors.web.issuers import read_issuers_anew
from adapter.doors.web.limits import Limits, count_with
from adapter.doors.web.metrics import serve_metrics
from adapter.doors.web.negotiation import negotiate
from adapter.doors.web.noting import UNNOTED, note_what_is_done
from adapter.doors.web.outages import register_outages
from adapter.doors.web.problems import register_problems
from adapter.doors.web.refusals import register_refusals
from adapter.doors.web.request_log import log_requests
from adapter.doors.web.routes.agreement_documents import AGREEMENT_DOCUMENTS
from adapter.doors.web.routes.agreements import AGREEMENTS
from adapter.doors.web.routes.api_keys import API_KEYS
from adapter.doors.web.routes.audit_entries import AUDIT_ENTRIES
from adapter.doors.web.routes.claims import CLAIMS
from adapter.doors.web.routes.dead_letters import DEAD_LETTERS
from adapter.doors.web.routes.decisions import DECISIONS
from adapter.doors.web.routes.events import EVENTS
from adapter.doors.web.routes.existing_commitments import EXISTING_COMMITMENTS
from adapter.doors.web.routes.exits import EXITS
from adapter.doors.web.routes.grants import GRANTS
from adapter.doors.web.routes.health import serve_health
from adapter.doors.web.routes.holds import HOLDS
from adapter.doors.web.routes.in_company_consents import IN_COMPANY_CONSENTS
from adapter.doors.web.routes.in_company_sessions import IN_COMPANY_SESSIONS
from adapter.doors.web.routes.legal_assessments import LEGAL_ASSESSMENTS
from adapter.doors.web.routes.norm_exemptions import NORM_EXEMPTIONS
from adapter.doors.web.routes.open_data import OPEN_DATA
from adapter.doors.web.routes.overlaps import OVERLAPS
from adapter.doors.web.routes.parameters import PARAMETERS
from adapter.doors.web.routes.participants import PARTICIPANTS
from adapter.doors.web.routes.policy_adoptions import POLICY_ADOPTIONS
from adapter.doors.web.routes.quality_criteria_imports import QUALITY_CRITERIA_IMPORTS
from adapter.doors.web.routes.reconciliation import RECONCILIATION
from adapter.doors.web.routes.reports import REPORTS
from adapter.doors.web.routes.request_imports import REQUEST_IMPORTS
from adapter.doors.web.routes.rulings import RULINGS
from adapter.doors.web.routes.scim import SCIM_API, speak_scim
from adapter.doors.web.routes.signed_files import SIGNED_FILES
from adapter.doors.web.routes.tasks import TASKS
from adapter.doors.web.routes.training_requests import TRAINING_REQUESTS
from adapter.doors.web.routes.trajectory_records import TRAJECTORY_RECORDS
from adapter.doors.web.routes.tranches import TRANCHES
from adapter.doors.web.routes.weighings import WEIGHINGS
from adapter.doors.web.routes.what_if import WHAT_IF
from adapter.doors.web.slashes import ForgiveSlashes
from adapter.doors.web.strict_json import StrictRequest
from adapter.ground.clock import real_time
from adapter.ground.parts import Parts

APIS = (
    EVENTS,
    DECISIONS,
    HOLDS,
    TRANCHES,
    WHAT_IF,
    PARAMETERS,
    POLICY_ADOPTIONS,
    TRAINING_REQUESTS,
    QUALITY_CRITERIA_IMPORTS,
    REQUEST_IMPORTS,
    WEIGHINGS,
    RULINGS,
    GRANTS,
    LEGAL_ASSESSMENTS,
    NORM_EXEMPTIONS,
    AGREEMENTS,
    AGREEMENT_DOCUMENTS,
    SIGNED_FILES,
    IN_COMPANY_CONSENTS,
    IN_COMPANY_SESSIONS,
    PARTICIPANTS,
    OVERLAPS,
    REPORTS,
    OPEN_DATA,
    EXISTING_COMMITMENTS,
    TRAJECTORY_RECORDS,
    EXITS,
    CLAIMS,
    RECONCILIATION,
    TASKS,
    AUDIT_ENTRIES,
    API_KEYS,
    DEAD_LETTERS,
)
"""The blueprints below `/v1`, in the order of the document."""


def create_app(parts: Parts, limits: Limits | None = None) -> OpenAPI:
    """The application; raises `UnguardedRoute` when a route has no row in the table of access.
    Without `limits` it counts by itself."""
    app = documented_app()
    current.serve_with(app, parts)
    count_with(app, limits or Limits())
    read_issuers_anew(app, real_time(parts.clock).now)
    app.request_class = StrictRequest
    app.config["MAX_CONTENT_LENGTH"] = parts.settings.max_body_bytes
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    # A path with a slash too many does not exist; redirecting it would hide the mistake.
    app.url_map.merge_slashes = False

    # Flask's own way; its types call `wsgi_app` a method.
    complete = CompleteHeaders(app.wsgi_app)
    app.wsgi_app = ForgiveSlashes(complete)  # type: ignore[assignment,method-assign]
    log_requests(app)
    register_problems(app)
    speak_scim(app)
    register_refusals(app)
    register_outages(app)
    for api in APIS:
        app.register_api(api)
    app.register_blueprint(SCIM_API)
    refuse_shared_names()
    serve_document(app)
    serve_health(app)
    serve_metrics(app, parts.organisation)
    guard(app)
    negotiate(app)
    note_what_is_done(app, UNNOTED, key_of)
    return app
