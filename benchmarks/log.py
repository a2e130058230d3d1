"""What the service logs while it is measured is left out: figures would be lost in it."""

from __future__ import annotations

import logging

import structlog


def log_nothing() -> None:
    logging.disable(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
