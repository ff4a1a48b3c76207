"""What the three SDK files share: the address and key of the gateway, and a count of checks that nobody can skip."""

import json
import os
import traceback

URL = os.environ["SAOLA_TEST_URL"]
KEY = os.environ["SAOLA_TEST_KEY"]
HELLO = "Hello from the mock."
WORDS = "[[mock:words 20]]"
CALL = '[[mock:text Looking.]] [[mock:tool weather {"city":"Huế"}]]'
WEATHER = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
BROKEN_STREAMS = ["test/cut", "test/ended-early", "test/error-event"]

_results = {"passed": 0, "failed": 0}


def check(name):
    """Runs the function below it at once, and prints one line for it."""

    def run(body):
        try:
            body()
            _results["passed"] += 1
            print(f"ok   {name}", flush=True)
        except Exception:
            _results["failed"] += 1
            print(f"FAIL {name}\n{traceback.format_exc()}", flush=True)
        return body

    return run


def equal(found, expected):
    if found != expected:
        raise AssertionError(f"found {found!r}, expected {expected!r}")


def raises(kind, body):
    """The exception of that kind that the body throws."""
    try:
        value = body()
    except kind as error:
        return error
    raise AssertionError(f"expected {kind}, but it returned {value!r}")


def done():
    """The last line: a file that ends before it has failed."""
    print(json.dumps(_results), flush=True)
