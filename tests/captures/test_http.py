"""HTTP messages: what of them is read, kept and masked."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.captures.http import http
from tests.captures.claimed import claimed

REQUEST = (
    b"GET /x?user=alice HTTP/1.1\r\nHost: www.example.com:8080\r\nUser-Agent: curl/8\r\n"
    b"Cookie: a=b; c=d\r\nAuthorization: Basic YWxpY2U6aHVudGVyMg==\r\nX-Own: alice\r\n"
    b"From: Alice Hale <alice@example.com>\r\nVia: 1.1 barn7\r\n\r\n"
)
FORM = b"POST /in HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n%s\r\n%s"


def answer(kind: bytes, body: bytes, more: bytes = b"") -> bytes:
    return ANSWER % (kind, len(body), more, body)


def bodies(raw: bytes) -> list[str]:
    return [text for _, text, column in claimed(http, raw).texts if column == "http_body"]


def test_a_requests_parts_are_declared_by_what_their_headers_prove() -> None:
    found = claimed(http, REQUEST)
    assert found.answer
    assert found.texts == [
        ("URL", "/x?user=alice", "url_original"),
        ("HOSTNAME", "www.example.com:8080", "http_host"),
        ("", "curl/8", "user_agent_original"),
        ("COOKIE", "a=b; c=d", "http_headers"),
        ("CREDENTIAL", "Basic YWxpY2U6aHVudGVyMg==", "http_headers"),
        ("", "X-Own: alice", "http_headers"),
        ("EMAIL_ADDRESS", "alice@example.com", "http_headers"),
    ]
    assert found.words[:3] == ["GET", "HTTP/1.1", "Host:"]
    assert found.masked == "Alice|Hale|1.1 barn7"


def test_a_responses_status_is_a_number_and_its_phrase_a_word_if_it_is_known() -> None:
    found = claimed(http, b"HTTP/1.1 404 Not Found\r\nServer: nginx\r\n\r\n")
    assert found.numbers == {"http_response_status_code": 404}
    assert found.words == ["HTTP/1.1", "Not Found", "Server:"]
    assert ("", "no bob here", "") in claimed(http, b"HTTP/1.0 404 no bob here\r\n\r\n").texts


def test_a_tunnels_target_is_a_host() -> None:
    found = claimed(http, b"CONNECT www.example.com:443 HTTP/1.1\r\n\r\n")
    assert found.texts == [("HOSTNAME", "www.example.com:443", "url_original")]


def test_messages_may_follow_each_other_in_a_segment() -> None:
    form = b"user=alice"
    found = claimed(http, FORM % (len(form), form) + REQUEST)
    assert ("", "user=alice", "http_body") in found.texts
    assert found.texts[-7:] == claimed(http, REQUEST).texts


def test_only_text_that_the_segment_holds_is_read_as_a_body() -> None:
    for kind in (b"text/html; charset=utf-8", b"application/json", b"application/problem+json", b"image/svg+xml"):
        assert bodies(answer(kind, b"alice was here")) == ["alice was here"]
    for kind in (b"application/octet-stream", b"image/png", b"application/vnd.ms-xml.zip", b"multipart/form-data", b""):
        assert bodies(answer(kind, b"alice was here")) == []
    assert bodies(answer(b"text/plain", b"alice", b"Content-Encoding: gzip\r\n")) == []
    assert bodies(answer(b"text/plain", b"ali\0ce")) == bodies(answer(b"text/plain", b"\x4b\x04alice")) == []
    assert bodies(answer(b"text/plain", b"\x1b$B%\x1b(B alice\t\r\n")) != []
    assert bodies(answer(b"text/plain", b"alice was here")[:-1]) == []
    assert bodies(answer(b"text/plain", b"lice was here").replace(b"200 OK", b"206 Partial Content")) == []


def test_a_chunked_body_is_read_if_it_is_one_chunk() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert bodies(head + b"5\r\nalice\r\n0\r\n\r\n") == ["alice"]
    assert bodies(head + b"2\r\nal\r\n3\r\nice\r\n0\r\n\r\n") == []
    assert bodies(head + b"5\r\nalice\r\n") == []
    assert claimed(http, head + b"0\r\n\r\n" + REQUEST).texts[-7:] == claimed(http, REQUEST).texts


def test_what_the_segments_end_may_cut_is_masked() -> None:
    found = claimed(http, b"GET / HTTP/1.1\r\nCookie: a=b; c=de")
    assert found.texts[-1] == ("COOKIE", "a=b;", "http_headers")
    assert found.masked == "c=de"
    assert claimed(http, b"GET /alice").masked == "/alice"
    assert claimed(http, b"GET / HTTP/1.1\r\nAuthoriz").masked == "Authoriz"


def test_a_segment_in_which_no_message_begins_is_left_alone() -> None:
    for raw in (b"ice\r\nHost: www.example.com\r\n\r\n", b"OPTIONS sip:bob@example.com SIP/2.0\r\n\r\n", b"", b"GET"):
        found = claimed(http, raw)
        assert not found.answer
        assert found.masked == raw.decode()


@given(st.integers(0, len(REQUEST)), st.integers(0, len(REQUEST)))
def test_no_cut_shows_more_than_the_whole(first: int, last: int) -> None:
    """Each text of a truncated message is one of the whole message, or the beginning of one up to a space."""
    whole = [text for _, text, _ in claimed(http, REQUEST).texts]
    for _, text, _ in claimed(http, REQUEST[:last]).texts:
        shown = text.rstrip()
        assert any(w == shown or (w.startswith(shown) and w[len(shown)] <= " ") for w in whole)
    claimed(http, REQUEST[first:last])


PIECES = st.sampled_from(
    [b"GET ", b"/", b" HTTP/1.1", b"HTTP/1.1 200", b"\r\n", b"\n", b"\r\n\r\n", b":", b"Host:", b"Content-Length: ",
     b"Content-Type: text/plain", b"Transfer-Encoding: chunked", b"0", b"5", b"ffffffff", b"999999999", b" ", b"\t",
     b"From:", b"@", b"<", b">", b"\"", b"\0", b"alice"]
)  # fmt: skip


@given(st.one_of(st.binary(max_size=200), st.lists(st.one_of(PIECES, st.binary(max_size=3))).map(b"".join)))
def test_any_bytes_are_read_within_bounds(raw: bytes) -> None:
    claimed(http, raw)
    claimed(http, answer(b"text/plain", b"")[:-2] + raw)
