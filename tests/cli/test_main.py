from __future__ import annotations

import subprocess
from importlib.metadata import version

import pytest

from tests.cli.commands import PROGRAM, environment, jumun, refusal, run

COMMANDS = (
    "serve",
    "run",
    "record",
    "check",
    "diff",
    "routes",
    "errors",
    "explain",
    "openapi",
    "lint",
    "call",
    "scenario",
    "data",
    "orders",
    "clock",
    "session",
    "coverage",
)


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help(option: str) -> None:
    """Help lists every command with what it does, and the exit codes."""
    result = jumun(option)
    assert result.exit_code == 0
    assert result.stderr == ""
    for command in COMMANDS:
        assert f"\n  {command} " in result.stdout
    assert "0 clean, 1 findings, 2 could not judge" in result.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command(command: str) -> None:
    """Every command has help that begins with its usage."""
    result = jumun(command, "--help")
    assert result.exit_code == 0
    assert result.stdout.startswith(f"Usage: jumun {command} ")
    assert len(result.stdout.splitlines()) > 5


@pytest.mark.parametrize(
    "command", ["check", "run", "scenario set", "call", "call bootpay orders", "clock", "orders place"]
)
def test_examples_in_help(command: str) -> None:
    """Help shows each example on a line of its own, whether the command is at the top or below."""
    lines = jumun(*command.split(), "--help").stdout.splitlines()
    assert len([line for line in lines if line.startswith("  jumun ")]) >= 2
    assert not [line for line in lines if "\\b" in line]


def test_version() -> None:
    """The version is the distribution's."""
    result = jumun("--version")
    assert result.exit_code == 0
    assert result.stdout == f"jumun {version('jumun')}\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nonsense"], "nonsense"),
        (["--nonsense"], "--nonsense"),
        (["routes", "--nonsense"], "--nonsense"),
        (["routes", "too", "many"], "too many"),
        (["routes", "--format", "xml"], "'xml'"),
        (["explain"], "ID[.STATUS]"),
        (["openapi"], "PROVIDER[:PROFILE]"),
        (["check"], "nothing to check"),
        (["serve", "--port"], "--port"),
        (["serve", "--port", "65536"], "65536"),
        (["serve", "--port", "x"], "'x'"),
        (["serve", "--orders", "-1"], "-1"),
    ],
)
def test_bad_usage(arguments: list[str], says: str) -> None:
    """Bad usage is one line that names what is wrong, and exit code 2; never a page of usage."""
    assert says in refusal(jumun(*arguments))


def test_the_program() -> None:
    """The installed program is the same command: help on stdout, refusals on stderr, exit codes as said."""
    done = run("--help")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"Usage: jumun ")
    refused = run("explian")
    assert (refused.returncode, refused.stdout) == (2, b"")
    assert refused.stderr.count(b"\n") == 1
    assert b"explian" in refused.stderr
    assert b"(see jumun --help)" in refused.stderr


def test_korean_whatever_the_locale() -> None:
    """Catalogue texts come out in UTF-8 also where the locale says ASCII."""
    done = run("errors", "naver", variables={"LC_ALL": "C", "LANG": "C"})
    assert done.returncode == 0
    assert "존재하지 않는 주문입니다." in done.stdout.decode()


def test_a_closed_pipe() -> None:
    """A reader that stops reading, such as head, causes no traceback."""
    process = subprocess.Popen(
        [PROGRAM, "errors", "--format", "json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment({})
    )
    with process:
        try:
            assert process.stdout
            assert process.stderr
            process.stdout.readline()
            process.stdout.close()
            assert b"Traceback" not in process.stderr.read()
        finally:
            process.kill()
