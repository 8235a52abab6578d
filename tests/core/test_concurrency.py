"""A limited number of threads at once; the others enter in order."""

from threading import Event, Thread

from campaign_actions.core.concurrency import ConcurrencyLimit, release_slot
from tests.support.servers import until


def test_the_limit_is_never_exceeded_and_order_is_first_come_first_served():
    limit, inside, may_leave = ConcurrencyLimit(2), [], [Event() for _ in range(6)]

    def work(number):
        with limit:
            inside.append(number)
            assert may_leave[number].wait(10)

    threads = []
    for number in range(6):
        threads.append(Thread(target=work, args=(number,)))
        threads[-1].start()
        waiting = max(number - 1, 0)
        until(lambda waiting=waiting: len(limit._waiting) == waiting)
    at_first = list(inside)
    for number in range(6):
        may_leave[number].set()
        threads[number].join(10)
        until(lambda number=number: len(inside) == min(number + 3, 6))

    assert at_first == [0, 1]
    assert inside == [0, 1, 2, 3, 4, 5]


def test_an_error_frees_the_slot():
    limit = ConcurrencyLimit(1)

    for _time in range(3):
        try:
            with limit:
                raise LookupError
        except LookupError:
            pass

    with limit:
        assert not limit._waiting


def test_a_released_slot_lets_in_exactly_one():
    limit = ConcurrencyLimit(1)
    inside = Event()

    def work():
        with limit:
            inside.set()

    with limit:
        release_slot()
        thread = Thread(target=work)
        thread.start()
        has_entered = inside.wait(10)
        thread.join(10)
    release_slot()

    assert has_entered
    assert limit._free == 1
