# SPDX-License-Identifier: GPL-3.0-or-later
"""The tests of a file here that share an installation run behind each of three web servers, each with one of its own."""
import os

import pytest


@pytest.fixture(scope="module", params=os.environ.get("COMPTOIR_WEB", "nginx apache lighttpd").split())
def stack(request):
    import stack as module
    import webservers
    if not webservers.available(request.param):
        pytest.skip(f"{request.param} is not installed")
    module.restart_days()
    with module.Stack(web=request.param) as running:
        yield running
