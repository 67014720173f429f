from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, timedelta, timezone

import jsonschema_rs
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from jumun_contracts.schema.formats import FORMATS, is_date, is_date_time, parse_date_time

ZONES = st.integers(-23 * 60 - 59, 23 * 60 + 59).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(timezones=ZONES)
GARBAGE = st.sampled_from([*"0123456789tTzZ+-:. \n", "\u0663", "\uff13", "", "60", "\u2212"])

VALID = [
    "2023-01-16T17:14:51.794+09:00",
    "2025-07-11T02:52:09Z",
    "2025-07-11t02:52:09z",
    "2024-02-29T00:00:00Z",
    "2000-02-29T00:00:00Z",
    "0000-02-29T00:00:00Z",
    "9999-12-31T23:59:59.999999999999-23:59",
    "0001-01-01T00:00:00+23:59",
    "2023-01-01T00:00:00-00:00",
    "2023-01-01T00:00:00.0Z",
    "2016-12-31T23:59:60Z",
    "2017-01-01T08:59:60+09:00",
    "2016-12-31T15:59:60.123-08:00",
    "1998-12-31T23:29:60-00:30",
]
INVALID = [
    "",
    "2023-01-16",
    "2023-01-16T17:14:51",
    "2023-01-16 17:14:51Z",
    "2023-01-16T17:14Z",
    "2023-01-16T17:14:51.Z",
    "2023-01-16T17:14:51,5Z",
    "2023-01-16T17:14:51Z\n",
    " 2023-01-16T17:14:51Z",
    "2023-1-16T17:14:51Z",
    "23-01-16T17:14:51Z",
    "+2023-01-16T17:14:51Z",
    "2023-00-16T17:14:51Z",
    "2023-13-16T17:14:51Z",
    "2023-01-00T17:14:51Z",
    "2023-01-32T17:14:51Z",
    "2023-04-31T17:14:51Z",
    "2023-02-29T17:14:51Z",
    "1900-02-29T17:14:51Z",
    "2023-01-16T24:00:00Z",
    "2023-01-16T17:60:00Z",
    "2023-01-16T17:14:61Z",
    "2023-01-16T17:14:60Z",
    "2016-12-31T23:59:60+09:00",
    "2016-12-31T22:59:60Z",
    "2023-01-16T17:14:51+24:00",
    "2023-01-16T17:14:51+09:60",
    "2023-01-16T17:14:51+0900",
    "2023-01-16T17:14:51+09",
    "2023-01-16T17:14:51\u221209:00",
    "2023-01-16T17:14:51+09:00Z",
    "20230116T171451Z",
    "2023-W03-1T17:14:51Z",
    "2023-01-16T17:14:5\u0663Z",
    "\uff12023-01-16T17:14:51Z",
    "2023-01-16T17:14:51.\u0663Z",
]


@pytest.mark.parametrize("text", VALID)
def test_date_times(text: str) -> None:
    """All of the RFC 3339 grammar is accepted, leap seconds at their place included."""
    assert is_date_time(text)


@pytest.mark.parametrize("text", INVALID)
def test_not_date_times(text: str) -> None:
    """What ISO 8601, a lenient reader or Unicode lets through is refused, and so is what no clock shows."""
    assert not is_date_time(text)
    with pytest.raises(ValueError, match="not an RFC 3339 date-time"):
        parse_date_time(text)


@given(MOMENTS, st.integers(0, 9), st.booleans(), st.sampled_from("Tt"))
def test_every_moment_is_accepted_and_read(moment: datetime, digits: int, use_z: bool, t: str) -> None:  # noqa: FBT001
    """Any datetime, written in any way the RFC allows, is a date-time and is read back as that instant."""
    text = moment.strftime(f"%m-%d{t}%H:%M:%S")
    text = f"{moment.year:04}-{text}"
    fraction = f"{moment.microsecond:06}999"[:digits]
    text += f".{fraction}" if fraction else ""
    offset = moment.strftime("%z")
    assume(len(offset) == len("+hhmm"))
    text += "Z" if use_z else f"{offset[:3]}:{offset[3:]}"
    assert is_date_time(text)
    expected = moment.replace(microsecond=int(fraction[:6].ljust(6, "0")), tzinfo=UTC if use_z else moment.tzinfo)
    assert parse_date_time(text) == expected
    assert parse_date_time(text).utcoffset() == expected.utcoffset()


