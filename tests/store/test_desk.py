"""The desk of the store: jobs in their order, one commit for many, nothing told before it is kept."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for_all
from pathlib import Path

import pytest

from store import desk as desk_module
from store.database import StoreBusyError, UnusableStoreError
from store.desk import MOST_TOGETHER, Desk
from store.inbox import InboxState, NewUpdate
from store.store import Store


@pytest.fixture
def desk(store: Store) -> Iterator[Desk]:
    opened = Desk(store)
    yield opened
    opened.close()


class Gate:
    """A job that keeps the desk busy until it is opened, so that what is brought meanwhile waits together."""

    def __init__(self, desk: Desk) -> None:
        self._open, self._reached = threading.Event(), threading.Event()
        self.passed = desk.submit(self._wait)
        assert self._reached.wait(5)

    def _wait(self) -> None:
        self._reached.set()
        assert self._open.wait(5)

    def open(self) -> None:
        self._open.set()
        self.passed.result(5)


def putting(desk: Desk, number: int) -> Callable[[], bool]:
    return lambda: desk.store.inbox.put(NewUpdate(number, "5", {}))


def kept(desk: Desk) -> int:
    return desk.submit(desk.store.inbox.counts).result(5)[InboxState.NEW]


def test_jobs_run_in_their_order_and_see_what_came_before(desk: Desk) -> None:
    gate, seen = Gate(desk), []
    jobs: list[Future[object]] = []
    for number in range(2 * MOST_TOGETHER):
        jobs.append(desk.submit(putting(desk, number)))
        jobs.append(desk.submit(lambda: seen.append(sum(desk.store.inbox.counts().values()))))
    gate.open()
    wait_for_all(jobs, 5)
    assert seen == list(range(1, 2 * MOST_TOGETHER + 1))


def test_jobs_that_wait_together_share_a_commit(desk: Desk) -> None:
    statements: list[str] = []
    desk.submit(lambda: desk.store._database.connection.conn.set_trace_callback(statements.append)).result(5)
    gate = Gate(desk)
    jobs = [desk.submit(putting(desk, number)) for number in range(MOST_TOGETHER)]
    gate.open()
    wait_for_all(jobs, 5)
    desk.submit(lambda: desk.store._database.connection.conn.set_trace_callback(None)).result(5)
    assert statements.count("COMMIT") == 3  # where the watching began, the gate's, one for all that waited
    assert kept(desk) == MOST_TOGETHER


def test_one_failure_takes_back_its_own_writes_only(desk: Desk) -> None:
    def fails() -> None:
        desk.store.inbox.put(NewUpdate(2, "5", {}))
        raise LookupError("this one")

    gate = Gate(desk)
    before, failing, after = (desk.submit(job) for job in (putting(desk, 1), fails, putting(desk, 3)))
    gate.open()
    assert before.result(5)
    assert after.result(5)
    with pytest.raises(LookupError, match="this one"):
        failing.result(5)
    assert kept(desk) == 2


def test_nothing_is_kept_and_everybody_hears_it_if_the_commit_fails(desk: Desk) -> None:
    def breaks_the_commit() -> None:
        database = desk.store._database
        database.write("PRAGMA defer_foreign_keys = ON")
        database.write("INSERT INTO asking (person_id, asked_at) VALUES (404, '')")

    gate = Gate(desk)
    brought = [desk.submit(job) for job in (putting(desk, 1), breaks_the_commit, putting(desk, 2))]
    gate.open()
    for job in brought:
        with pytest.raises(sqlite3.IntegrityError):
            job.result(5)
    assert kept(desk) == 0
    assert desk.submit(putting(desk, 3)).result(5)


def test_a_full_disk_fails_all_that_share_the_commit_and_the_next_one_works(desk: Desk) -> None:
    def limit(pages: int) -> None:
        desk.store._database.connection.execute(f"PRAGMA max_page_count = {pages}")

    big = NewUpdate(1, "5", {"text": "x" * 10**6})
    desk.submit(lambda: limit(1)).result(5)
    gate = Gate(desk)
    brought = [desk.submit(job) for job in (putting(desk, 7), lambda: desk.store.inbox.put(big), putting(desk, 8))]
    gate.open()
    for job in brought:
        with pytest.raises(UnusableStoreError, match="full"):
            job.result(5)
    desk.submit(lambda: limit(2**30)).result(5)
    assert kept(desk) == 0
    assert desk.submit(lambda: desk.store.inbox.put(big)).result(5)


async def test_what_insists_is_kept_when_the_store_is_free_again(
    path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_module, "TROUBLE_PAUSE", 0.0)
    with Store(path, busy_seconds=0.01) as impatient:
        desk = Desk(impatient)
        holder = sqlite3.connect(path, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")

        def put() -> bool:
            return impatient.inbox.put(NewUpdate(1, "5", {}))

        with pytest.raises(StoreBusyError):
            await desk.run(put)
        insisting = asyncio.create_task(desk.insist(put))
        with pytest.raises(StoreBusyError):
            await desk.run(put)
        assert not insisting.done()
        holder.execute("COMMIT")
        assert await insisting
        holder.close()
        desk.close()


async def test_a_waiter_that_gives_up_disturbs_nobody(desk: Desk) -> None:
    gate = Gate(desk)
    given_up = asyncio.create_task(desk.run(putting(desk, 1)))
    stays = asyncio.create_task(desk.run(putting(desk, 2)))
    await asyncio.sleep(0)
    given_up.cancel()
    await asyncio.gather(given_up, return_exceptions=True)
    gate.open()
    assert await stays
    assert await desk.run(lambda: desk.store.inbox.counts()[InboxState.NEW]) == 1


async def test_a_job_that_runs_already_is_finished_though_its_waiter_gives_up(desk: Desk) -> None:
    reached, go_on = threading.Event(), threading.Event()

    def job() -> None:
        reached.set()
        go_on.wait(5)
        desk.store.inbox.put(NewUpdate(1, "5", {}))

    waiter = asyncio.create_task(desk.run(job))
    await asyncio.to_thread(reached.wait, 5)
    waiter.cancel()
    await asyncio.gather(waiter, return_exceptions=True)
    go_on.set()
    assert await desk.run(lambda: desk.store.inbox.counts()[InboxState.NEW]) == 1


def test_closing_finishes_what_waits(store: Store) -> None:
    desk = Desk(store)
    gate = Gate(desk)
    jobs = [desk.submit(putting(desk, number)) for number in range(2 * MOST_TOGETHER + 1)]
    closing = threading.Thread(target=desk.close)
    closing.start()
    gate.open()
    closing.join(10)
    assert all(job.result(0) for job in jobs)
    assert store.inbox.counts()[InboxState.NEW] == len(jobs)


def test_many_threads_may_bring_jobs(desk: Desk) -> None:
    def bring(first: int) -> list[bool]:
        return [desk.submit(putting(desk, number)).result(10) for number in range(first, first + 25)]

    with ThreadPoolExecutor(8) as threads:
        told = list(threads.map(bring, range(0, 200, 25)))
    assert all(all(answers) for answers in told)
    assert kept(desk) == 200
