"""What the value of an HTTP header is, where its name proves it.

Sources: RFC 9110; RFC 6265 (cookies); RFC 7239 section 8.1 and the proxies' own pages (`X-Forwarded-…`); RFC 9113
section 8.3 (the names with a colon, as browsers write them); RFC 4918 section 10.3 (`Destination`).
"""

from __future__ import annotations

from recognizers.keys import entity_of_key

_HEADERS = {
    "HOSTNAME": "host :authority x-forwarded-host x-forwarded-server x-host alt-used",
    "URL": """
        :path referer location content-location origin access-control-allow-origin destination x-original-url
        x-rewrite-url sourcemap x-wap-profile""",
    "COOKIE": "cookie set-cookie cookie2 set-cookie2",
    "CREDENTIAL": """
        authorization proxy-authorization authentication-info proxy-authentication-info x-auth-token x-api-key
        x-csrf-token x-xsrf-token x-amz-security-token api-key x-access-token""",
    "USERNAME": "x-forwarded-user x-remote-user remote-user x-user",
    "DATE_TIME": "date expires last-modified if-modified-since if-unmodified-since if-range",
}
#: Name in lower case -> entity.
ENTITY_OF_HEADER: dict[str, str] = {name: entity for entity, names in _HEADERS.items() for name in names.split()}
#: Their names say something else as keys of logs: what is in them is found by its form.
SCANNED_HEADERS = frozenset(("link", "x-forwarded-for", "server", "via", "forwarded"))


def entity_of_header(name: str) -> str | None:
    """The entity of a header's value, by its name, else by what a key of that name would say; or None."""
    name = name.lower()
    return ENTITY_OF_HEADER.get(name) or (None if name in SCANNED_HEADERS else entity_of_key(name))
