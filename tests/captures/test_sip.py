"""SIP and SDP: users, hosts and numbers are read; names, subjects and keys are masked."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.captures.sip import sip
from tests.captures.claimed import claimed

SDP = (
    b"v=0\r\no=alice 28 29 IN IP4 192.0.2.7\r\ns=Talk with Bob\r\nc=IN IP4 198.51.100.1/127\r\nt=0 0\r\n"
    b"m=audio 49170 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\na=crypto:1 AES inline:c2VjcmV0\r\n"
    b"a=candidate:1 1 UDP 2 192.0.2.9 4\r\n"
)
HEAD = (
    b"INVITE sip:bob@example.com:5060;transport=udp SIP/2.0\r\n"
    b"Via: SIP/2.0/UDP pc33:5060;branch=z9h192.0.2.7, SIP/2.0/TCP 192.0.2.8;received=192.0.2.9\r\n"
    b'From: "Alice H" <sip:alice:pw@pc33.example.com>;tag=19\r\nt: sip:bob@example.com;tag=2, <tel:+1-555-0100;x=1>\r\n'
    b"Call-ID: a84b@pc33\r\nSubject: about eve\r\nAuthorization: Digest username=\"alice\"\r\n"
    b"Content-Type: application/sdp\r\nContent-Length: %d\r\n\r\n" % len(SDP)
)  # fmt: skip


def test_a_request_is_read_by_its_parts() -> None:
    found = claimed(sip, HEAD)
    assert [(entity, text) for entity, text, _ in found.texts if entity] == [
        ("USERNAME", "bob"),
        ("HOSTNAME", "example.com:5060"),
        ("HOSTNAME", "pc33:5060"),
        ("COOKIE", "z9h192.0.2.7"),
        ("HOSTNAME", "192.0.2.8"),
        ("USERNAME", "alice"),
        ("HOSTNAME", "pc33.example.com"),
        ("COOKIE", "19"),
        ("USERNAME", "bob"),
        ("HOSTNAME", "example.com"),
        ("COOKIE", "2"),
        ("PHONE_NUMBER", "+1-555-0100"),
        ("COOKIE", "a84b"),
        ("HOSTNAME", "pc33"),
        ("CREDENTIAL", 'username="alice"'),
    ]
    assert found.masked == '"Alice|H"|:pw|about eve'
    assert found.words[0] == "INVITE"


def test_a_status_is_a_number() -> None:
    found = claimed(sip, b"SIP/2.0 407 Proxy Authentication Required\r\nProxy-Authenticate: Digest nonce=1\r\n\r\n")
    assert found.numbers == {"sip_response_status_code": 407}
    assert ("CREDENTIAL", "nonce=1", "sip_headers") in found.texts


def test_a_session_description_gives_addresses_and_hides_keys() -> None:
    found = claimed(sip, HEAD + SDP)
    texts = [(entity, text) for entity, text, _ in found.texts]
    assert [t for t in texts if t[0]][-3:] == [
        ("USERNAME", "alice"),
        ("HOSTNAME", "192.0.2.7"),
        ("HOSTNAME", "198.51.100.1"),
    ]
    assert ("", "candidate:1 1 UDP 2 192.0.2.9 4") in texts
    assert found.masked.endswith("about eve|Talk with Bob|crypto:1 AES inline:c2VjcmV0")


def test_other_bodies_and_what_is_cut_are_masked() -> None:
    message = HEAD.replace(b"application/sdp", b"text/plain") + b"Dear bob"
    assert claimed(sip, message).masked.endswith("|Dear bob")
    assert claimed(sip, HEAD + b"v=0\r\nc=IN IP4 192.0").masked.endswith("|c=IN IP4 192.0")


def test_what_is_no_sip_is_left_alone() -> None:
    for raw in (b"", b"OPTIONS / HTTP/1.1\r\n\r\n", b"INVITE sip:bob@example.com SIP/2.0", b"hello\r\n"):
        found = claimed(sip, raw)
        assert (found.answer, found.masked) == (False, raw.decode())
    assert claimed(sip, b"\r\n\r\n").masked == ""


@given(st.integers(0, len(HEAD + SDP)), st.integers(0, len(HEAD + SDP)))
def test_every_piece_of_a_message_is_read_within_bounds(first: int, last: int) -> None:
    claimed(sip, (HEAD + SDP)[first:last])


PIECES = st.sampled_from(
    [b"sip:", b"tel:", b"<", b">", b";", b"tag=", b"branch=", b",", b"@", b":", b"Via: ", b"From: ", b"Call-ID: ",
     b"SIP/2.0", b" ", b"\r\n", b"\n", b'"', b"l: 5", b"c: application/sdp", b"o=", b"c=", b"a=", b"=", b"/",
     b"IN IP4 ", b"\0"]
)  # fmt: skip


@given(st.lists(st.one_of(PIECES, PIECES, st.binary(max_size=3)), max_size=30).map(b"".join))
def test_any_bytes_are_read_within_bounds(raw: bytes) -> None:
    claimed(sip, raw)
    claimed(sip, b"ACK sip:a@b SIP/2.0\r\n" + raw)
    claimed(sip, b"ACK sip:a@b SIP/2.0\r\nc: application/sdp\r\n\r\n" + raw)
