"""People whom a mail greets, thanks or is signed by, and who speaks in lines of a chat: told by their place."""

from __future__ import annotations

import re
from collections.abc import Iterator

from recognizers.vocabulary import nameless_words, plain_words
from recognizers.words import load_words

_GREETING = (
    r"(?:hi|hello|hey|hiya|dear|good (?:morning|afternoon|evening)|morning|hallo|hej|hei|moin|servus|grüezi"
    r"|guten (?:tag|morgen|abend)|liebe[rs]?|sehr geehrte[rs]?|bonjour|bonsoir|salut|coucou|chère?s?|hoi|beste|geachte"
    r"|dag|hola|buenos días|buenas tardes|estimad[oa]|querid[oa]|ciao|buongiorno|buonasera|gentile|car[oa]|olá"
    r"|prezad[oa]|kära|hejsan|drogi|droga|witaj)"
)
_THANKS = (
    r"(?:(?:many )?thanks|thank you|thx|cheers|congrats|congratulations|sorry|welcome|danke|merci|bedankt|dank je"
    r"|gracias|grazie|obrigad[oa]|tack)"
    r"(?:[ ](?:a (?:lot|bunch|million)|so much|very much|again|back|schön|beaucoup|wel|mille))?"
)
_CLOSING = (
    r"(?:(?:with )?(?:kind(?:est)?|best|warm(?:est)?|many) (?:regards|wishes|thanks)|regards|best|cheers|thanks"
    r"|thank you|yours (?:sincerely|faithfully|truly)|sincerely|all the best|ta"
    r"|(?:mit )?(?:freundlichen?|vielen?|liebe|beste|schöne|herzlichen?) (?:grüßen?|grüssen?|dank)|gruß|gruss|mfg"
    r"|lg|vg|danke|cordialement|bien à (?:vous|toi)|merci|sincères salutations|amicalement"
    r"|(?:met )?(?:vriendelijke |hartelijke )?groet(?:en|jes)?|mvg|bedankt|saludos(?: cordiales)?|un abrazo"
    r"|gracias|(?:cordiali |distinti )?saluti"
    r"|grazie|mvh|(?:med )?vänliga hälsningar|hilsen|atenciosamente)"
)
_TITLE = r"(?:(?:Mrs?|Ms|Dr|Prof|Herrn?|Frau|Monsieur|Madame|Mme|Heer|Mevrouw|Sr|Sra|Señora?|Dott|Sig)\.?[ ]+){0,3}"
_CAPITAL = r"[^\W\d_a-zß-öø-ÿ]"
_WORD = rf"{_CAPITAL}(?:[^\W\d_]+(?:['’-][^\W\d_]+)*|\.)"
_PARTICLES = r"(?:(?:van|von|de|der|den|di|da|del|el|al|bin|ten|ter)[ ]){0,2}"
_NAME = rf"(?P<name>{_PARTICLES}{_WORD}(?:[ ]{_PARTICLES}{_WORD}){{0,2}})"
_END = r"(?=[ \t]*(?:[,!.:–—-]|\r?\n|\Z))"
_LINES_BETWEEN = r"[ ]*[,.!]?[ \t]*\r?\n(?:[ \t]*\r?\n)?[ \t]*[-–—]{0,2}[ ]?"
_FORMS = (
    re.compile(rf"^[ \t]*(?i:{_GREETING})[ ]+{_TITLE}{_NAME}{_END}", re.MULTILINE),
    re.compile(rf"(?:^|[.!?,][ ]+)[ \t]*(?i:{_THANKS}),?[ ]+{_TITLE}{_NAME}{_END}", re.MULTILINE),
    re.compile(rf"^[ \t]*(?i:{_CLOSING}){_LINES_BETWEEN}{_NAME}[ \t]*,?[ \t]*\r?$", re.MULTILINE),
)
#: Who speaks, as logs of IRC write it; of a line of markup another tag tells.
_NICK = re.compile(
    r"^[ \t]*<(?!(?:br|[uo]l|li|t[drht]|hr|em|d[dlt]|h\d)>)[ @+%&~]?(?P<nick>[^<>\s/\\=\"]{2,32})>[ \t]+(?=[^<>\n]+$)",
    re.MULTILINE,
)


def people_addressed(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of people after a greeting or thanks, and on the line below a closing formula.

    They are written with capitals, and not with words that name nobody (``Hi Team``).
    """
    for form in _FORMS:
        for match in form.finditer(text):
            if not any(_is_plain(word.lower().encode()) for word in re.findall(_WORD, match["name"])):
                yield match.span("name")


def nicks(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of who speaks in lines like ``<bea> hello``, wherever it stands in the text as a word."""
    found = {match["nick"] for match in _NICK.finditer(text)} if "<" in text and "</" not in text else set()
    told = sorted(nick for nick in found if not _is_plain(nick.lower().encode()))
    if told:
        for match in re.finditer(rf"(?<!\w)(?:{'|'.join(map(re.escape, told))})(?!\w)", text):
            yield match.span()


def _is_plain(word: bytes) -> bool:
    return word in plain_words() or word in nameless_words() or word in load_words("lone_words")
