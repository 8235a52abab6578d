"""Slow clients: they send or read a byte at a time, and reconnect when they are cut off."""

import asyncio
import contextlib
import multiprocessing
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.support.proxy_client import PETITION

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
PAUSE = 0.5  # seconds between two bytes
HEAD = b"POST %s HTTP/1.1\r\nHost: localhost\r\n" % PETITION.encode()
FORM = b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 9999\r\n\r\n"
ANY_CERTIFICATE = ssl.create_default_context()  # the certificate does not matter here
ANY_CERTIFICATE.check_hostname, ANY_CERTIFICATE.verify_mode = False, ssl.CERT_NONE
PAGE = b"GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n" % PETITION.encode()


@contextmanager
def crowd(port: int, **sizes: int) -> Iterator[Callable[[], int]]:
    """Slow `heads`, `bodies` and `readers`, this many of each; yields a function that counts connections.

    They run in a process of their own, so that they do not slow down what is measured.
    """
    spawn = multiprocessing.get_context("spawn")
    connected = spawn.Value("i", 0)
    process = spawn.Process(target=_run, args=(port, sizes, connected))
    process.start()
    try:
        yield lambda: connected.value
    finally:
        process.terminate()
        process.join()


def _run(port: int, sizes: dict[str, int], connected: Any) -> None:
    ways = {"heads": slow_head, "bodies": slow_body, "readers": slow_reader}

    async def all_of_them() -> None:
        all_ways = (ways[name] for name, size in sizes.items() for _number in range(size))
        await asyncio.gather(*(_keep_reconnecting(port, way, connected) for way in all_ways))

    asyncio.run(all_of_them())


async def _keep_reconnecting(
    port: int, way: Callable[[Streams], Awaitable[None]], connected: Any
) -> None:
    while True:
        with contextlib.suppress(OSError):
            streams = await _connect(port)
            connected.value += 1
            try:
                await way(streams)
            finally:
                connected.value -= 1
                streams[1].transport.abort()
        await asyncio.sleep(PAUSE)


async def _connect(port: int) -> Streams:
    """Connect with a small receive window, so that unread data stays with the server."""
    plain = socket.socket()
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    plain.setblocking(False)
    await asyncio.get_running_loop().sock_connect(plain, ("127.0.0.1", port))
    return await asyncio.open_connection(
        sock=plain, ssl=ANY_CERTIFICATE, server_hostname="localhost", limit=256
    )


async def slow_head(streams: Streams) -> None:
    await _drip(streams, HEAD + b"X-Slow: ")


async def slow_body(streams: Streams) -> None:
    await _drip(streams, HEAD + FORM)


async def slow_reader(streams: Streams) -> None:
    """Request a megabyte of pages, and read it a byte at a time."""
    reader, writer = streams
    writer.write(PAGE * 40)
    while await reader.read(1):
        await asyncio.sleep(PAUSE)


async def _drip(streams: Streams, beginning: bytes) -> None:
    reader, writer = streams
    writer.write(beginning)
    while not reader.at_eof():
        writer.write(b"a")
        await writer.drain()
        await asyncio.sleep(PAUSE)
