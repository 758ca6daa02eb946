# SPDX-License-Identifier: GPL-3.0-or-later
"""The tests of a file here that share an installation run behind one web server; where what a web server does is at stake
(bodies, ranges, addresses, cookies), the file says EVERY_WEB_SERVER = True and they run behind each of three."""
import pytest

import stack as st
import webservers


def pytest_generate_tests(metafunc):
    if "stack" in metafunc.fixturenames and "stack" not in vars(metafunc.module):
        every = getattr(metafunc.module, "EVERY_WEB_SERVER", False)
        metafunc.parametrize("stack", webservers.EVERY[:None if every else 1], indirect=True, scope="module")


@pytest.fixture(scope="module")
def stack(request):
    import stack as module
    if not webservers.available(request.param):
        pytest.skip(f"{request.param} is not installed")
    module.restart_days()
    with module.Stack(web=request.param) as running:
        yield running


# ---- the till

@pytest.fixture(scope="module")
def till():
    """An installation of a file's own in which two organisations issue."""
    import invoices
    with invoices.Till() as running:
        yield running


@pytest.fixture
def ines(till):
    """The treasurer of La Filature, which has no VAT."""
    return till.program("tresor@demo.example")


@pytest.fixture
def marc(till):
    """The treasurer of Le Grand Canal, which has VAT."""
    return till.program("tresor@canal.example")


@pytest.fixture(scope="module")
def sound_books(till):
    """At the end sums are what they are made of, whatever the tests of the file have done."""
    yield
    st.ctl(till.comptoir.config, "verify")


@pytest.fixture
def sound_till(till, sound_books):
    """After the test no answer was our failure."""
    yield
    assert [line for line in till.comptoir.log().splitlines() if " status=500" in line] == []
