"""So many are in at once, and the others come in in their order."""

from threading import Event, Thread

from campaign_actions.core.concurrency import ConcurrencyLimit, release_slot
from tests.support.servers import until


def test_no_more_are_in_than_may_be_and_who_came_first_is_next():
    limit, came, inside, may_go = ConcurrencyLimit(2), [], [], [Event() for _ in range(6)]

    def work(number):
        came.append(number)
        with limit:
            inside.append(number)
            assert may_go[number].wait(10)

    threads = []
    for number in range(6):
        threads.append(Thread(target=work, args=(number,)))
        threads[-1].start()
        waiting = max(number - 1, 0)
        until(lambda waiting=waiting: len(limit._waiting) == waiting)
    at_first = list(inside)
    for number in range(6):
        may_go[number].set()
        threads[number].join(10)
        until(lambda number=number: len(inside) == min(number + 3, 6))

    assert at_first == [0, 1]
    assert inside == [0, 1, 2, 3, 4, 5]


def test_who_leaves_by_an_error_lets_the_next_one_in():
    limit = ConcurrencyLimit(1)

    for _time in range(3):
        try:
            with limit:
                raise LookupError
        except LookupError:
            pass

    with limit:
        assert not limit._waiting


def test_who_gives_way_lets_in_the_next_one_and_no_third():
    limit = ConcurrencyLimit(1)
    inside = Event()

    def work():
        with limit:
            inside.set()

    with limit:
        release_slot()
        thread = Thread(target=work)
        thread.start()
        came_in = inside.wait(10)
        thread.join(10)
    release_slot()

    assert came_in
    assert limit._free == 1
