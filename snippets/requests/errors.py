"""Call Kite, read its error code and retry only where that can help."""

# --8<-- [start:call]
import os
import time

import httpx

API = os.environ.get("KITE_API", "http://127.0.0.1:8080")


class KiteError(Exception):
    """An error answer of Kite; `code` is stable, `detail` is for people."""

    def __init__(self, problem: dict[str, object]) -> None:
        super().__init__(f"{problem['code']}: {problem['detail']} ({problem['request_id']})")
        self.code = problem["code"]
        self.retry = problem["retry"]


def call(method: str, path: str, body: object = None, attempts: int = 3) -> httpx.Response:
    """Send a request; repeat it only if Kite says that the same request may succeed later."""
    headers = {"Authorization": f"Bearer {os.environ['KITE_TOKEN']}"}
    for attempt in range(1, attempts + 1):
        answer = httpx.request(method, API + path, json=body, headers=headers, timeout=15)
        if answer.is_success:
            return answer
        if answer.headers["content-type"] != "application/problem+json":
            answer.raise_for_status()  # not from Kite: a proxy in front of it
        problem = KiteError(answer.json())
        if not problem.retry or attempt == attempts:
            raise problem
        time.sleep(attempt)
    raise ValueError("attempts must be at least 1")


# --8<-- [end:call]
