"""Names of files, most of them as people give them: words, joined by marks where a program would not have blanks."""

from __future__ import annotations

import re

#: Of what people write, draw, photograph, record and send; names of logs, code and configuration are programs'.
DOCUMENT = (
    r"docx?|docm|dotx?|odt|rtf|pdf|pages|xlsx?|xlsm|ods|pptx?|ppsx?|odp|txt|msg|eml|vcf|ics|zip|rar|7z"
    r"|jpe?g|png|gif|tiff?|bmp|heic|psd|mp[34]|m4a|wav|mov|avi"
)
_ENDING = re.compile(rf"\.(?:{DOCUMENT})(?![\w@]|[.-]\w)", re.IGNORECASE)
#: What is in no name of a file on some system, and brackets.
_BEGINS = re.compile(r"[\s/\\:*?\"<>|()\[\]{},;=]")
_BLANKS = str.maketrans("_-.", "   ")


def names_program(value: bytes) -> bool:
    """Whether a value is the name of a file that Windows runs."""
    return value[-4:].lower() in (b".exe", b".dll", b".msi", b".sys", b".bat", b".ps1")


def names_document(text: str) -> bool:
    """Whether a text is the name of a file, and by its ending one of those that people name."""
    ends = [ending.end() for ending in _ENDING.finditer(text, 1)]
    return bool(ends) and ends[-1] == len(text)


def spaced(text: str) -> str:
    """A text of the same length, in which names of documents are words: ``Lisa resume/doc`` for ``Lisa_resume.doc``.

    Written as it is, such a name is read as code: of a person in it no model tells.
    """
    begin, parts = 0, []
    for ending in _ENDING.finditer(text):
        last = begin
        for match in _BEGINS.finditer(text, begin, ending.start()):
            last = match.end()
        parts += [text[begin:last], text[last : ending.start()].translate(_BLANKS), f"/{ending[0][1:]}"]
        begin = ending.end()
    return "".join([*parts, text[begin:]])
