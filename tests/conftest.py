# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests against the real thing share: the helpers of tests/support, and one installation for those that leave it whole."""
import inspect
import os
import pathlib
import re
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "support"))


# How a test does things at once: what it then proves has to hold each time (tests/run).
AT_ONCE = re.compile(r"at_once|ThreadPoolExecutor|Thread\(|Barrier\(|storm\(|several\(")


def pytest_configure(config):
    config.addinivalue_line("markers", "race: does things at once; never asked a second time")


def pytest_collection_modifyitems(items):
    for item in items:
        if AT_ONCE.search(inspect.getsource(item.function)):
            item.add_marker("race")


@pytest.fixture(scope="session")
def stack():
    """An installation behind nginx (COMPTOIR_WEB: another web server), started once for a suite."""
    import stack as module
    with module.Stack(web=os.environ.get("COMPTOIR_WEB", "nginx")) as running:
        yield running


@pytest.fixture
def member(stack):
    return stack.program("membre@demo.example")


@pytest.fixture
def manager(stack):
    return stack.program("gestion@demo.example")


@pytest.fixture
def stranger(stack):
    """A member of another organisation."""
    return stack.program("membre@canal.example")


@pytest.fixture
def visitor(stack):
    return stack.visitor()


@pytest.fixture
def sound(stack):
    """After the test no answer was our failure, and no two have one thing at once."""
    yield
    assert [line for line in stack.comptoir.log().splitlines() if " status=500" in line] == []
    assert stack.overlaps() == [] and stack.halves() == []
