"""The Public Suffix List, parsed once for all rooms (https://publicsuffix.org)."""

from __future__ import annotations

from functools import cache

from publicsuffixlist import PublicSuffixList


@cache
def public_suffixes() -> PublicSuffixList:
    """The snapshot that the installed package bundles: the registries' part, nothing guessed.

    The private part names organisations, which may be the client.
    """
    return PublicSuffixList(accept_unknown=False, only_icann=True)
