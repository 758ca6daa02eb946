# SPDX-License-Identifier: GPL-3.0-or-later
"""The tests of a file here that share an installation run behind one web server; where what a web server does is at stake
(bodies, ranges, addresses, cookies), the file says EVERY_WEB_SERVER = True and they run behind each of three."""
import pytest

import webservers


def pytest_generate_tests(metafunc):
    if "stack" in metafunc.fixturenames and "stack" not in vars(metafunc.module):
        every = getattr(metafunc.module, "EVERY_WEB_SERVER", False)
        metafunc.parametrize("stack", webservers.every()[:None if every else 1], indirect=True, scope="module")


@pytest.fixture(scope="module")
def stack(request):
    import stack as module
    if not webservers.available(request.param):
        pytest.skip(f"{request.param} is not installed")
    module.restart_days()
    with module.Stack(web=request.param) as running:
        yield running
