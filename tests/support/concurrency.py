"""Runs tasks at the same moment, each in a thread with its own database connection."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from flask import Flask

from campaign_actions.core.db.session import db

START_TIMEOUT = 30  # seconds


def run_concurrently(
    app: Flask,
    *tasks: Callable[[], object],
    refused: type[Exception] | tuple[type[Exception], ...] = (),
) -> list[Any]:
    """The results of the tasks, in order. Errors in `refused` are returned, others are raised."""
    start = Barrier(len(tasks))

    def run(task: Callable[[], object]) -> object:
        with app.app_context():
            start.wait(START_TIMEOUT)
            try:
                return task()
            except refused as error:
                return error

    with ThreadPoolExecutor(len(tasks)) as pool:
        running = [pool.submit(run, task) for task in tasks]
    db.session.rollback()
    db.session.expire_all()
    return [future.result() for future in running]
