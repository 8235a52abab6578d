"""Bulkheads: a few at a time, a short queue, and an error for the rest."""

from threading import Event, Thread

import pytest

from campaign_actions.core.bulkhead import Bulkhead, BulkheadFull
from campaign_actions.web.http.concurrency_limit import ConcurrencyLimit
from tests.support.servers import until


def test_neither_running_nor_queued_work_holds_a_concurrency_slot():
    limit, bulkhead, may_go = ConcurrencyLimit(1), bulkhead_of(max_queued=3), Event()

    def work():
        with limit, bulkhead.enter():
            assert may_go.wait(10)

    threads = [Thread(target=work) for _number in range(4)]
    for thread in threads:
        thread.start()
    until(lambda: bulkhead._inside == 4)
    with limit:  # would wait for ever if one of the four had the only slot
        is_free = True
    may_go.set()
    for thread in threads:
        thread.join(10)

    assert is_free
    assert (limit._free, bulkhead._inside) == (1, 0)


def test_a_full_queue_rejects_at_once():
    bulkhead = bulkhead_of(max_queued=0)

    with bulkhead.enter(), pytest.raises(BulkheadFull), bulkhead.enter():
        pass

    with bulkhead.enter():  # there is room again
        pass


def test_waiting_for_a_turn_times_out():
    bulkhead = bulkhead_of(max_queued=1, timeout=0)

    with bulkhead.enter(), pytest.raises(BulkheadFull), bulkhead.enter():
        pass

    assert bulkhead._inside == 0


def test_reserved_places_are_not_for_strangers():
    bulkhead = bulkhead_of(max_queued=1, timeout=0, reserved=1)

    with bulkhead.enter():
        with pytest.raises(BulkheadFull), bulkhead.enter(is_stranger=True):
            pass
        is_queued = bulkhead._inside

    assert is_queued == 1
    with bulkhead.enter(is_stranger=True):
        pass


def test_an_error_inside_frees_the_turn():
    bulkhead = bulkhead_of(max_queued=0)

    with pytest.raises(RuntimeError), bulkhead.enter():
        raise RuntimeError

    with bulkhead.enter():
        pass


def bulkhead_of(**options) -> Bulkhead:
    return Bulkhead("test", **{"max_concurrent": 1, "timeout": 10} | options)
