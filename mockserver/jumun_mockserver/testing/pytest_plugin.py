"""The pytest plugin: a Jumun for the test run, and a session of it for each test.

What it needs is imported when a test asks for it: pytest loads this module in every run of every user.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumun_mockserver.control.address import Address
    from jumun_mockserver.testing.receiver import WebhookReceiver
    from jumun_mockserver.testing.session import JumunSession

# Spelled, because the options' module takes its time to import; a test compares them.
_MARKER = (
    "jumun(profile=, data=, seed=, orders=, scenario=, limits=, rates=, quota=, legacy_claims=, payload_dates=, "
    "read_lag=, webhooks=, webhook_format=, webhook_secret=, clock=, allow_violations=, allow_unmatched=): what the "
    "test's Jumun session starts from, and what does not fail it"
)
_MEASURED = pytest.StashKey[list[dict[str, Any]]]()
_OUTPUT = "jumun_coverage"
_VARIABLES = {"profile": "JUMUN_PROFILE", "data": "JUMUN_DATA"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of the coverage of error codes, and what tests start from."""
    group = parser.getgroup("jumun")
    group.addoption("--jumun-coverage", action="store_true", help="List the error codes that the run never met.")
    group.addoption(
        "--jumun-fail-under", type=_percent, metavar="PERCENT", help="Fail if fewer of the error codes were met."
    )
    parser.addini("jumun_profile", "The profile of tests that do not choose one: documented or observed.", default="")
    parser.addini("jumun_data", "A folder with the orders of the run, relative to this file.", default="")


def _percent(text: str) -> float:
    """Text as a number from 0 to 100."""
    value = float(text)
    if not 0 <= value <= 100:  # noqa: PLR2004 - percent
        raise ValueError(text)
    return value


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", _MARKER)
    config.stash[_MEASURED] = []


@pytest.fixture(scope="session")
def jumun_options() -> dict[str, Any]:
    """Options for all tests of the run, by the names that the marker has. Define your own in a conftest.py.

    `stubs` is a folder for the server of the run, as `jumun serve --stubs` takes it.
    """
    return {}


@pytest.fixture(scope="session")
def _jumun_run(pytestconfig: pytest.Config, jumun_options: dict[str, Any]) -> dict[str, Any]:
    """Those, read: over what the configuration file says, and under what the environment says."""
    from jumun_mockserver.testing.session import read_marker  # noqa: PLC0415 - see above

    file, root = pytestconfig.inipath, pytestconfig.rootpath
    written, here = (file.name, file.parent) if file else ("the configuration", root)
    sources: list[tuple[str, Path, dict[str, Any]]] = [
        *(
            (f"jumun_{name} in {written}", here, {name: pytestconfig.getini(f"jumun_{name}") or None})
            for name in _VARIABLES
        ),
        ("jumun_options", root, {name: value for name, value in jumun_options.items() if name != "stubs"}),
        *((variable, Path.cwd(), {name: os.environ.get(variable) or None}) for name, variable in _VARIABLES.items()),
    ]
    options: dict[str, Any] = {}
    for place, folder, named in sources:
        try:
            options |= read_marker(named, folder=folder, place=place)
        except ValueError as error:
            # That of a folder does not say who named it.
            text = str(error)
            _fail(text if text.startswith(place) else f"{place}: {text}")
    return options


def _fail(message: str) -> NoReturn:
    """Fail with a message, once: what it was raised from says the same."""
    raise pytest.fail.Exception(message, pytrace=False) from None


