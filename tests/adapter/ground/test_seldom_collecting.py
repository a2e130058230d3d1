import gc
from contextlib import ExitStack

import pytest

from adapter.ground.seldom_collecting import seldom_collecting


def test_circles_are_looked_for_as_before_once_the_work_is_done_or_has_failed() -> None:
    before = gc.get_threshold()
    with pytest.raises(ZeroDivisionError), seldom_collecting():
        assert gc.get_threshold()[0] > before[0]
        raise ZeroDivisionError
    assert gc.get_threshold() == before


def test_of_two_that_overlap_the_last_one_puts_it_back() -> None:
    before = gc.get_threshold()
    first, second = ExitStack(), ExitStack()
    first.enter_context(seldom_collecting())
    second.enter_context(seldom_collecting())
    first.close()
    assert gc.get_threshold()[0] > before[0]
    second.close()
    assert gc.get_threshold() == before
