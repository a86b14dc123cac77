"""Settings for all tests."""

from hypothesis import settings

# The first call of a kernel compiles it; a deadline would time that.
settings.register_profile("redact", deadline=None)
settings.load_profile("redact")