@given(MOMENTS, st.integers(0, 31), st.integers(0, 2), GARBAGE)
@example(datetime(2023, 1, 1, 23, 59, 59, tzinfo=UTC), 17, 2, "60")
def test_damaged_date_times(moment: datetime, place: int, length: int, garbage: str) -> None:
    """Of damaged date-times, what Python refuses is refused; what is accepted, both read as one instant."""
    whole = moment.isoformat()
    text = whole[:place] + garbage + whole[place + length :]
    try:
        theirs = datetime.fromisoformat(text.upper())
    except ValueError:
        theirs = None
    if not is_date_time(text):
        return  # Python reads more: no offset, no colon, a comma, a space, week dates, other digits
    if theirs is None:  # Python has no leap second and no year 0
        assert ":60" in text or text.startswith("0000")
    else:
        assert parse_date_time(text) == theirs


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2023-01-16T17:14:51.7949999999+09:00", datetime(2023, 1, 16, 8, 14, 51, 794999, tzinfo=UTC)),
        ("2016-12-31T23:59:60.5Z", datetime(2017, 1, 1, 0, 0, 0, 500000, tzinfo=UTC)),
        ("2023-01-01T00:00:00-00:00", datetime(2023, 1, 1, tzinfo=UTC)),
    ],
)
def test_what_datetime_cannot_hold(text: str, moment: datetime) -> None:
    """Digits beyond microseconds are cut off, a leap second is the next second, -00:00 is UTC."""
    assert parse_date_time(text) == moment


@pytest.mark.parametrize("text", ["0000-01-01T00:00:00Z", "9999-12-31T23:59:60Z"])
def test_beyond_datetime(text: str) -> None:
    """A date-time that the RFC knows and Python does not is a ValueError that says so, without the text."""
    assert is_date_time(text)
    with pytest.raises(ValueError, match="outside the years 1 to 9999") as caught:
        parse_date_time(text)
    assert text not in str(caught.value)


@given(st.integers(0, 9999), st.integers(0, 14), st.integers(0, 33))
def test_dates(year: int, month: int, day: int) -> None:
    """A date is accepted if and only if the calendar has it, and it has four, two and two digits."""
    text = f"{year:04}-{month:02}-{day:02}"
    # The calendar repeats every 400 years, and `monthrange` has no year 0.
    exists = 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year + 400, month)[1]
    assert is_date(text) == exists
    assert is_date_time(text + "T00:00:00Z") == exists
    for wrong in (text + "\n", text + "Z", " " + text, text[1:], text.replace("-", "")):
        assert not is_date(wrong)


@given(st.dates())
def test_dates_as_python_writes_them(day: date) -> None:
    """Every date of Python's is one."""
    assert is_date(day.isoformat())


@pytest.mark.parametrize("name", sorted(FORMATS))
@pytest.mark.parametrize("value", [None, True, 0, 1.5, [], {}, ["x"]])
def test_formats_speak_about_strings_only(name: str, value: object) -> None:
    """As JSON Schema has it, a value that is not a string has every format."""
    assert FORMATS[name](value)


def test_format_names() -> None:
    """These are the formats a contract may use."""
    assert sorted(FORMATS) == ["date", "date-time"]


RS = {name: jsonschema_rs.Draft202012Validator({"format": name}, validate_formats=True) for name in FORMATS}
PIECES = st.sampled_from([*"0123456789-:TtZz+.", "23", "59", "60", "29", "02", "00", "-001", "\n", "\u0663", "\uff13"])


def test_every_day_by_jsonschema_rs() -> None:
    """Of four hundred years, after which the calendar repeats itself, each day is one to both and no other day is."""
    for year in range(1600, 2000):
        for month in range(14):
            days = calendar.monthrange(year, month)[1] if month in range(1, 13) else 0
            for day in (0, 1, 9, 10, 19, 20, 28, 29, 30, 31, 32):
                text = f"{year}-{month:02}-{day:02}"
                assert RS["date"].is_valid(text) == (1 <= day <= days) == is_date(text), text


@given(MOMENTS.map(datetime.isoformat), st.integers(0, 40), st.lists(PIECES, max_size=3))
@example("2023-01-16T17:14:51+09:00", 25, ["\n"])
@example("2016-12-31T23:59:00+00:00", 17, ["60"])
@example("2023-02-28T00:00:00+00:00", 8, ["29"])
@example("2023-02-28T00:00:00+00:00", 0, ["-001"])
def test_both_engines_accept_the_same_strings(text: str, at: int, pieces: list[str]) -> None:
    """jsonschema-rs has formats of its own: whatever is done to a date-time, it and our functions agree."""
    put = "".join(pieces)
    for damaged in (text, text[:at] + put + text[at:], text[:at] + put + text[at + len(put) :], text[:at] + put):
        for each in (damaged, damaged[:10]):
            assert RS["date"].is_valid(each) == is_date(each), each
            assert RS["date-time"].is_valid(each) == is_date_time(each), each


@pytest.mark.parametrize("text", [*VALID, *INVALID])
def test_both_engines_on_the_list(text: str) -> None:
    """Of the date-times above, too."""
    assert RS["date-time"].is_valid(text) == (text in VALID)
