"""So many are in at once, and the others come in in their order."""

from threading import Event, Thread

from campaign_actions.core.turnstile import Turnstile, give_way
from tests.running import until


def test_no_more_are_in_than_may_be_and_who_came_first_is_next():
    turnstile, came, inside, may_go = Turnstile(2), [], [], [Event() for _ in range(6)]

    def work(number):
        came.append(number)
        with turnstile:
            inside.append(number)
            assert may_go[number].wait(10)

    threads = []
    for number in range(6):
        threads.append(Thread(target=work, args=(number,)))
        threads[-1].start()
        waiting = max(number - 1, 0)
        until(lambda waiting=waiting: len(turnstile._waiting) == waiting)
    at_first = list(inside)
    for number in range(6):
        may_go[number].set()
        threads[number].join(10)
        until(lambda number=number: len(inside) == min(number + 3, 6))

    assert at_first == [0, 1]
    assert inside == [0, 1, 2, 3, 4, 5]


def test_who_leaves_by_an_error_lets_the_next_one_in():
    turnstile = Turnstile(1)

    for _time in range(3):
        try:
            with turnstile:
                raise LookupError
        except LookupError:
            pass

    with turnstile:
        assert not turnstile._waiting


def test_who_gives_way_lets_in_the_next_one_and_no_third():
    turnstile = Turnstile(1)
    inside = Event()

    def work():
        with turnstile:
            inside.set()

    with turnstile:
        give_way()
        thread = Thread(target=work)
        thread.start()
        came_in = inside.wait(10)
        thread.join(10)
    give_way()

    assert came_in
    assert turnstile._free == 1
