"""What callers say of a trace is taken over where it is one, and never where it could be a name."""

from __future__ import annotations

import re

import pytest

from adapter.ground import correlation
from adapter.ground.correlation import of_request_id, read_traceparent
from adapter.ground.traces import Step

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


@pytest.mark.parametrize(
    ("text", "sampled"),
    [
        (f"00-{TRACE}-{SPAN}-01", True),
        (f"00-{TRACE}-{SPAN}-00", False),
        (f"00-{TRACE}-{SPAN}-03", True),
        # A later version may say more behind it.
        (f"cc-{TRACE}-{SPAN}-01-what-comes", True),
    ],
)
def test_a_traceparent_is_taken_over(text: str, sampled: bool) -> None:
    read = read_traceparent(text)
    assert read is not None
    assert (read.trace_id, read.span_id, read.sampled) == (TRACE, SPAN, sampled)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "jan.de.vries@example.org",
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE.upper()}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}-01\n",
        f"00-{TRACE[:-1]}-{SPAN}-01",
    ],
)
def test_what_is_no_traceparent_is_left_aside(text: str | None) -> None:
    assert read_traceparent(text) is None


def test_an_own_id_of_a_caller_counts_where_it_is_a_uuid() -> None:
    read = of_request_id("7D444840-9DC0-11D1-B245-5FFDCE74FAD2")
    assert read is not None
    assert read.trace_id == "7d4448409dc011d1b2455ffdce74fad2"
    for other in (None, "", "20100", "jan", f"{TRACE}0", "0" * 32):
        assert of_request_id(other) is None


def test_what_is_written_is_read_again() -> None:
    begun = correlation.fresh()
    assert read_traceparent(begun.traceparent) == begun
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-01", begun.traceparent)


def test_a_step_follows_the_one_in_which_it_is() -> None:
    assert correlation.current() is None
    with Step("outer"):
        outer = correlation.current()
        with Step("inner"):
            inner = correlation.current()
            assert correlation.to_keep() == (inner and inner.traceparent)
        assert correlation.current() == outer
    assert correlation.current() is None
    assert outer is not None
    assert inner is not None
    assert inner.trace_id == outer.trace_id
    assert inner.span_id != outer.span_id


def test_a_step_follows_what_was_kept_rather_than_where_it_is() -> None:
    kept = correlation.fresh()
    with Step("job", of_many=True), Step("event", follows=kept):
        here = correlation.current()
    assert here is not None
    assert here.trace_id == kept.trace_id


def test_each_of_many_has_a_trace_of_its_own() -> None:
    with Step("job", of_many=True):
        job = correlation.current()
        assert job is not None
        kept = {correlation.to_keep().split("-")[1] for _ in range(3)}
        for _ in range(3):
            with Step("decide", own=True):
                here = correlation.current()
                assert here is not None
                kept.add(here.trace_id)
                with Step("decide", own=True):
                    within = correlation.current()
                    assert within is not None
                    assert within.trace_id == here.trace_id
    assert len(kept - {job.trace_id}) == 6


def test_a_step_that_fails_ends_all_the_same() -> None:
    with pytest.raises(ValueError, match="no"), Step("x"):
        raise ValueError("no")
    assert correlation.current() is None
