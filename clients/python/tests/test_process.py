"""What becomes of a client when its process forks, freezes, or runs several event loops."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from proxy import Proxy
from scripted import Code, Scripted, Trouble, make

from minhacarona import (
    CheckVagasRequest,
    Client,
    GetReservasRequest,
    ListCaronasRequest,
    ProcessarReservaRequest,
    Refused,
    Token,
    aio,
)
from minhacarona.tokens import Tokens

HERE = Path(__file__).parent
CHILD_SECONDS = 20


def in_child(work: Callable[[], None]) -> None:
    """Runs it in a forked process. Fails if that raises or hangs."""
    pid = os.fork()
    if pid == 0:
        try:
            work()
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    end = time.monotonic() + CHILD_SECONDS
    while time.monotonic() < end:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            assert status == 0
            return
        time.sleep(0.02)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    pytest.fail("the child hung")


def start_server() -> subprocess.Popen[str]:
    """A server in another process: one in this process would be forked with it."""
    program = (
        "import sys; from scripted import Scripted\n"
        "with Scripted() as s: print(s.port, flush=True); sys.stdin.read()"
    )
    return subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment(),
    )


def environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": f"{HERE}{os.pathsep}{HERE.parent / 'src'}"}


@pytest.fixture
def port() -> Any:
    process = start_server()
    assert process.stdout
    yield int(process.stdout.readline())
    process.communicate("")


def test_a_forked_process_connects_anew(port: int) -> None:
    client = Client(f"127.0.0.1:{port}", tls=False)

    def check() -> None:
        for _ in range(3):
            client.check_vagas(CheckVagasRequest(), timeout=5)

    check()
    for _ in range(3):
        in_child(check)
        check()

    def grandchild() -> None:
        check()
        in_child(check)

    in_child(grandchild)
    check()
    client.close()


def test_a_process_that_is_forked_during_a_call_says_so(port: int) -> None:
    client = Client(f"127.0.0.1:{port}", tls=False)
    rides = client.list_caronas_disponiveis(ListCaronasRequest())
    next(rides)

    def check() -> None:
        with pytest.raises(RuntimeError, match="forked during a call"):
            client.check_vagas(CheckVagasRequest())

    in_child(check)
    assert len(list(rides)) == 4
    client.close()


def pooled(target: str) -> int:
    return CLIENTS[target].check_vagas(CheckVagasRequest(), timeout=5).vagas_disponiveis


CLIENTS: dict[str, Client] = {}


def test_a_pool_of_forked_workers(port: int) -> None:
    target = f"127.0.0.1:{port}"
    CLIENTS[target] = Client(target, tls=False)
    assert pooled(target) == 3
    with multiprocessing.get_context("fork").Pool(4) as pool:
        assert pool.map(pooled, [target] * 20) == [3] * 20
    CLIENTS.pop(target).close()


def test_a_process_that_is_forked_before_the_first_call_has_event_loops(port: int) -> None:
    program = f"""
import asyncio, os
from minhacarona import CheckVagasRequest, aio
client = aio.Client("127.0.0.1:{port}", tls=False)

async def check():
    await client.check_vagas(CheckVagasRequest(), timeout=5)

def child():
    pid = os.fork()
    if pid == 0:
        asyncio.run(check())
        os._exit(0)
    return os.waitpid(pid, 0)[1]

assert child() == 0
assert child() == 0
asyncio.run(check())
try:
    if os.fork() == 0:
        asyncio.run(check())
        os._exit(1)
except RuntimeError as e:
    assert "fork before" in str(e)
    os._exit(0)
