"""What stands encoded is found and replaced as if it stood in clear: by encoding, by kind of identifier, by format."""

from __future__ import annotations

import base64
import gzip
import json
import re
import time
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from pipeline.detection.encoded import LONGEST_UNPACKED
from pipeline.detection.originals import Originals, originals_of
from pipeline.detection.patterns import Literal
from pipeline.detection.propagation import propagate
from pipeline.detection.scanner import DEPTH, Scanner
from pipeline.detection.texts import texts_batch
from pipeline.detection.values import Findings, Kind
from pipeline.inputs import find_inputs, plan_units, read_unit
from pipeline.kernels.splice import splice_records
from pipeline.policy.compiled import compile_policy
from pipeline.policy.model import load_profile
from pipeline.records import Batch
from pipeline.redaction import Redactor
from pipeline.surrogates.keystore import Keystore
from pipeline.surrogates.rootkey import RootKey
from pipeline.surrogates.space import SurrogateSpace
from pipeline.verification import check_batch
from recognizers.entities import ENTITIES
from recognizers.registry import all_recognizers

SCANNER = Scanner(all_recognizers(), [Literal(b"Project Zephyrquill", "KEYWORD")])

#: identifier -> the text that it stands in
IDENTIFIERS = {
    "203.0.113.219": "peer 203.0.113.219 is up",
    "2001:db8:ac:77::beef": "neighbour 2001:db8:ac:77::beef seen",
    "00:00:5e:00:53:e7": "station 00:00:5e:00:53:e7 left",
    "qorvath.w@mail.example.com": "sent to qorvath.w@mail.example.com now",
    "zq7-vaultbox.example.net": "resolved zq7-vaultbox.example.net again",
    "qwexzadmin": "session opened for user qwexzadmin by uid=0",
    "hxqworth": '{"user":"hxqworth","roles":["ops"]}',
    "Xy7-quetzal-Plume": "login with password=Xy7-quetzal-Plume now",
    "3f1c9a52-7be4-4d08-9a61-c0ffee5ca1ab": "id 3f1c9a52-7be4-4d08-9a61-c0ffee5ca1ab",
    "FOC2219ZQXW": "chassis serial=FOC2219ZQXW ok",
    "490154203237518": "modem imei=490154203237518 ready",
    "4111111111111111": "card 4111111111111111 charged",
    "mquillby": "open /home/mquillby/notes.txt failed",
    "Project Zephyrquill": "about Project Zephyrquill today",
}


