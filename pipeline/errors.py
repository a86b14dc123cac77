"""The few ways a run can fail, each with the exit code that scripts see.

An error names the object, the rule, the place and the mend. It never carries the text of a record.
"""

from __future__ import annotations


class RedactError(Exception):
    """A failure the user can act on; ``exit_code`` is what the process returns."""

    exit_code = 1


class ConfigurationError(RedactError):
    """Usage or configuration is wrong: an option, a policy, a path."""

    exit_code = 2


class RefusedError(RedactError):
    """Verification refused the release."""

    exit_code = 3


class KeyProblem(RedactError):
    """A key is missing, unreadable by the rules, or not the one the plan names."""

    exit_code = 5
