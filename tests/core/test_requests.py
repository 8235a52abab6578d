"""A request is worked on when all of it is here; files only where they are taken, two at once."""

from io import BytesIO
from threading import Event, Thread

import pytest

from campaign_actions.core.requests import FILES_AT_ONCE, MOST_OF_FILES, HeardOut

PICTURE = "/staff/campaigns/7/picture/"
MOST = 1000


class Sent(BytesIO):
    """What a client sends, and how much of it was taken."""

    taken = 0

    def read(self, size=-1):
        data = super().read(size)
        self.taken += len(data)
        return data


def ask(app, path: str, size: int) -> tuple[list[bytes], Sent, list[str]]:
    sent, said = Sent(b"x" * size), []
    environ = {"CONTENT_LENGTH": str(size), "PATH_INFO": path, "wsgi.input": sent}
    body = app(environ, lambda status, headers: said.append(status))
    return body, sent, said


def inner(environ, start_response):
    start_response("200 OK", [])
    return [b"done"]


@pytest.mark.parametrize(
    ("path", "size", "is_heard"),
    [
        ("/en/", MOST, True),
        ("/en/", MOST + 1, False),
        (PICTURE, MOST + 1, True),
        (PICTURE, 10 * 1024 * 1024, True),
        (PICTURE, MOST_OF_FILES + 1, False),
        (f"{PICTURE}remove/", MOST + 1, False),
        (f"/x{PICTURE}", MOST + 1, False),
        ("/staff/campaigns/x/picture/", MOST + 1, False),
    ],
)
def test_so_much_is_heard_out(path, size, is_heard):
    body, sent, _said = ask(HeardOut(inner, MOST), path, size)

    assert body == [b"done"]
    assert sent.taken == (size if is_heard else 0)


@pytest.mark.parametrize("length", ["", "-1", "many", "１"])
def test_a_length_that_is_none_is_left_to_the_form(length):
    environ = {"CONTENT_LENGTH": length, "PATH_INFO": PICTURE, "wsgi.input": Sent(b"x")}

    assert HeardOut(inner, MOST)(environ, lambda *said: None) == [b"done"]


def test_no_more_files_are_in_memory_than_there_is_room_for():
    go_on, at_work = Event(), []

    def slow(environ, start_response):
        at_work.append(1)
        assert go_on.wait(20)
        return inner(environ, start_response)

    app = HeardOut(slow, MOST, patience=0.1)
    threads = [Thread(target=ask, args=(app, PICTURE, 2000)) for _ in range(FILES_AT_ONCE)]
    for thread in threads:
        thread.start()
    while len(at_work) < FILES_AT_ONCE:
        go_on.wait(0.01)

    _body, sent, said = ask(app, PICTURE, 2000)
    go_on.set()
    for thread in threads:
        thread.join()
    again = ask(app, PICTURE, 2000)

    assert (sent.taken, said) == (0, ["503 Service Unavailable"])
    assert again[2] == ["200 OK"]
