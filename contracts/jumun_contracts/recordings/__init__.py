"""Recordings of traffic, read: bodies, logs, HAR, cassettes, journals, reports; and the place of each value in them."""

from jumun_contracts.recordings.forms import FORMS, read_recordings
from jumun_contracts.recordings.guess import ENDINGS, Form
from jumun_contracts.recordings.recorded import Body, Place, Recorded, RecordingError, Unreadable

__all__ = ["ENDINGS", "FORMS", "Body", "Form", "Place", "Recorded", "RecordingError", "Unreadable", "read_recordings"]
