"""`jumun diff`: what it says, in which form, and its exit code."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from jumun_contracts import findings, load_contract, render_openapi
from tests.checkout import SHARED
from tests.cli.commands import jumun, refusal, run
from tests.contracts.contract.test_loading import copied, edit
from tests.contracts.diff.pairs import INTERACTIONS, document
from tests.contracts.webs import large, web

if TYPE_CHECKING:
    from pathlib import Path

PUBLISHED = json.loads((files("jumun_contracts") / "diff" / "diff.schema.json").read_text(encoding="utf-8"))
LIST = "schemas/order-list.documented.schema.json"


def closed(schema: Any) -> Any:
    """The schema, with no other properties than those it names."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    copy = {key: closed(value) for key, value in schema.items()}
    return copy | ({"additionalProperties": False} if schema.get("type") == "object" else {})


def test_between_profiles() -> None:
    """What of the live API breaks a client of the documents is reported, and the exit code is 1."""
    result = jumun("diff", "naver:documented", "naver:observed")
    assert (result.exit_code, result.stderr) == (1, "")
    first, *rest = result.stdout.splitlines()
    assert first == "naver:documented → naver:observed"
    line = "naver.product_order_ids 200: /data was always of type object, and need not be now"
    assert f"  breaking response  {line}" in rest
    assert rest[-1].endswith(" info")


@pytest.mark.parametrize("name", ["naver", "bootpay:observed"])
@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_no_difference(name: str, form: str) -> None:
    """A contract beside itself is clean in each form, whatever counts as failure."""
    result = jumun("diff", name, name, "--format", form, "--fail-on", "drift")
    assert (result.exit_code, result.stderr) == (0, "")
    if form == "json":
        document = json.loads(result.stdout)
        assert document["counts"] == {"breaking": 0, "drift": 0, "info": 0}
        assert [each["differences"] for each in document["comparisons"]] == [[]]
    else:
        assert result.stdout.splitlines()[-1] == "no differences"


@pytest.mark.parametrize(
    ("pointer", "value", "codes"),
    [
        ("/properties/count/minimum", -1, (1, 1)),
        ("/properties/more", {"type": "string", "x-evidence": "assumed", "x-source": "test"}, (0, 1)),
        ("/properties/count/maximum", 9, (0, 0)),
        ("/title", "another", (0, 0)),
    ],
)
def test_fail_on(pointer: str, value: object, codes: tuple[int, int], tmp_path: Path) -> None:
    """Breaking always makes the exit code 1, drift only if it is asked to, info never."""
    folder = copied("bootpay", tmp_path)
    edit(folder, LIST, pointer, value)
    new = f"{folder}:documented"
    assert (
        jumun("diff", "bootpay", new).exit_code,
        jumun("diff", "bootpay", new, "--fail-on", "drift").exit_code,
    ) == codes


def test_json() -> None:
    """A difference has all its parts, and a breaking one of a schema its proof."""
    document = json.loads(jumun("diff", "naver:documented", "naver:observed", "--format", "json").stdout)
    (comparison,) = document["comparisons"]
    assert (comparison["old"], comparison["new"]) == ("naver:documented", "naver:observed")
    found = comparison["differences"]
    assert sum(document["counts"].values()) == len(found)
    (data,) = (each for each in found if each["place"] == "/data" and each["severity"] == "breaking")
    witness = data.pop("witness")
    assert data == {
        "severity": "breaking",
        "direction": "response",
        "operation": "naver.product_order_ids",
        "status": "200",
        "place": "/data",
        "keyword": "type",
        "was": "object",
        "is": "array",
        "message": "/data was always of type object, and need not be now",
        "oasdiff": ["response-property-type-changed"],
    }
    assert witness["accepted_by"] == "new"
    new, old = (
        load_contract("naver", each).operations["naver.product_order_ids"].answer(200).schema
        for each in ("observed", "documented")
    )
    assert new.is_valid(witness["instance"])
    assert not old.is_valid(witness["instance"])


@pytest.mark.parametrize(
    "sides", [("naver:documented", "naver:observed"), ("bootpay:observed", "bootpay"), ("naver",) * 2]
)
def test_json_fits_its_schema(sides: tuple[str, str], tmp_path: Path) -> None:
    """What is printed fits the published schema by both engines, and no property of it is unknown to it."""
    document = json.loads(jumun("diff", *sides, "--format", "json").stdout)
    for schema in (PUBLISHED, closed(PUBLISHED)):
        assert not findings(schema, document)
        Draft202012Validator(schema).validate(document)
    for old, new in ((False, True), (True, False)):
        paths = [tmp_path / f"{number}.json" for number in (1, 2)]
        for file, is_new in zip(paths, (old, new), strict=True):
            file.write_text(json.dumps(web(12, operations=3, is_new=is_new)), encoding="utf-8")
        told = json.loads(jumun("diff", *map(str, paths), "--format", "json").stdout)
        assert not findings(closed(PUBLISHED), told)
        assert any("also" in each for each in told["comparisons"][0]["differences"])


