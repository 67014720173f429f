"""The Dockerfile's steps in an empty environment, without a container engine; and what the compose file says."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import yaml

from tests.checkout import ROOT
from tests.interop.programs import clean_environment, install, make_once, run, run_well

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TOKEN = "some-token"


def _instructions() -> list[tuple[str, str]]:
    """Of the Dockerfile: a word in capitals, and the rest of the line."""
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    pairs = [line.partition(" ")[::2] for line in lines if line and not line.startswith("#")]
    return [(word, rest) for word, rest in pairs]


def of(word: str) -> list[str]:
    """The rest of each line with an instruction."""
    return [rest for each, rest in _instructions() if each == word]


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an empty environment in `venv`, after all steps: what was copied is in `jumun`."""

    def make(folder: Path) -> None:
        install([sys.executable, "-m", "venv", folder / "venv"], folder=folder)
        work = folder / "jumun"
        for word, rest in _instructions():
            if word == "COPY":
                assert rest == ". ."
                _copy(work)
            elif word == "RUN":
                path = f"PATH={folder / 'venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
                install(["env", path, "sh", "-c", rest], folder=work)

    return make_once(tmp_path_factory, "image", make)


def _copy(folder: Path) -> None:
    """The checkout as it is sent to the builder: what git has, without what .dockerignore leaves out."""
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    tops = {each for each in ignored if re.fullmatch("[a-z_]+", each)}
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in listed.stdout.splitlines():
        if name.partition("/")[0] not in tops and not name.startswith(".") and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)


@contextmanager
def started(image: Path, home: Path, **variables: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The image's program, as a container starts it; its URL, and its environment."""
    own = dict(pair.split("=", 1) for rest in of("ENV") for pair in shlex.split(rest))
    environment = clean_environment(home, **own, **variables, JUMUN_PORT="0")
    environment["PATH"] = f"{image / 'venv' / 'bin'}{os.pathsep}{environment['PATH']}"
    command = [*json.loads(of("ENTRYPOINT")[0]), *json.loads(of("CMD")[0])]
    program = shutil.which(command[0], path=environment["PATH"])
    assert program
    with subprocess.Popen(
        [program, *command[1:]],
        cwd=image / "jumun",
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            assert process.stdout
            port = re.search(r":([1-9][0-9]*)", process.stdout.readline())
            assert port
            yield f"http://127.0.0.1:{port[1]}", environment
        finally:
            process.kill()


@pytest.mark.slow
def test_the_steps_work_and_it_serves(image: Path, tmp_path: Path) -> None:
    """Installed by the Dockerfile's steps it serves, is well by its health check, and asks for its token."""
    check = json.loads(of("HEALTHCHECK")[0].partition("CMD ")[2])
    with started(image, tmp_path, JUMUN_CONTROL_TOKEN=TOKEN) as (url, environment):
        assert httpx.get(f"{url}/v1/orders", auth=("wrong", "keys")).json()["code"] == 1700
        assert httpx.get(f"{url}/_jumun/requests").status_code == 401
        assert httpx.get(f"{url}/_jumun/requests", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200
        well = [each.replace("http://127.0.0.1:8080", url) for each in check]
        assert well != check
        run_well(well, folder=tmp_path, environment=environment)
    assert run(well, folder=tmp_path, environment=environment).code != 0


def test_the_dockerfile() -> None:
    """No root, a health check, and nothing secret."""
    (user,) = of("USER")
    assert re.fullmatch(r"[1-9][0-9]{3,}:[1-9][0-9]{3,}", user)
    words = [word for word, _ in _instructions()]
    assert words.index("USER") < words.index("ENTRYPOINT")
    assert words.index("USER") > max(number for number, word in enumerate(words) if word == "RUN")
    assert "TOKEN" not in " ".join(of("ENV"))


def test_the_compose_file() -> None:
    """It is reached from this machine only, and does not start without a token."""
    compose: Any = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    service = compose["services"]["jumun"]
    assert service["ports"] == ["127.0.0.1:8080:8080"]
    assert service["environment"]["JUMUN_CONTROL_TOKEN"].startswith("${JUMUN_CONTROL_TOKEN:?")
    assert service["read_only"] is True
