"""Names that builds give to processors, systems and the files made for them: shaped like hosts, and none."""

from __future__ import annotations

import re

_PROCESSOR = (
    rb"(?:x86_64|amd64|i[3-6]86|aarch64(?:_be)?|arm(?:v[5-8][a-z]*|el|hf|eb|64)?|powerpc(?:64)?(?:le)?|ppc(?:64)?(?:le|el)?"
    rb"|s390x?|mips(?:64)?(?:r6)?(?:el)?|riscv(?:32|64)|sparc(?:64|v9)?|ia64|m68k|loongarch64|wasm32)"
)
_MAKER = rb"(?:(?:pc|unknown|none|apple|w64|redhat|suse|alpine)-)?"
_SYSTEM = (
    rb"(?:linux(?:-(?:gnu|musl|android|uclibc)(?:eabi(?:hf)?|abi64|abin32|spe|x32)?)?|gnu|kfreebsd-gnu|(?:free|net|open)bsd"
    rb"|darwin[0-9.]*|macosx?[0-9.]*|windows-(?:msvc|gnu)|mingw(?:32|64)?|cygwin|solaris2\.[0-9]+|elf|eabi(?:hf)?|wasi)"
)
#: `x86_64-linux-gnu`, `aarch64-apple-darwin23.1.0` (GNU config.guess; Debian's multiarch tuples). No number stands
#: behind a system's name but its version: `arm-linux01` is a host.
_TUPLE = re.compile(_PROCESSOR + rb"-" + _MAKER + _SYSTEM + rb"\Z", re.IGNORECASE)
#: Modules and libraries, which end as hosts in Somalia do (`_rust.abi3.so`, `lz4.cpython-311-x86_64-linux-gnu.so`), and
#: subtypes of media types (RFC 6838 3.2), which end in no common domain.
_FILE_OR_TYPE = re.compile(
    rb"(?:(?:lib[^.]*\..*|.*\.(?:abi3|cpython-[^.]*|pypy[^.]*))\.so|(?:vnd|prs)\.(?!.*\.(?:com|net|org|example)\Z).*)\Z",
    re.IGNORECASE,
)


def is_platform(name: bytes) -> bool:
    return _TUPLE.match(name) is not None


def is_file_or_type(name: bytes) -> bool:
    return _FILE_OR_TYPE.match(name) is not None