def test_markdown() -> None:
    """A page has a table for each severity."""
    lines = jumun("diff", "naver:documented", "naver:observed", "--format", "markdown").stdout.splitlines()
    assert lines[0] == "## naver:documented → naver:observed"
    assert [line for line in lines if line.startswith("###")] == ["### breaking", "### drift", "### info"]
    rows = [line for line in lines if line.startswith("|")]
    # A bar within a cell is escaped.
    assert {line.replace("\\|", "").count("|") for line in rows} == {4}


def test_output_file(tmp_path: Path) -> None:
    """`-o` writes what would be printed, and prints nothing; the exit code is the same."""
    file = tmp_path / "report.txt"
    result = jumun("diff", "naver:documented", "naver:observed", "-o", str(file))
    assert (result.exit_code, result.output) == (1, "")
    assert file.read_text(encoding="utf-8") == jumun("diff", "naver:documented", "naver:observed").stdout
    refused = jumun("diff", "naver", "naver", "-o", str(tmp_path / "no" / "report.txt"))
    assert "cannot be written" in refusal(refused)


def test_folders(tmp_path: Path) -> None:
    """A folder of a provider gives both versions, a folder of such folders all of each; FOLDER:PROFILE gives one."""
    for provider in ("naver", "bootpay"):
        copied(provider, tmp_path)
    result = jumun("diff", str(tmp_path), str(tmp_path), "--format", "json")
    names = [each["old"].rpartition("/")[2] for each in json.loads(result.stdout)["comparisons"]]
    assert names == ["bootpay:documented", "bootpay:observed", "naver:documented", "naver:observed"]
    edit(tmp_path / "bootpay", LIST, "/properties/count/minimum", -1)
    both = jumun("diff", "bootpay", str(tmp_path / "bootpay"))
    assert both.stdout == jumun("diff", "bootpay:documented", f"{tmp_path / 'bootpay'}:documented").stdout
    assert jumun("diff", "bootpay:observed", f"{tmp_path / 'bootpay'}:observed").exit_code == 0


def test_somebody_s_file(tmp_path: Path) -> None:
    """An OpenAPI file on either side is compared by what is on the wire."""
    document = render_openapi(load_contract("bootpay"))
    file = tmp_path / "theirs.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    assert jumun("diff", "bootpay", str(file), "--fail-on", "drift").stdout == "no differences\n"
    del document["paths"]["/orders"]
    file.write_text(json.dumps(document), encoding="utf-8")
    gone = jumun("diff", "bootpay", str(file))
    assert (gone.exit_code, gone.stdout.splitlines()[1]) == (
        1,
        "  breaking request   bootpay.orders.list: GET /orders is gone",
    )
    assert jumun("diff", str(file), "bootpay").exit_code == 0


def test_two_paths_that_are_one(tmp_path: Path) -> None:
    """Paths that differ in the names of their parameters only are one: the first is compared, and the other named."""
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}}
    answer = {"description": "ok", "content": {"application/json": {"schema": schema}}}
    item = {"get": {"responses": {"200": answer}}}
    document = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {"/x/{a}": item, "/x/{b}": item}}
    (tmp_path / "old.json").write_text(json.dumps(document), encoding="utf-8")
    schema["properties"] = {"n": {"type": "string"}}
    (tmp_path / "new.json").write_text(json.dumps(document), encoding="utf-8")
    done = jumun("diff", str(tmp_path / "old.json"), str(tmp_path / "new.json"))
    assert done.exit_code == 1
    assert "GET /x/{a} 200: /n was always of type integer" in done.stdout
    assert done.stdout.count("/paths/~1x~1{b} GET /x/{} is there twice") == 2


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("missing.yaml", None, "no such file"),
        ("theirs.txt", "x", "neither .json nor .yaml"),
        ("theirs.json", "{", "theirs.json"),
        ("theirs.yaml", "a: [", "theirs.yaml"),
        ("theirs.yaml", "swagger: '2.0'", "must be an OpenAPI document"),
        ("theirs.yaml", "openapi: 3.1.0", "nothing can be compared"),
        ("theirs.yaml", "- a", "must be an OpenAPI document"),
        ("theirs.json", "[]", "must be an OpenAPI document"),
    ],
)
def test_what_cannot_be_read(name: str, text: str | None, words: str, tmp_path: Path) -> None:
    """It is exit code 2 and one line that names the file, on either side."""
    file = tmp_path / name
    if text is not None:
        file.write_text(text, encoding="utf-8")
    for sides in ((str(file), "naver"), ("naver", str(file))):
        said = refusal(jumun("diff", *sides))
        assert words in said
        assert name in said


