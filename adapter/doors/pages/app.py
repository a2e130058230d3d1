"""The pages from the service's parts: wiring only."""

from __future__ import annotations

from flask import Flask

from adapter.doors.pages.access import UNNOTED, guard
from adapter.doors.pages.actual_costs import ACTUAL_COSTS
from adapter.doors.pages.administration import ADMINISTRATION
from adapter.doors.pages.agreements import AGREEMENTS
from adapter.doors.pages.archive import ARCHIVE
from adapter.doors.pages.commitments import COMMITMENTS
from adapter.doors.pages.decisions import DECISIONS
from adapter.doors.pages.employees import EMPLOYEES
from adapter.doors.pages.exits import EXITS
from adapter.doors.pages.failures import register_failures
from adapter.doors.pages.forms import protect_forms
from adapter.doors.pages.grants import GRANTS
from adapter.doors.pages.headers import set_headers
from adapter.doors.pages.holds import HOLDS
from adapter.doors.pages.in_company import IN_COMPANY
from adapter.doors.pages.kept_forms import keep_what_is_sent_too_late
from adapter.doors.pages.my_learning import MY_LEARNING
from adapter.doors.pages.my_team import MY_TEAM
from adapter.doors.pages.oversight import OVERSIGHT
from adapter.doors.pages.people_fields import PEOPLE_FIELDS
from adapter.doors.pages.policy import POLICY
from adapter.doors.pages.quality_criteria import QUALITY_CRITERIA
from adapter.doors.pages.reconciliations import RECONCILIATIONS
from adapter.doors.pages.reports import REPORTS
from adapter.doors.pages.requests import REQUESTS
from adapter.doors.pages.search import SEARCH
from adapter.doors.pages.sheets import SHEETS
from adapter.doors.pages.sign_in.ways_in import add_ways_in
from adapter.doors.pages.sign_in_links import SIGN_IN_LINKS
from adapter.doors.pages.signing import SIGNING
from adapter.doors.pages.start import START
from adapter.doors.pages.team_in_company import TEAM_IN_COMPANY
from adapter.doors.pages.team_requests import TEAM_REQUESTS
from adapter.doors.pages.tranches import TRANCHES
from adapter.doors.pages.work_list import WORK_LIST
from adapter.doors.web import current
from adapter.doors.web.access import key_of
from adapter.doors.web.limits import Limits, count_with
from adapter.doors.web.noting import note_what_is_done
from adapter.doors.web.request_log import log_requests
from adapter.ground.parts import Parts
from adapter.register.sign_in.form_secret import form_secret

BLUEPRINTS = (
    START,
    SIGN_IN_LINKS,
    MY_LEARNING,
    MY_TEAM,
    TEAM_REQUESTS,
    WORK_LIST,
    RECONCILIATIONS,
    TRANCHES,
    EMPLOYEES,
    ACTUAL_COSTS,
    EXITS,
    AGREEMENTS,
    HOLDS,
    POLICY,
    SHEETS,
    COMMITMENTS,
    QUALITY_CRITERIA,
    REQUESTS,
    GRANTS,
    SEARCH,
    PEOPLE_FIELDS,
    DECISIONS,
    REPORTS,
    TEAM_IN_COMPANY,
    IN_COMPANY,
    OVERSIGHT,
    ARCHIVE,
    ADMINISTRATION,
)


def create_pages(parts: Parts, limits: Limits | None = None) -> Flask:
    """Raises `UnguardedRoute` when a page has no row in the table of access. Without `limits` it
    counts by itself."""
    app = Flask(__name__, static_folder=None, template_folder=None)
    app.extensions[current.EXTENSION] = parts
    count_with(app, limits or Limits())
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    log_requests(app)
    set_headers(app)
    register_failures(app)
    add_ways_in(app, parts)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    # The same pages for both parties, each below its own page.
    app.register_blueprint(SIGNING, url_prefix="/mijn-leren/overeenkomsten", name="own_agreements")
    app.register_blueprint(SIGNING, url_prefix="/mijn-team/overeenkomsten", name="team_agreements")
    guard(app)
    note_what_is_done(app, UNNOTED, key_of)
    protect_forms(app, form_secret(parts.register))
    keep_what_is_sent_too_late(app)
    return app
