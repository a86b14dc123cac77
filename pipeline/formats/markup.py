"""Fields of HTML: what is read between tags, and values of attributes; tags that HTML knows stay as they are.

Sources: https://html.spec.whatwg.org/multipage/parsing.html#tokenization and the same page's indices.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.formats.written import data_spans, trimmed, written_spans
from pipeline.records import PROSE, SCAN

TAGS = frozenset(
    b"a abbr acronym address applet area article aside audio b base basefont bdi bdo big blink blockquote body br "
    b"button canvas caption center cite code col colgroup data datalist dd del details dfn dialog dir div dl dt em "
    b"embed fieldset figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr html i iframe "
    b"img input ins kbd label legend li link main map mark marquee menu meta meter nav nobr noframes noscript object "
    b"ol optgroup option output p param picture pre progress q rp rt ruby s samp script section select small source "
    b"span strike strong style sub summary sup svg table tbody td template textarea tfoot th thead time title tr track "
    b"tt u ul var video wbr o:p v:shape v:imagedata v:shapetype w:wrap".split()
)
ATTRIBUTES = frozenset(
    b"abbr accept action align alink alt aria-label background bgcolor border bordercolor cellpadding cellspacing "
    b"charset cite class clear color cols colspan content data-src dir face for frame frameborder headers height href "
    b"hspace http-equiv id lang language leftmargin link marginheight marginwidth media method name noshade nowrap "
    b"placeholder rel role rows rowspan rules scope scrolling size span src srcset start style summary tabindex target "
    b"text title topmargin type usemap valign value vlink vspace width xml:lang xmlns xmlns:m xmlns:o xmlns:v "
    b"xmlns:w".split()
)
#: Attributes whose values people wrote, or that are shown to them.
_WRITTEN = frozenset(b"abbr alt aria-label content placeholder summary title value".split())
#: A tag is taken whole even where nothing closes it, so that no byte is looked at twice.
_TOKEN = re.compile(
    rb"<!--(?P<comment>.*?)(?:-->|\Z)"
    rb"|<(?P<close>/?)(?P<tag>[A-Za-z][A-Za-z0-9:]*+)(?P<rest>(?:[^<>\"']++|\"[^\"]*+\"|'[^']*+'|[\"'])*+)(?P<end>>?)"
    rb"|<[!?](?P<declaration>[^<>]*+)>?",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(
    rb"[\s/]*+(?P<name>[A-Za-z][A-Za-z0-9:_-]*+)"
    rb"(?:\s*+=\s*+(?:\"(?P<double>[^\"]*+)\"|'(?P<single>[^']*+)'|(?P<bare>[^\s\"'<>=]++)))?(?=[\s/]|\Z)"
)
_RAW = {tag: re.compile(rb"</" + tag + rb"(?=[\s/>])", re.IGNORECASE) for tag in (b"script", b"style", b"textarea")}

Span = tuple[int, int, int]


def markup_spans(raw: bytes, start: int, end: int) -> Iterator[Span]:
    """(start, end, PROSE or SCAN) of what stands in ``raw[start:end]``, in order."""
    at = start
    while at < end:
        token = _TOKEN.search(raw, at, end)
        if token is None:
            yield from written_spans(raw, at, end)
            return
        yield from written_spans(raw, at, token.start())
        at = token.end()
        if token["tag"] is None:
            inside = "comment" if token["comment"] is not None else "declaration"
            doctype = token[inside][:7].upper() == b"DOCTYPE"
            yield from (data_spans if doctype else written_spans)(raw, *token.span(inside))
            continue
        yield from _tag_spans(raw, token)
        closing = _RAW.get(token["tag"].lower()) if token["end"] and not token["close"] else None
        if closing is not None:
            match = closing.search(raw, at, end)
            stop = match.start() if match else end
            whole = written_spans if token["tag"].lower() == b"textarea" else data_spans
            yield from whole(raw, at, stop)
            at = stop


def _tag_spans(raw: bytes, token: re.Match[bytes]) -> Iterator[Span]:
    if not token["end"] or token["tag"].lower() not in TAGS:
        yield token.start("close"), token.end("rest"), PROSE
        return
    at, end = token.span("rest")
    while at < end:
        attribute = _ATTRIBUTE.match(raw, at, end)
        if attribute is None:
            first, last = trimmed(raw, at, end)
            if raw[first:last] not in (b"", b"/"):
                yield first, last, PROSE
            return
        name = attribute["name"].lower()
        if name not in ATTRIBUTES:
            yield *attribute.span("name"), SCAN
        group = next((g for g in ("double", "single", "bare") if attribute[g] is not None), None)
        if group is not None:
            first, last = trimmed(raw, *attribute.span(group))
            if first < last:
                yield first, last, PROSE if name in _WRITTEN else SCAN
        at = attribute.end()
