"""All ways of signing in, as pages: wiring only."""

from __future__ import annotations

from flask import Flask

from adapter.doors.pages.sign_in.keys import keep_keys
from adapter.doors.pages.sign_in.lms import LMS
from adapter.doors.pages.sign_in.lms_registration import LMS_REGISTRATION
from adapter.doors.pages.sign_in.refused import register_refusals
from adapter.ground.parts import Parts
from connectors.openid.key_sets import KeySets


def add_ways_in(app: Flask, parts: Parts) -> None:
    register_refusals(app)
    keep_keys(app, KeySets(parts.clock.now))
    for blueprint in (LMS, LMS_REGISTRATION):
        app.register_blueprint(blueprint)
