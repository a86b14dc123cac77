"""Paths of files below someone's home: the folder named after the user, and what the user has named below it."""

from __future__ import annotations

import re

from recognizers.declaration import AnchorPattern, DeclaredRecognizer, Leaf
from recognizers.keys import KEYS
from recognizers.phrases import PRINTABLE

_PATH = PRINTABLE - frozenset(b"\"'<>|*?;,:()[]{}=&")
_TRIM = frozenset(b".")
#: Folders in which a person keeps what he or she has named; programs keep theirs elsewhere.
_OWN = (
    r"(?:desktop|documents|downloads|pictures|music|videos|movies|onedrive|dropbox|google drive|my documents|bureau"
    r"|documenti|dokumente|t[e\x80-\xff]{1,4}l[e\x80-\xff]{1,4}chargements|descargas|escritorio)"
)
_UNIX = r"/(?:home|users)/[a-z0-9_.@+-]{1,64}/" + _OWN + "/"
_WINDOWS = r"\\{1,4}(?:users|documents and settings)\\{1,4}[a-z0-9_.@+ -]{1,64}\\{1,4}" + _OWN + r"\\{1,4}"
_PART = re.compile(rb"[^/\\]+")
#: Names of some words, the last of them with its ending: where a path with blanks ends is not told otherwise.
_WORDS = rb"[^ /\\]{1,64}(?: {1,2}[^ /\\]{1,64}){0,7}"
_SPOKEN = re.compile(rb"(?:%s[/\\]{1,4}){0,16}%s\.[A-Za-z0-9]{1,5}" % (_WORDS, _WORDS))
_BLANK = frozenset(b" ")
#: Names that systems give.
_SHARED = frozenset(b"desktop.ini thumbs.db .ds_store desktop downloads documents new folder".split())


def names_file(value: bytes) -> bool:
    return value[:1] != b"\\" and any(part.lower() not in _SHARED for part in _PART.findall(value))


def names_file_in_words(value: bytes) -> bool:
    return b" " in value and names_file(value) and _SPOKEN.fullmatch(value) is not None


class FilePathRecognizer(DeclaredRecognizer):
    """What a user has named in a path: folders and files below Desktop, Documents and the like.

    The folder of the home itself is an account's name. All other paths are the system's, and are no finding.
    """

    ENTITY = "FILE_PATH"
    PATTERNS = (
        AnchorPattern("Unix", _UNIX, _PATH - frozenset(b"\\"), 0.6, 1, _TRIM, check=names_file),
        AnchorPattern("Windows", _WINDOWS, _PATH - frozenset(b"/"), 0.6, 1, _TRIM, check=names_file),
        AnchorPattern(
            "Unix, with blanks", _UNIX, (_PATH | _BLANK) - frozenset(b"\\"), 0.6, 1, _TRIM, check=names_file_in_words
        ),
        AnchorPattern(
            "Windows, with blanks",
            _WINDOWS,
            (_PATH | _BLANK) - frozenset(b"/"),
            0.6,
            1,
            _TRIM,
            check=names_file_in_words,
        ),  # fmt: skip
    )
    KEYS = KEYS["FILE_PATH"]
    SOURCE = "xdg-user-dirs(1); Windows known folders (KNOWNFOLDERID)"

    def accepts_key_value(self, value: bytes) -> bool:
        return False

    def leaves(self, value: bytes) -> tuple[Leaf, ...]:
        """Each name, less a file's extension, which tells what kind it is."""
        leaves = []
        for part in _PART.finditer(value):
            start, end = part.span()
            if part.group().lower() in _SHARED:
                continue
            stem, dot, extension = part.group().rpartition(b".")
            if stem and end == len(value) and len(extension) <= 5 and extension.isalnum():
                end -= len(extension) + 1
            leaves.append(Leaf(start, end, self.ENTITY))
        return tuple(leaves)
