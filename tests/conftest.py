"""What all tests share."""

from __future__ import annotations

from hypothesis import settings

# How long an example takes says more of the machine than of us. All else is Hypothesis' own: in CI, no random seeds.
settings.register_profile("jumun", settings(), deadline=None)
settings.load_profile("jumun")
