"""The service on a real socket of loopback, in a thread of the test's own process."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from app.api.server import listen, make_server
from app.state import ServiceState


@contextmanager
def serving(state: ServiceState) -> Iterator[str]:
    """Yield the address of a server that has started; it has ended when the block is left."""
    with listen("127.0.0.1", 0) as sock, serving_on(sock, state) as address:
        yield address


@contextmanager
def serving_on(sock: socket.socket, state: ServiceState) -> Iterator[str]:
    """The same on a socket that is taken already, for who must know the address before there is a state."""
    server = make_server(state)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]})
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{sock.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
