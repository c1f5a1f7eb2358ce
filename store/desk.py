"""The desk of the store: one thread does all its work, and jobs that wait together share one commit.

A commit waits for the disk. Two hundred people who ask at once would each wait for theirs; here the next commit
takes along everything that came up during the last one. A job sees what the jobs before it wrote; one that
fails takes back its own writes only.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, TypeVar

from store.database import StoreBusyError, UnusableStoreError
from store.store import Store

R = TypeVar("R")
MOST_TOGETHER = 64
"""Jobs in one transaction; others (a backup, the command line) wait no longer for the file than that takes."""
TROUBLE_PAUSE = 1.0
"""Seconds before a job is brought again that the store could not take."""

logger = logging.getLogger(__name__)


class Desk:
    """Runs jobs on a store, in the order in which they were brought."""

    def __init__(self, store: Store) -> None:
        """Open the desk; `close` ends its thread."""
        self.store = store
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="store", daemon=True)
        self._thread.start()

    async def run(self, job: Callable[[], R]) -> R:
        """Run a job in a transaction and wait until it is on the disk; raises what the job raises.

        Raises `store.database.StoreError` for all jobs of a transaction that could not be kept. The job must
        not wait for anything but the store.
        """
        return await asyncio.wrap_future(self.submit(job))

    async def insist(self, job: Callable[[], R]) -> R:
        """Run a job as `run` does, again and again while the disk is full or the file is another's.

        For what has happened already and must be noted; the job must be fit to run twice. Raises what the job
        raises.
        """
        while True:
            try:
                return await self.run(job)
            except (StoreBusyError, UnusableStoreError) as error:
                logger.warning("something waits for the store: %s", error)
                await asyncio.sleep(TROUBLE_PAUSE)

    def submit(self, job: Callable[[], R]) -> Future[R]:
        """Bring a job; returns at once."""
        brought = _Job(job)
        self._jobs.put(brought)
        return brought.future

    def close(self) -> None:
        """Finish what was brought, then end the thread."""
        self._jobs.put(None)
        self._thread.join()

    def _work(self) -> None:
        for together in self._batches():
            try:
                with self.store.transaction():
                    for job in together:
                        job.do(self.store)
            except Exception as error:
                for job in together:
                    job.tell(error)
            else:
                for job in together:
                    job.tell(None)

    def _batches(self) -> Iterator[list[_Job]]:
        """Yield what waits, at most `MOST_TOGETHER` jobs at once, until the desk is closed."""
        while (first := self._jobs.get()) is not None:
            together, is_last = [first], False
            with suppress(queue.Empty):
                while len(together) < MOST_TOGETHER and not is_last:
                    more = self._jobs.get_nowait()
                    is_last = more is None
                    together += [more] if more else []
            yield [job for job in together if job.future.set_running_or_notify_cancel()]
            if is_last:
                return


class _Job:
    """A piece of work and what came of it."""

    def __init__(self, task: Callable[[], Any]) -> None:
        self.future: Future[Any] = Future()
        self._task = task
        self._result: Any = None
        self._error: Exception | None = None

    def do(self, store: Store) -> None:
        """Run the task inside a transaction of its own within the present one.

        Raises `UnusableStoreError`: SQLite may have ended the whole transaction, so nobody's work is kept.
        """
        try:
            with store.transaction():
                self._result = self._task()
        except UnusableStoreError:
            raise
        except Exception as error:
            self._error = error

    def tell(self, failure: Exception | None) -> None:
        """Give the result to the one who waits; a transaction that was not kept counts for all of its jobs."""
        error = self._error or failure
        if error is not None:
            self.future.set_exception(error)
        else:
            self.future.set_result(self._result)