assert os.wait()[1] == 0
"""
    subprocess.run([sys.executable, "-c", program], check=True, env=environment(), timeout=60)


def test_a_forked_process_fetches_tokens_itself() -> None:
    go = threading.Event()

    def source() -> Token:
        go.wait(CHILD_SECONDS)
        return Token("t", time.time() + 60)

    tokens = Tokens(source)
    pending = tokens.get()

    def fetch() -> None:
        go.set()
        assert tokens.get().result(timeout=5).token.value == "t"

    in_child(fetch)
    go.set()
    pending.result(timeout=5)


def test_event_loops_one_after_the_other(server: Scripted) -> None:
    client = aio.Client(server.target, tls=False)

    async def check() -> None:
        await client.check_vagas(CheckVagasRequest())

    for _ in range(5):
        asyncio.run(check())
    assert len({each.peer for each in server.seen}) == 5
    assert len(client._caronas._by_loop) == 1, "links of loops that are closed are forgotten"
    gc.collect()


def test_event_loops_at_a_time(server: Scripted) -> None:
    client = aio.Client(server.target, tls=False)
    failures: list[BaseException] = []

    async def check() -> None:
        for _ in range(20):
            await client.check_vagas(CheckVagasRequest())
        await client.close()

    def run() -> None:
        try:
            asyncio.run(check())
        except BaseException as e:
            failures.append(e)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert failures == []
    assert len(server.seen) == 80
    assert len({each.peer for each in server.seen}) == 4


def test_tasks_of_one_loop_share_a_channel(server: Scripted) -> None:
    client = aio.Client(server.target, tls=False)

    async def check() -> None:
        await asyncio.gather(*(client.check_vagas(CheckVagasRequest()) for _ in range(50)))
        await client.close()

    asyncio.run(check())
    assert len({each.peer for each in server.seen}) == 1


def test_a_task_that_is_cancelled_is_cancelled(server: Scripted) -> None:
    client = aio.Client(server.target, tls=False)

    async def check() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                for _ in range(10_000):
                    await client.check_vagas(CheckVagasRequest())
        await client.check_vagas(CheckVagasRequest())
        await client.close()

    asyncio.run(check())


def test_threads_share_a_channel(server: Scripted) -> None:
    with Client(server.target, tls=False) as client:
        threads = [
            threading.Thread(target=client.check_vagas, args=(CheckVagasRequest(),))
            for _ in range(20)
        ]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
    assert len(server.seen) == 20
    assert len({each.peer for each in server.seen}) == 1


def test_a_channel_that_was_silent_is_replaced_and_ends_its_calls(
    kind: str, server: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("minhacarona._links._SILENCE", 0.2)
    client = make(kind, server.target)
    list_of_three = client.list_caronas_disponiveis(ListCaronasRequest(limite=3))
    next(list_of_three)
    time.sleep(0.3)
    client.check_vagas(CheckVagasRequest())
    client.check_vagas(CheckVagasRequest())
    assert len(list(list_of_three)) == 2
    peers = [each.peer for each in server.seen]
    assert peers[0] != peers[1] == peers[2]
    if isinstance(client, Client):
        assert len(client._caronas._open) == 1
    client.close()


@pytest.mark.parametrize("clock", ["monotonic", "time"])
def test_a_freeze_that_only_one_clock_shows_replaces_the_channel(
    kind: str, server: Scripted, monkeypatch: pytest.MonkeyPatch, clock: str
) -> None:
    """The monotonic clock stands still in some freezes, and the wall clock may be set back."""
    client = make(kind, server.target)
    client.check_vagas(CheckVagasRequest())
    later = getattr(time, clock)() + 6
    with monkeypatch.context() as patch:
        patch.setattr(f"minhacarona._links.time.{clock}", lambda: later)
        links = client._caronas
        found = links if isinstance(client, Client) else next(iter(links._by_loop.values()))
        assert found._open[-1].silence() > 5
    client.close()


def test_a_connection_that_was_forgotten_a_moment_ago_costs_no_call(
    kind: str, server: Scripted
) -> None:
    with Proxy(server.port) as proxy:
        client = make(kind, proxy.target)
        client.check_vagas(CheckVagasRequest())
        for call in (
            lambda: client.processar_reserva(ProcessarReservaRequest()),
            lambda: list(client.list_caronas_disponiveis(ListCaronasRequest())),
            lambda: client.get_reservas(GetReservasRequest()),
        ):
            time.sleep(0.3)
            assert proxy.forget() == 1
            assert call()
        client.close()


def test_an_answer_that_is_late_after_a_silence_is_asked_for_once_more(
    kind: str, server: Scripted
) -> None:
    client = make(kind, server.target)
    client.check_vagas(CheckVagasRequest())
    # Such a repeat is no failure of the service, so it is made whatever has failed before.
    client._core._throttle._tokens = 0.0
    server.judge = lambda _: time.sleep(1.5) if len(server.seen) == 2 else None
    time.sleep(0.3)
    assert client.processar_reserva(ProcessarReservaRequest()).HasField("reserva")
    assert [each.method for each in server.seen] == ["CheckVagas", *["ProcessarReserva"] * 2]
    assert len({each.request.request_id for each in server.seen[1:]}) == 1
    client.close()


def test_a_refusal_proves_that_a_connection_is_good(
    kind: str, server: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("minhacarona._links._PROOF", 0.3)
    client = make(kind, server.target)
    client.check_vagas(CheckVagasRequest())
    time.sleep(0.3)
    server.troubles.append(Trouble(Code.FAILED_PRECONDITION, "VAGAS_INSUFICIENTES"))
    with pytest.raises(Refused):
        client.processar_reserva(ProcessarReservaRequest())
    # It is in flight when the connection is judged.
    server.judge = lambda _: time.sleep(0.6)
    client.check_vagas(CheckVagasRequest())
    assert len(server.seen) == 3
    assert len({each.peer for each in server.seen}) == 1
    client.close()


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="needs signals that stop a process")
@pytest.mark.parametrize(("sabotage", "seconds"), [("cut", 1.0), ("forget", 0.1), ("forget", 5.5)])
def test_a_process_that_was_frozen_loses_no_request(
    server: Scripted, sabotage: str, seconds: float
) -> None:
    with Proxy(server.port) as proxy:
        workers = [
            subprocess.Popen(
                [sys.executable, str(HERE / "frozen.py"), kind, proxy.target],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env=environment(),
            )
            for kind in ("blocking", "aio")
        ]
        for _ in range(3):
            assert [requested(each) for each in workers] == ["ok", "ok"]
            for each in workers:
                each.send_signal(signal.SIGSTOP)
            time.sleep(0.2)
            assert getattr(proxy, sabotage)() >= 2
            time.sleep(seconds)
            for each in workers:
                each.send_signal(signal.SIGCONT)
            assert [requested(each) for each in workers] == ["ok", "ok"]
        for each in workers:
            each.communicate("")
            assert each.returncode == 0


def requested(worker: subprocess.Popen[str]) -> str:
    assert worker.stdin
    assert worker.stdout
    worker.stdin.write("\n")
    worker.stdin.flush()
    return worker.stdout.readline().strip()