def interactions() -> list[Any]:
    """Ours, and those of the team's file where it is."""
    file = SHARED / "cases" / "diff_pairs.json"
    shared = json.loads(file.read_text(encoding="utf-8"))["pairs"] if file.exists() else []
    return [*INTERACTIONS, *((each["old"], each["new"], each["value"]) for each in shared)]


@pytest.mark.parametrize(("old", "new", "value"), interactions())
def test_what_means_something_else_beside_other_keywords(old: Any, new: Any, value: Any, tmp_path: Path) -> None:
    """A value that only the new version takes: its response breaks, and with both exchanged its request, with proof."""
    sides = [tmp_path / "old.json", tmp_path / "new.json"]
    for file, schema in zip(sides, (old, new), strict=True):
        file.write_text(json.dumps(document(schema)), encoding="utf-8")
    assert findings(old, value)
    assert not findings(new, value)
    for (left, right), direction in ((sides, "response"), (sides[::-1], "request")):
        result = jumun("diff", str(left), str(right), "--format", "json")
        assert result.exit_code == 1
        found = json.loads(result.stdout)["comparisons"][0]["differences"]
        breaking = [each for each in found if each["severity"] == "breaking" and each["direction"] == direction]
        assert breaking
        for each in breaking:
            assert Draft202012Validator(new).is_valid(each["witness"]["instance"])
            assert not Draft202012Validator(old).is_valid(each["witness"]["instance"])


TWICE = """\
openapi: 3.0.3
info: {title: t, version: "1"}
paths:
  /x:
    get:
      responses:
        '200':
          description: ok
          content:
            application/json:
              schema: {type: object, required: [a, a], properties: {a: {type: TYPE}}}
"""


@pytest.mark.parametrize("origin", ["inline", "shared"])
def test_a_name_that_is_required_twice(origin: str, tmp_path: Path) -> None:
    """The report says where it is in each file, and the rest is compared."""
    if origin == "shared" and not (SHARED / "cases").exists():
        pytest.skip("the team's documents are not beside this checkout")
    sides = [SHARED / "cases" / f"c26_{each}.yaml" for each in ("old", "new")]
    if origin == "inline":
        sides = [tmp_path / "old.yaml", tmp_path / "new.yaml"]
        for file, kind in zip(sides, ("string", "integer"), strict=True):
            file.write_text(TWICE.replace("TYPE", kind), encoding="utf-8")
    old, new = map(str, sides)
    result = jumun("diff", old, new)
    assert (result.exit_code, result.stderr) == (1, "")
    pointer = "/paths/~1x/get/responses/200/content/application~1json/schema/required"
    said = f'{pointer} names "a" more than once; read as if it were once'
    assert result.stdout.splitlines() == [
        f"{old} → {new}",
        "  breaking response  GET /x 200: /a was always of type string, and need not be now",
        f"warning: {old}:11: {said}",
        f"warning: {new}:11: {said}",
        "1 breaking, 0 drift, 0 info",
    ]
    # The document says it too, in its form.
    report = json.loads(jumun("diff", old, new, "--format", "json").stdout)
    assert not findings(closed(PUBLISHED), report)
    (comparison,) = report["comparisons"]
    assert [(each["file"], each["pointer"], each["line"]) for each in comparison["warnings"]] == [
        (old, pointer, 11),
        (new, pointer, 11),
    ]
    assert f"- {old}:11: {said}" in jumun("diff", old, new, "--format", "markdown").stdout.splitlines()
    assert jumun("diff", old, old).stdout.splitlines()[-1] == "no differences"


