"""The ``redact`` command, one module for each verb."""