def base64_of(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def base64_url(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def base64_wide(text: str) -> str:
    return base64.b64encode(text.encode("utf-16-le")).decode()


def percent(text: str) -> str:
    return re.sub("[^A-Za-z0-9]", lambda m: f"%{ord(m.group()):02X}", text)


def backslash(text: str) -> str:
    return re.sub("[^A-Za-z0-9 ]", lambda m: f"\\u{ord(m.group()):04x}", text)


def entities(text: str) -> str:
    return re.sub("[^A-Za-z0-9 ]", lambda m: f"&#{ord(m.group())};", text)


def base64_binary(text: str) -> str:
    """As a message of Protocol Buffers, between bytes of no text."""
    return base64.b64encode(b"\x08\x96\x01\xff\x12" + bytes([len(text)]) + text.encode() + b"\x9d\x00\x8a").decode()


def unpacked(text: str) -> str:
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


def packed(text: str) -> str:
    return base64.b64encode(zlib.compress(text.encode())).decode()


def wide_percent(text: str) -> str:
    return re.sub("[^A-Za-z0-9 ]", lambda m: f"%u{ord(m.group()):04X}", text)


def word_q(text: str) -> str:
    octets = re.sub("[^A-Za-z0-9 ]", lambda m: f"={ord(m.group()):02X}", text)
    return f"=?utf-8?Q?{octets.replace(' ', '_')}?="


def word_b(text: str) -> str:
    return f"=?utf-8?B?{base64_of(text)}?="


def hexadecimal(text: str) -> str:
    return text.encode().hex()


def hexadecimal_wide(text: str) -> str:
    return text.encode("utf-16-le").hex().upper()


def bytes_apart(text: str) -> str:
    return text.encode().hex(" ")


def bytes_listed(text: str) -> str:
    return "[" + ", ".join(f"0x{byte:02X}" for byte in text.encode()) + "]"


ENCODERS: tuple[Callable[[str], str], ...] = (
    base64_of, base64_url, base64_wide, percent, backslash, entities, unpacked, packed, wide_percent, word_q, word_b,
    base64_binary, hexadecimal, hexadecimal_wide, bytes_apart, bytes_listed,
    lambda text: base64_of(base64_of(text)),
    lambda text: percent(percent(text)),
    lambda text: percent(base64_of(text)),
    lambda text: base64_of(percent(text)),
    lambda text: backslash(base64_of(json.dumps({"log": text}))),
    lambda text: base64_of(base64_of(base64_of(text))),
    lambda text: json.dumps(json.dumps(text).replace("@", "\\u0040").replace("/", "\\/")),
)  # fmt: skip
LINES: dict[str, Callable[[str], str]] = {
    "plain.log": lambda text: f"worker 7 got {text} and went on\n",
    "json.log": lambda text: json.dumps({"@timestamp": "2026-03-09T10:00:00Z", "body": {"data": text}}) + "\n",
    "sys.log": lambda text: f"<13>1 2026-03-09T10:00:00Z gw1 app 7 - - data={text}\n",
}


class Desk:
    """Redaction of one file for one recipient, verified, without a run's outputs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        store = Keystore.create(folder / "keys", RootKey.create(folder / "root.key"))
        policy = compile_policy(load_profile("vendor"))
        self.redactor = Redactor(policy, SurrogateSpace(store.new_client("acme"), "cisco"), SCANNER)

    def released(self, name: str, text: str) -> str:
        batch, found, originals = self.scanned(name, text)
        findings = propagate(batch, found, SCANNER, originals, SCANNER.pattern("elsewhere"))
        edits = self.redactor.edits(batch, findings)
        assert not check_batch(batch, findings, [(self.redactor, edits)], originals, SCANNER).any()
        return splice_records(batch, edits, np.ones(batch.records, np.bool_)).data.tobytes().decode()

    def scanned(self, name: str, text: str) -> tuple[Batch, Findings, Originals]:
        path = self.folder / name
        path.write_text(text)
        inputs, _ = find_inputs([str(path)], out=None)
        (batch,) = read_unit(inputs, plan_units(inputs)[0])
        assert isinstance(batch, Batch)
        found = SCANNER.scan(batch)
        return batch, found, originals_of(SCANNER.values, [found], self.redactor.keeps)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return Desk(tmp_path_factory.mktemp("encoded"))


@pytest.mark.parametrize("name", LINES)
@pytest.mark.parametrize("encode", ENCODERS, ids=lambda e: e.__name__)
def test_no_identifier_comes_out_in_clear_or_encoded(desk: Desk, name: str, encode: Callable[[str], str]) -> None:
    lines = {identifier: LINES[name](encode(text)) for identifier, text in IDENTIFIERS.items()}
    released = desk.released(name, "".join(lines.values())).splitlines()
    assert len(released) == len(lines)
    for line, (identifier, source) in zip(released, lines.items()):
        assert line + "\n" != source, identifier
        said = " ".join(everything_said(line))
        assert identifier.lower() not in said.lower(), (identifier, line)


def everything_said(text: str, depth: int = 4) -> list[str]:
    """A text, and by any decoding, what its parts say: written apart from the pipeline, and bolder."""
    said = [text]
    if not depth:
        return said
    for run in re.findall(r"[A-Za-z0-9+/_-]{8,}", text):
        for phase in range(4):
            digits = run[phase:].translate(str.maketrans("-_", "+/"))
            content = base64.b64decode(digits[: len(digits) // 4 * 4])
            if content[:2] == b"\x1f\x8b":
                content = gzip.decompress(content)
            if content[:2] in (b"x\x9c", b"x\x01", b"x\xda"):
                content = zlib.decompressobj().decompress(content)
            for charset in ("latin-1", "utf-16-le"):
                decoded = content.decode(charset, "replace")
                if decoded.isprintable():
                    said += everything_said(decoded, depth - 1)
            said += re.findall("[ -~]{6,}", content.decode("latin-1"))
    for run in re.findall(r"(?:[0-9a-fA-F]{2}(?:,? ?0x|[ :-])?){8,}", text):
        digits = re.sub("0x|[^0-9a-fA-F]", "", run)
        decoded = bytes.fromhex(digits[: len(digits) // 2 * 2]).replace(b"\x00", b"").decode("latin-1")
        if decoded.isprintable():
            said += everything_said(decoded, depth - 1)
    plain = re.sub(r"[\\%]u([0-9a-fA-F]{4})|&#([0-9]+);|[%=]([0-9A-Fa-f]{2})", _character, text).replace("\\", "")
    if plain != text:
        said += everything_said(plain, depth - 1)
    return said


def _character(found: re.Match[str]) -> str:
    return chr(int(found[1] or found[3], 16) if found[2] is None else int(found[2]))


def entities_in(text: str) -> set[str]:
    found = SCANNER.scan(texts_batch([text.encode()]))
    return {ENTITIES[SCANNER.values.entity[v]] for v in found.value[found.kind != Kind.HOLDER].tolist()}


@pytest.mark.parametrize(
    "text",
    [
        base64_of("there is nothing of anybody in this text"),
        base64_of("listening on 0.0.0.0 port 80")[:16],
        base64.b64encode(bytes(range(1, 250)) * 3).decode(),
        base64.b64encode(gzip.compress(b"nothing of anybody", mtime=0)).decode(),
        base64.b64encode(b"\x30\x82" + bytes(200)).decode(),
        "LEN=40 TOS=0x00 PREC=0x00 id=40abc size=3d",
        r"C:\new\table\x0 and \u12 and 100%ab",
        "Q&A &copy; R&D &#x2014; a &lt; b",
        b"there is nothing of anybody".hex(),
        b"ls\0-la\0/usr/share/doc".hex().upper(),
        "4500 0028 20 30 40 50 60 70 20 30 40 50 33",
        "0010  20 30 40 50 60 70 20 30",
        "sha256-" + base64.b64encode(bytes(range(32))).decode(),
    ],
)
def test_what_identifies_nobody_stays(text: str) -> None:
    assert entities_in(text) == set()


def test_an_encoded_value_goes_as_a_whole_and_equal_ones_alike(desk: Desk) -> None:
    data = base64_of("user=qwexzadmin on 203.0.113.219")
    first, second, third = desk.released("whole.log", f"a {data} b\nc [{data}] d\ne {data}/edit f\n").splitlines()
    found = re.fullmatch(r"a (\S+) b", first)
    assert found and second == f"c [{found[1]}] d"
    assert re.fullmatch(r"e \S+ f", third)


def test_what_escapes_stand_in_takes_the_pseudonym_that_it_has_in_clear(desk: Desk) -> None:
    lines = ["to qorvath.w@mail.example.com now"] + [
        f"to {encode('qorvath.w@mail.example.com')} now" for encode in (percent, entities)
    ]
    clear, *others = desk.released("joined.log", "\n".join(lines) + "\n").splitlines()
    user, host = re.fullmatch(r"to (\S+)@(\S+) now", clear).groups()  # type: ignore[union-attr]
    for line in others:
        assert user in line and host in line


def test_a_kept_value_inside_keeps_the_encoded_text(desk: Desk) -> None:
    line = f"data {base64_of('bound to 127.0.0.1 by user=root ok')} end\n"
    assert desk.released("kept.log", line) == line


def test_what_is_found_elsewhere_is_found_in_what_encoded_texts_say(desk: Desk) -> None:
    text = (
        "Accepted password for wqhale from 203.0.113.9 port 5 ssh2\n" + f"blob {base64_of('thanks, wqhale, for it')}\n"
    )
    assert entities_in(base64_of("thanks, wqhale, for it")) == set()
    assert base64_of("thanks, wqhale, for it") not in desk.released("elsewhere.log", text)


@pytest.mark.parametrize("encode", [percent, lambda t: backslash(t) + "\\u0020", lambda t: backslash(backslash(t))])
@pytest.mark.parametrize("name", LINES)
def test_what_is_found_elsewhere_is_replaced_where_it_stands_in_escapes(
    desk: Desk, name: str, encode: Callable[[str], str]
) -> None:
    said = encode("thanks,\u00e9 wqhale~ for it")
    text = LINES[name]("Accepted password for wqhale from 203.0.113.9 port 5 ssh2") + LINES[name](said)
    first, second = desk.released(f"place-{name}", text).splitlines()
    (user,) = re.findall(r"for (\S+) from", first)
    assert re.sub(r" host-\S+ app", " gw1 app", second) + "\n" == LINES[name](said).replace("wqhale", user)


def test_an_original_that_is_left_in_what_an_encoded_text_says_is_a_leak(desk: Desk) -> None:
    text = (
        "Accepted password for wqhale from 203.0.113.9 port 5 ssh2\n" + f"blob {base64_of('thanks, wqhale, for it')}\n"
    )
    batch, found, originals = desk.scanned("left.log", text)
    edits = desk.redactor.edits(batch, found)
    assert check_batch(batch, found, [(desk.redactor, edits)], originals, SCANNER).tolist() == [False, True]


def test_what_unpacks_to_more_than_is_read_is_taken_for_a_secret() -> None:
    bomb = base64.b64encode(gzip.compress(bytes(2 * LONGEST_UNPACKED), mtime=0)).decode()
    assert entities_in(f"z {bomb} z") == {"CREDENTIAL"}


def test_what_is_encoded_deeper_than_is_read_is_taken_for_a_secret() -> None:
    text = "user=qwexzadmin from 203.0.113.219"
    for _ in range(DEPTH):
        text = base64_of(text)
    assert entities_in(text) >= {"USERNAME", "IP_ADDRESS"}
    assert entities_in(base64_of(text)) == {"CREDENTIAL"}


def test_a_version_that_overrules_an_address_does_so_only_where_it_stands() -> None:
    text = "Version=10.7.18.211 asked by 203.0.113.219"
    assert "IP_ADDRESS" in entities_in(text)
    assert "IP_ADDRESS" in entities_in(base64_of(text))
    assert "IP_ADDRESS" in entities_in(percent(text))
    assert "IP_ADDRESS" in entities_in(f"version={base64_of('asked by 203.0.113.219')}")


def test_a_certificate_tells_whom_it_names() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Vault Box 7")])
    alternative = x509.SubjectAlternativeName([x509.DNSName("zq7-vaultbox.example.net")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 7)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2027, 1, 1, tzinfo=UTC))
        .add_extension(alternative, critical=False)
        .sign(key, hashes.SHA256())
    )
    der = certificate.public_bytes(serialization.Encoding.DER)
    assert "HOSTNAME" in entities_in(f'"x5c":["{base64.b64encode(der).decode()}"]')


@pytest.mark.parametrize(
    "unit",
    [
        "A", "/", "-", "\\u0041", "%41", "&#65;", "YWxpY2VAZXhhbXBsZS5jb20/", "=?a?b?", "YWxp" * 19 + "\n",
        "\x1b[1m", "[1ma", "a\x1b[1ma ", "\\u00e9 ", "\\303\\266 ", "#033", "&ouml; ", "=C3=B6 ", "<b>a", "<b a",
        "e\u0301 ", "a\u200b", "\uff11 ", "<!--",
        "00000010: 6161 6161 6161", "00000010  61 61 61 61\n", "\t0x0010:  6161 6161 \n",
        "6161616161616161", "61 ", "61:", "0x61, ", "0010 61 61 61 61\n", "0010 - 61 61 61 61\n",
    ],
)  # fmt: skip
def test_hostile_texts_take_linear_time(unit: str) -> None:
    def seconds(size: int) -> float:
        scanner = Scanner(all_recognizers())
        batch = texts_batch([(unit * (size // len(unit))).encode()])
        begun = time.process_time()
        scanner.scan(batch)
        return time.process_time() - begun

    # The first of a size pays for memory that the process has not had yet.
    seconds(1 << 18)
    assert seconds(1 << 18) < 40 * max(seconds(1 << 14), 0.005)


def test_base64_that_is_wrapped_is_read_over_its_lines() -> None:
    text = ("nothing here " * 9 + "and then wqhale.qorvath@mail.example.com " + "and nothing " * 9).encode()
    body = base64.encodebytes(text).decode()
    assert entities_in(f"part:\n{body}\nend") >= {"USERNAME", "HOSTNAME"}
    assert entities_in(f"part:\n{body}".replace("\n", "\r\n")) >= {"USERNAME", "HOSTNAME"}
