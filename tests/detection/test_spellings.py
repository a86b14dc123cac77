"""Known values and other identifiers in colours, behind escapes, in other letters, letter cases and charsets."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from pipeline.detection.known import Known, literals_of, spellings
from pipeline.detection.patterns import Literal
from pipeline.detection.scanner import Scanner
from pipeline.detection.texts import texts_batch
from recognizers.registry import all_recognizers

KNOWN: Known = SimpleNamespace(
    domains=("acme.example", "xn--mller-kva.example"),
    netblocks=(),
    staff=("Wilhelmina Qorvath", "Jörgen Smörgås", "Anna Maria Zwolle"),
    users=("qwexzadmin",),
    hosts=("zq7",),
    keywords=("Zephyrquill", "Quxcorp Holding", "Grüßler"),
)
SCANNER = Scanner(all_recognizers(), literals_of(KNOWN))


def left(text: str | bytes) -> str:
    """A text with all that is found in it overwritten."""
    raw = bytearray(text if isinstance(text, bytes) else text.encode())
    found = SCANNER.scan(texts_batch([bytes(raw)]))
    for start, end in zip(found.start.tolist(), found.end.tolist(), strict=True):
        raw[start:end] = b"~" * (end - start)
    return raw.decode("utf-8", "backslashreplace")


COLOURS: dict[str, Callable[[str], str]] = {
    "as they are": lambda text: f"\x1b[1;32m{text}\x1b[0m",
    "without the escape": lambda text: f"[36m{text}[0m",
    "in caret notation": lambda text: f"^[[36m{text}^[[0m",
    "in JSON": lambda text: f"\\u001b[36m{text}\\u001b[0m",
    "in octal": lambda text: f"\\033[36m{text}\\033[0m",
    "by a syslog daemon": lambda text: f"#033[36m{text}#033[0m",
    "of what a search shows": lambda text: f"{text[:4]}\x1b[01;31m\x1b[K{text[4:]}\x1b[m\x1b[K",
    "of two that touch": lambda text: f"\x1b[36m{text}\x1b[0m\x1b[33mwhy\x1b[0m",
}


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize(
    "value",
    ["203.0.113.219", "00:00:5e:00:53:e7", "2001:db8:ac::7", "wq@mail.example.com", "Zephyrquill", "qwexzadmin"],
)
def test_what_a_terminal_shows_in_colour_is_found(colour: str, value: str) -> None:
    text = left(f"peer {COLOURS[colour](value)} is up")
    assert value not in text and value[4:] not in text
    assert text.startswith("peer ") and text.endswith(" is up")


@pytest.mark.parametrize(
    "text",
    [
        "said #012Zephyrquill#011Zephyrquill#012Wilhelmina Qorvath",
        r"said\nZephyrquill\tZephyrquill\r\nWilhelmina Qorvath",
        r"said: J\u00f6rgen Sm\u00f6rg\u00e5s",
        r"said: J\xc3\xb6rgen Sm\xc3\xb6rg\xc3\xa5s, J\303\266rgen Sm\303\266rg\303\245s",
        "said: J#303#266rgen Sm#303#266rg#303#245s",
        "said: J&ouml;rgen Sm&#246;rg&#xe5;s",
        "said: J=C3=B6rgen Sm=C3=B6rg=C3=A5s",
        r"mount Wilhelmina\040Qorvath Wilhelmina&nbsp;Qorvath",
        "<b>Zephyr</b>quill, Zephyr<wbr>quill",
    ],
)
def test_a_known_value_that_an_escape_touches_or_parts_is_found(text: str) -> None:
    shown = left(text)
    assert not any(part in shown for part in ("Zeph", "quill", "Wilh", "Qorv", "rgen", "Sm"))


@pytest.mark.parametrize(
    "text",
    [
        "Wilhelmina  Qorvath", "Wilhelmina\tQorvath", "Wilhelmina\nQorvath", "Wilhelmina\u00a0Qorvath",
        "WilhelminaQorvath", "wilhelmina.qorvath", "wilhelmina_qorvath", "wilhelmina-qorvath", "Wilhelmina+Qorvath",
        "Qorvath, Wilhelmina", "QORVATH Wilhelmina", "qorvath.wilhelmina", "wqorvath", "Zwolle, Anna Maria",
        "anna.maria.zwolle", "JÖRGEN SMÖRGÅS", "Jörgen SMÖRGÅS", "jörgen smörgås", "Smörgås, Jörgen", "GRÜSSLER",
        "zephyrquill_prod", "ZEPHYRQUILL_HOME", "_Zephyrquill_", "zephyrquilldb", "ZephyrquillService", "zephyrquill2",
        "quxcorp-holding", "quxcorp_holding", "QuxcorpHolding", "svc_qwexzadmin", "acme[.]example", "acme(.)example",
        "acme[dot]example", "www.xn--mller-kva.example", "www.müller.example", "MÜLLER.example",
    ],
)  # fmt: skip
def test_a_known_value_is_found_however_it_is_written(text: str) -> None:
    shown = left(f"see {text}: it").lower()
    parts = ("wilh", "qorv", "anna", "zwol", "rgen", "rg", "ssler", "zeph", "qux", "holding", "qwex", "acme", "ller")
    assert not any(part in shown for part in parts), shown


@pytest.mark.parametrize("charset", ["cp1252", "cp850"])
def test_a_known_value_is_found_in_logs_in_no_unicode(charset: str) -> None:
    for text in ("Jörgen Smörgås", "JÖRGEN SMÖRGÅS", "Grüßler"):
        assert left(b"user " + text.encode(charset) + b" left") == f"user {'~' * len(text)} left"
    assert "rgen" not in left("user " + "Jörgen Smörgås".encode().decode("cp1252") + " left")


@pytest.mark.parametrize(
    "spell",
    [
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text),
        lambda text: f"{text[:3]}\u200b{text[3:]}",
        lambda text: f"{text[:3]}\u00ad{text[3:]}",
        lambda text: f"\u202a{text[:5]}\u2060{text[5:]}\u202c",
        lambda text: text.replace(".", "\u3002").replace("-", "\u2011").replace(" ", "\u00a0"),
    ],
    ids=["NFD", "wide", "zero width", "soft hyphen", "marks of direction", "dots and hyphens"],
)
def test_what_looks_the_same_is_found(spell: Callable[[str], str]) -> None:
    for value in ("203.0.113.219", "wq@mail.example.com", "db-7.acme.example", "Jörgen Smörgås", "Zephyrquill"):
        shown = unicodedata.normalize("NFKC", left(f"see {spell(value)} there"))
        assert not any(part in shown for part in ("203", "219", "mail", "acme", "rgen", "rg", "quill")), (value, shown)


@pytest.mark.parametrize(
    "text",
    [
        "\x1b[32mINFO\x1b[0m server started in \x1b[1m12\x1b[0m ms",
        "rate(http_requests_total[5m]) > 0",
        "nothing\u00a0of anybody\u2014really: \uff1a \u3002",
        r"C:\new\table\100\readme and a/b&c; <b>bold</b>ly",
        "colour #012345 of zq70, xzq7 and zqq7_a",
    ],
)
def test_what_tells_of_nobody_stays(text: str) -> None:
    assert left(text) == text


def test_a_short_known_value_is_not_sought_in_words() -> None:
    assert [left(text) for text in ("zq7", "zq7_a", "azq7", r"\nzq7")] == ["~~~", "zq7_a", "azq7", r"\n~~~"]


def test_spellings_are_few_where_letters_are_plain() -> None:
    assert spellings("Zephyrquill", "KEYWORD") == [b"Zephyrquill"]
    assert len(spellings("Wilhelmina Qorvath", "PERSON")) <= 20
    assert all(isinstance(literal, Literal) for literal in literals_of(KNOWN, foreign=True))
