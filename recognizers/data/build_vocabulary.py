"""Make the word lists of strict mode from software under permissive licences.

    mkdir sources && cd sources
    pip download --no-deps nova neutron ironic swift kubernetes botocore ntc-templates twisted netmiko pysnmp napalm \
        pygments sqlalchemy django pymodbus conan elasticsearch kafka-python redis cassandra-driver oracledb aiortc \
        Faker
    apt-get download openssh-server openssh-client sudo nginx apache2-bin postgresql-15 postgresql-client-15 unbound \
        krb5-kdc containerd runc etcd-server docker.io lighttpd isc-dhcp-server ntpsec netbase pci.ids usb.ids \
        libtomcat10-java libzookeeper-java libactivemq-java libjetty9-java liblog4j2-java
    python recognizers/data/build_vocabulary.py sources

writes ``technical_words.txt.gz``: words that at least FEWEST of these packages (and the standard library of the Python
that runs this) use in identifiers, messages and comments, MANY where it is a person's name, too; where a word has
digits, each run of them is written ``#``. And ``names_among_words.txt.gz``: words of ``common_words`` that are names of
people and used by fewer. Words are facts: nothing else of a package is taken.
"""

from __future__ import annotations

import gzip
import re
import subprocess
import sys
import sysconfig
import tempfile
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
#: Packages that must use a word.
FEWEST = 3
#: A word that is a name, too, stays a word if so many packages use it.
MANY = 8
#: People of whom examples, and thanks, speak; no number of packages makes them words.
_EXAMPLES = """
aaron adam alan alex alice andrea andrew anna anne anthony barbara ben bob brian bruce carol charles charlie chris
christian christopher dan daniel dave david dennis doe donald doug douglas ed edward elizabeth emily emma eric eva
felix frank fred gary george greg hans harry helen henry ian jack jacob james jan jane janet jason jdoe jeff
jennifer jeremy jerry jim joe joel john johndoe johnson jon jonathan jones joseph josh juan julia julie karen kate
keith ken kevin larry laura lee linda lisa luis luke marco maria marie martin mary matt matthew michael miguel mike
nancy nathan nick nicolas oliver olivia oscar pablo patricia patrick paul pedro peter phil philip pierre ralph ray
rebecca richard rob robert roger ron ryan sam samuel sandra sara sarah scott sean simon smith sophie stefan stephen
steve steven stuart susan ted thomas tim timothy tobias todd tom tommy tony victor vincent walter william
"""
EXAMPLES = frozenset(_EXAMPLES.split())
#: Of less than three letters all words are harmless; longer ones than this are digests and the like.
LONGEST = 24
TEXTS = (".py", ".pyi", ".json", ".textfsm", ".yaml", ".yml", ".xml", ".conf", ".ids", ".properties", ".1", ".5", ".8")
#: Files of people, not of software.
PEOPLE = re.compile(
    r"authors|copyright|licen[cs]e|changelog|credits|thanks|maintainers|metadata|/tests?/", re.IGNORECASE
)
_ADDRESS = re.compile(rb"[\w.+-]+@[\w.-]+|[a-z]+://[^\s\"'<>]+")
_RUN = re.compile(rb"[\x20-\x7e\t\n]{8,}")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*")
#: A part of a word in mixed case: HTTPServer -> HTTP, Server; getHost2 -> get, Host2.
PART = re.compile(r"[A-Z]+[0-9]*(?![a-z])|[A-Z]?[a-z]+[0-9]*|[0-9]+[a-z]*")
#: With a number, what could be part of a digest, and what machines and people are called, is no word.
_OTHERS = re.compile(
    r"[a-f#]+|(?:web|www|app|api|sql|mail|mx|smtp|dns|ns|ldap|dc|pdc|bdc|ad|proxy|nas|backup|vpn|fw|gw|rtr|router|switch"
    r"|sw|srv|svr|server|host|node|client|pc|wks|ws|laptop|desktop|printer|vm|db|dbs|esx|vdi|rds|ts|user|usr|admin|test"
    r"|master|worker|slave|site|room|office|floor|rack|box|customer|tenant|org|team|project|account|acct|id|sn|name"
    r"|machine|computer|instance|foo|bar|baz)#"
)


