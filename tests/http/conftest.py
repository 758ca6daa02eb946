# SPDX-License-Identifier: GPL-3.0-or-later
"""The tests of a file here that share an installation run behind nginx; where what a web server does is at stake
(bodies, ranges, addresses, cookies), the file says EVERY_WEB_SERVER = True and they run behind each of three."""
import os

import pytest


def pytest_generate_tests(metafunc):
    if "stack" in metafunc.fixturenames and "stack" not in vars(metafunc.module):
        every = getattr(metafunc.module, "EVERY_WEB_SERVER", False)
        kinds = os.environ.get("COMPTOIR_WEB", "nginx apache lighttpd" if every else "nginx")
        metafunc.parametrize("stack", kinds.split(), indirect=True, scope="module")


@pytest.fixture(scope="module")
def stack(request):
    import stack as module
    import webservers
    if not webservers.available(request.param):
        pytest.skip(f"{request.param} is not installed")
    module.restart_days()
    with module.Stack(web=request.param) as running:
        yield running