@pytest.mark.slow
def test_a_large_document_with_one_fault(tmp_path: Path) -> None:
    """In 36,000 lines of YAML one name twice is reported at its line, and what changed elsewhere is found."""
    written = large()
    sides = [tmp_path / "old.yaml", tmp_path / "new.yaml"]
    sides[0].write_text(yaml.dump(written, Dumper=Plain, sort_keys=False), encoding="utf-8")
    schemas = written["components"]["schemas"]
    schemas["s200"]["required"].append(schemas["s200"]["required"][0])
    schemas["s300"]["properties"]["state"] = {"type": "boolean"}
    sides[1].write_text(yaml.dump(written, Dumper=Plain, sort_keys=False), encoding="utf-8")
    lines = sides[1].read_text(encoding="utf-8").splitlines()
    assert len(lines) > 36_000
    done = run("diff", *map(str, sides))
    assert (done.returncode, done.stderr) == (1, b"")
    (warning,) = re.findall("^warning: (.*)$", done.stdout.decode(), re.MULTILINE)
    place = re.fullmatch(re.escape(str(sides[1])) + r":(\d+): /components/schemas/s200/required names .*", warning)
    assert place is not None
    assert lines[int(place[1]) - 1].strip() == "required:"
    assert "/state was always of type string, and need not be now" in done.stdout.decode()


class Plain(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """YAML as people write it, without anchors."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - of the base class
        """Each value is written out."""
        return True


def test_many_faults(tmp_path: Path) -> None:
    """Text shows the first twenty of a file and how many more there are; JSON has them all."""
    file = tmp_path / "theirs.json"
    properties = {f"p{number}": {"type": "file"} for number in range(30)}
    file.write_text(json.dumps(document({"properties": properties})), encoding="utf-8")
    lines = jumun("diff", str(file), str(file)).stdout.splitlines()
    assert sum(line.startswith("warning: ") for line in lines) == 21
    assert lines[-2] == f"warning: {file}: 40 more; --format json has them all"
    report = json.loads(jumun("diff", str(file), str(file), "--format", "json").stdout)
    assert len(report["comparisons"][0]["warnings"]) == 60


@pytest.mark.parametrize("keyword", ["contentEncoding", "contentMediaType", "contentSchema"])
def test_how_a_text_is_read(keyword: str, tmp_path: Path) -> None:
    """What says how to read a text refuses nothing, and is drift in either direction."""
    values: dict[str, list[Any]] = {
        "contentEncoding": ["base64", "base16"],
        "contentMediaType": ["application/json", "text/csv"],
        "contentSchema": [{"type": "integer"}, {"type": "string"}],
    }
    for old, new in (values[keyword], values[keyword][::-1], [None, values[keyword][0]]):
        sides = [tmp_path / "old.json", tmp_path / "new.json"]
        for file, value in zip(sides, (old, new), strict=True):
            schema = {"type": "string"} | ({keyword: value} if value is not None else {})
            file.write_text(json.dumps(document(schema)), encoding="utf-8")
        result = jumun("diff", *map(str, sides), "--fail-on", "drift", "--format", "json")
        assert result.exit_code == 1
        found = json.loads(result.stdout)["comparisons"][0]["differences"]
        assert [(each["direction"], each["severity"], each["keyword"], each["was"], each["is"]) for each in found] == [
            (direction, "drift", keyword, old, new) for direction in ("request", "response")
        ]


def test_a_schema_of_a_text_s_content(tmp_path: Path) -> None:
    """What it refers to may have changed while it says the same."""
    sides = [tmp_path / "old.json", tmp_path / "new.json"]
    refers = {"type": "string", "contentSchema": {"$ref": "#/components/schemas/first"}}
    for file, first in zip(sides, ({"type": "string"}, {"type": "integer"}), strict=True):
        file.write_text(json.dumps(document(refers, first)), encoding="utf-8")
    assert jumun("diff", *map(str, sides), "--fail-on", "drift").exit_code == 1
    assert jumun("diff", *map(str, sides[:1] * 2)).stdout == "no differences\n"


def test_bad_usage(tmp_path: Path) -> None:
    """Unknown providers and profiles, folders without contracts and sides that do not match are refused."""
    assert "naver, bootpay" in refusal(jumun("diff", "naverr", "naver"))
    assert "naver, bootpay" in refusal(jumun("diff", "naver:obsolete", "naver"))
    assert "holds no contract" in refusal(jumun("diff", str(tmp_path), "naver"))
    copied("naver", tmp_path)
    assert "name the folder of one provider" in refusal(jumun("diff", str(tmp_path), "naver"))
    refusal(jumun("diff", str(tmp_path), str(tmp_path / "naver")))
    refusal(jumun("diff", "naver"))


def test_as_a_program() -> None:
    """The installed command does the same in plain UTF-8."""
    done = run("diff", "naver:documented", "naver:observed")
    assert done.returncode == 1
    assert done.stdout.decode() == jumun("diff", "naver:documented", "naver:observed").stdout
