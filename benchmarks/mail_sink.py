"""An SMTP server that accepts and discards every email, fast enough not to limit a measurement.

python -m benchmarks.mail_sink      prints its port
"""

import asyncio
import re
import sys
import time

ANSWERS = {b"EHLO": b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n", b"QUIT": b"221 bye\r\n"}
OK = b"250 OK\r\n"


class Sink(asyncio.Protocol):
    """One connection. Each command is answered immediately."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.waiting = b""  # received but not yet answered
        self.is_in_contents = False
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self.waiting += data
        answers = b""
        while True:
            end = b"\r\n.\r\n" if self.is_in_contents else b"\r\n"
            piece, found, rest = self.waiting.partition(end)
            if not found:
                break
            self.waiting = rest
            answers += self._answer(piece)
        if answers:
            self.transport.write(answers)

    def take(self, contents: bytes) -> None:
        """Discard an email."""

    def _answer(self, piece: bytes) -> bytes:
        if self.is_in_contents:
            self.is_in_contents = False
            self.take(piece)
            return OK
        if piece.upper() == b"DATA":
            self.is_in_contents = True
            return b"354 go on\r\n"
        return ANSWERS.get(piece[:4].upper(), OK)


class Teller(Sink):
    """Prints when each email came, its recipient and the token of its confirmation link."""

    def take(self, contents: bytes) -> None:
        to = re.search(rb"^To: <?([^>\s]+)", contents, re.MULTILINE)
        link = re.search(rb"/confirm/([^/\s]+)/", contents.replace(b"=\r\n", b""))
        if to and link:
            print(time.perf_counter(), to[1].decode(), link[1].decode(), flush=True)


async def main() -> None:
    kind = Teller if "--tell" in sys.argv else Sink
    server = await asyncio.get_running_loop().create_server(kind, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
