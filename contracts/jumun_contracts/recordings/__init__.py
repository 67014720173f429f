"""Recordings of traffic, read: bodies, logs, HAR, cassettes, journals, reports; and the place of each value in them."""

from jumun_contracts.recordings.forms import FORMS, Form, read_recordings
from jumun_contracts.recordings.recorded import Body, Place, Recorded, RecordingError, Unreadable

__all__ = ["FORMS", "Body", "Form", "Place", "Recorded", "RecordingError", "Unreadable", "read_recordings"]