@pytest.fixture(scope="session")
def jumun_server(
    pytestconfig: pytest.Config, jumun_options: dict[str, Any], _jumun_run: dict[str, Any]
) -> Iterator[Address]:
    """A server for the run: in a thread, or the one at JUMUN_URL. Its attributes are URLs and keys."""
    from jumun_contracts import DocumentError  # noqa: PLC0415
    from jumun_mockserver.control.address import read_address  # noqa: PLC0415
    from jumun_mockserver.control.client import ControlClient  # noqa: PLC0415 - see above
    from jumun_mockserver.live import LiveServer  # noqa: PLC0415
    from jumun_mockserver.testing.session import ALLOWED  # noqa: PLC0415

    server = None
    url = os.environ.get("JUMUN_URL")
    if not url:
        options: Any = {name: value for name, value in _jumun_run.items() if name not in ALLOWED}
        if "stubs" in jumun_options:
            options["stubs"] = pytestconfig.rootpath / jumun_options["stubs"]
        try:
            server = LiveServer(**options).start()
        except ValueError as error:
            is_data = isinstance(error, DocumentError) and "data" not in jumun_options and "data" in options
            _fail(f"{'the data of jumun_data or JUMUN_DATA' if is_data else 'jumun_options'}: {error}")
        url = server.url
    elif "stubs" in jumun_options:
        pytest.fail("jumun_options: stubs are those of the server at JUMUN_URL; start it with --stubs", pytrace=False)
    try:
        with ControlClient(url, token=os.environ.get("JUMUN_CONTROL_TOKEN")) as control:
            yield read_address(control.url, control.show_session())
            pytestconfig.stash[_MEASURED].append(control.coverage())
    finally:
        if server:
            server.stop()


@pytest.fixture
def jumun_receiver() -> Iterator[WebhookReceiver]:
    """A receiver of webhooks; the test's session sends them to it."""
    from jumun_mockserver.testing.receiver import WebhookReceiver  # noqa: PLC0415 - see above

    with WebhookReceiver() as receiver:
        yield receiver


@pytest.fixture
def jumun(request: pytest.FixtureRequest, jumun_server: Address, _jumun_run: dict[str, Any]) -> Iterator[JumunSession]:
    """A session of the test's own. At its end, calls that broke the contract or that no operation serves fail the test.

    Steps that were injected and that no call met are listed with a test that fails.
    """
    from jumun_mockserver.control.client import ControlClient, ControlError  # noqa: PLC0415 - see above
    from jumun_mockserver.testing.session import JumunSession, merge_options, read_marker  # noqa: PLC0415

    marker = request.node.get_closest_marker("jumun")
    try:
        own = read_marker(marker.kwargs, positional=marker.args, folder=request.path.parent) if marker else {}
    except ValueError as error:
        _fail(str(error))
    if "jumun_receiver" in request.fixturenames:
        receiver: WebhookReceiver = request.getfixturevalue("jumun_receiver")
        own = {"webhooks": {"bootpay": receiver.url}, **own}
    with ControlClient(jumun_server.url, token=os.environ.get("JUMUN_CONTROL_TOKEN")) as control:
        try:
            session = JumunSession(control, **merge_options(_jumun_run, own))
        except ControlError as error:
            _fail(str(error))
        try:
            yield session
            faults = session.list_faults()
            if unmet := session.unmet_steps():
                # Shown where the test fails: a client may give up before the last answer.
                request.node.add_report_section("teardown", "jumun", f"steps that no call met: {', '.join(unmet)}")
        finally:
            session.close()
    if faults:
        pytest.fail("\n".join(faults), pytrace=False)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand over what was measured, or judge it."""
    config, measured = session.config, session.config.stash[_MEASURED]
    # pytest-xdist gives its workers a dictionary to leave results in.
    output: dict[str, Any] | None = getattr(config, "workeroutput", None)
    if output is not None:
        output[_OUTPUT] = measured
        return
    wanted = config.getoption("--jumun-fail-under")
    if wanted is not None and _merge(measured)["percent"] < wanted and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over what a worker of pytest-xdist measured."""
    node.config.stash[_MEASURED].extend(getattr(node, "workeroutput", {}).get(_OUTPUT, ()))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """List the codes met and never met."""
    wanted = config.getoption("--jumun-fail-under")
    if not config.getoption("--jumun-coverage") and wanted is None:
        return
    from jumun_mockserver.core.journal.coverage import render_coverage  # noqa: PLC0415 - see above

    measured = _merge(config.stash[_MEASURED])
    terminalreporter.section("jumun: coverage of error codes")
    for line in render_coverage(measured):
        terminalreporter.write_line(line)
    if wanted is not None and measured["percent"] < wanted:
        terminalreporter.write_line(f"fewer than the {wanted:g} % of --jumun-fail-under", red=True)


def _merge(measured: list[dict[str, Any]]) -> dict[str, Any]:
    from jumun_mockserver.core.journal.coverage import merge_coverage  # noqa: PLC0415 - see above

    return merge_coverage(measured)
