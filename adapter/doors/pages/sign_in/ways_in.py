"""All ways of signing in, as pages: wiring only."""

from __future__ import annotations

from flask import Flask

from adapter.doors.pages.sign_in.lms import LMS
from adapter.doors.pages.sign_in.lms_registration import LMS_REGISTRATION
from adapter.doors.pages.sign_in.openid import OPENID
from adapter.doors.pages.sign_in.refused import register_refusals
from adapter.doors.web.issuers import read_issuers_anew
from adapter.ground.parts import Parts


def add_ways_in(app: Flask, parts: Parts) -> None:
    register_refusals(app)
    read_issuers_anew(app, parts.clock.now)
    for blueprint in (LMS, LMS_REGISTRATION, OPENID):
        app.register_blueprint(blueprint)
