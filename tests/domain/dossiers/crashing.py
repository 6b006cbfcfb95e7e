"""A process that is killed at each statement of a submission in turn; run by test_submission_crash.

Arguments: database name, file with the pickled (principal, submission). Forks one child a statement, before and
after it, and prints how each ended: `key statement-number killed|done`.
"""

from __future__ import annotations

import os
import pickle
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

KILLED = 9


def main(database: str, given: Path) -> None:
    import django

    django.setup()
    from django.db import connection

    connection.settings_dict["NAME"] = database
    principal, submission = pickle.loads(given.read_bytes())  # noqa: S301 - written by the test itself
    for when in ("before", "after"):
        for number in range(1, 60):
            key = f"{when}-{number:02d}"
            if _in_a_child(principal, replace(submission, idempotency_key=key), number, when) == 0:
                print(key, "done", flush=True)
                break
            print(key, "killed", flush=True)


def _in_a_child(principal: Any, submission: Any, number: int, when: str) -> int:
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    from django.db import connection

    from motcua.domain.dossiers import services

    reached = [0]

    def kill(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        reached[0] += 1
        if when == "before" and reached[0] == number:
            os._exit(KILLED)
        result = execute(sql, params, many, context)
        if when == "after" and reached[0] == number:
            os._exit(KILLED)
        return result

    try:
        with connection.execute_wrapper(kill):
            services.submit(principal, submission)
    except BaseException as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
