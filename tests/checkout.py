"""Where the checkout is, and what stands beside it on a developer's machine."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
"""The team's documents. Tests that read them are skipped where they are absent."""
REFERENCE = SHARED / "reference"
