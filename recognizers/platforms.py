"""Names that builds give to processors, systems and the files made for them: shaped like hosts, and none."""

from __future__ import annotations

import re

_PROCESSOR = (
    rb"(?:x86_64|amd64|i[3-6]86|aarch64(?:_be)?|arm(?:v[5-8][a-z]*|el|hf|eb|64)?|powerpc(?:64)?(?:le)?|ppc(?:64)?(?:le|el)?"
    rb"|s390x?|mips(?:64)?(?:r6)?(?:el)?|riscv(?:32|64)|sparc(?:64|v9)?|ia64|alpha|hppa|m68k|loongarch64|wasm32)"
)
_SYSTEM = (
    rb"(?:linux|gnu|musl|darwin|apple|macosx?|win(?:32|64|dows)|w64|mingw(?:32|64)?|cygwin|freebsd|netbsd|openbsd|kfreebsd"
    rb"|solaris2?|aix|android|uclinux|none|unknown|pc|redhat|suse|alpine|wasi|elf|eabi)"
)
#: `x86_64-linux-gnu`, `aarch64-apple-darwin23.1.0` (GNU config.guess; Debian's multiarch tuples).
_TUPLE = re.compile(_PROCESSOR + rb"-" + _SYSTEM + rb"(?:[a-z0-9_.]*|-[a-z0-9_.]+){0,3}\Z", re.IGNORECASE)
#: Modules and libraries, which end as hosts in Somalia do (`_rust.abi3.so`, `lz4.cpython-311-x86_64-linux-gnu.so`), and
#: subtypes of media types (RFC 6838 3.2).
_FILE_OR_TYPE = re.compile(
    rb"(?:(?:lib[^.]*\..*|.*\.(?:abi3|cpython-[^.]*|pypy[^.]*))\.so|(?:vnd|prs)\..*)\Z", re.IGNORECASE
)


def is_platform(name: bytes) -> bool:
    return _TUPLE.match(name) is not None


def is_file_or_type(name: bytes) -> bool:
    return _FILE_OR_TYPE.match(name) is not None