def main() -> None:
    """Write both lists beside this file."""
    folder = Path(sys.argv[1])
    packages = sorted([*folder.rglob("*.whl"), *folder.rglob("*.deb")])
    names = next(names_of_people(path) for path in packages if path.name.startswith("faker"))
    used: Counter[str] = Counter()
    for path in packages:
        if not path.name.startswith("faker"):
            used.update(words_of(contents(path)))
    used.update(words_of(texts_below(Path(sysconfig.get_path("stdlib")))))
    common = set(gzip.decompress((HERE / "common_words.txt.gz").read_bytes()).decode().split())
    words = {word for word, count in used.items() if count >= (MANY if word in names else FEWEST)} - EXAMPLES
    write(HERE / "technical_words.txt.gz", words - common)
    write(HERE / "names_among_words.txt.gz", common & (names - words | EXAMPLES))


def write(path: Path, words: set[str]) -> None:
    text = "".join(f"{word}\n" for word in sorted(words))
    path.write_bytes(gzip.compress(text.encode("ascii"), 9, mtime=0))


def contents(path: Path) -> Iterator[bytes]:
    """The texts of a package."""
    if path.suffix == ".whl":
        yield from texts_in_zip(path)
        return
    with tempfile.TemporaryDirectory() as name:
        subprocess.run(["dpkg-deb", "-x", str(path), name], check=True)
        yield from texts_below(Path(name))


def texts_below(folder: Path) -> Iterator[bytes]:
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_symlink() or not path.is_file() or PEOPLE.search(name) or "site-packages" in name:
            continue
        if path.suffix == ".jar":
            yield from texts_in_zip(path)
            continue
        data = path.read_bytes()
        if path.suffix == ".gz":
            data = gzip.decompress(data)
        if data.startswith(b"\x7fELF"):
            if b"Go build" in data:
                continue  # Go's texts stand without anything between them
            # Of machine code no text is long and has blanks or underscores by chance.
            yield b"\n".join(run for run in _RUN.findall(data) if b" " in run.strip() or b"_" in run)
        elif path.suffix in TEXTS or path.suffix == ".gz" or "etc/" in name:
            yield data


def texts_in_zip(path: Path) -> Iterator[bytes]:
    with zipfile.ZipFile(path) as archive:
        for name in sorted(archive.namelist()):
            if name.endswith(TEXTS) and not PEOPLE.search(name):
                yield archive.read(name)
            elif name.endswith((".json.gz",)):
                yield gzip.decompress(archive.read(name))
            elif name.endswith(".class"):
                yield b"\n".join(re.findall(rb"[\x20-\x7e]{4,}", archive.read(name)))


def words_of(texts: Iterator[bytes]) -> set[str]:
    """The words, lower-case, of texts without addresses; parts of identifiers, and words with digits as a whole."""
    found: set[str] = set()
    for text in texts:
        plain = _ADDRESS.sub(b" ", text).decode("ascii", "replace").replace("_", " ")
        for word in set(_WORD.findall(plain)):
            parts = {word, *PART.findall(word)}
            found.update(re.sub("[0-9]+", "#", part.lower()) for part in parts if 3 <= len(part) <= LONGEST)
    return {word for word in found if "#" not in word or not (word[0] == "#" or _OTHERS.fullmatch(word))}


def names_of_people(faker: Path) -> set[str]:
    """First and last names of all languages that Faker knows, in ASCII lower case."""
    names: set[str] = set()
    with zipfile.ZipFile(faker) as archive:
        for name in archive.namelist():
            if re.match(r"faker/providers/person/\w+/__init__\.py$", name):
                for text in re.findall(r"[\"']([^\"'{}]{2,30})[\"']", archive.read(name).decode()):
                    for part in re.split(r"[\s-]+", text):
                        plain = unicodedata.normalize("NFKD", part).encode("ascii", "ignore").decode().lower()
                        if len(plain) > 2 and plain.isalpha() and part[:1].isupper():
                            names.add(plain)
    return names


if __name__ == "__main__":
    main()
