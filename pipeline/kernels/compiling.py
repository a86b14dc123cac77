"""How kernels are compiled: once, kept in a file beside the source, and run without Python's lock.

What was compiled holds the constants and the kernels of other modules that its source imports, and numba looks only
whether the source itself is as it was. Left to that, an upgrade that numbers entities or columns anew would go on with
the numbers of before. So what is kept is stamped with all the sources that it is made from.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from numba import njit
from numba.core.caching import FunctionCache, IndexDataCacheFile

ROOT = Path(__file__).parents[2]
_IMPORT = re.compile(r"^from ((?:pipeline|recognizers)[\w.]*) import (\([^)]*\)|.*)", re.MULTILINE)
_NAME = re.compile(r"\w+")


@cache
def _source(path: Path) -> tuple[bytes, frozenset[Path]]:
    """The digest of a source file, and the files of this project that it imports from."""
    text = path.read_bytes()
    imported = set()
    for module, names in _IMPORT.findall(text.decode()):
        place = ROOT.joinpath(*module.split("."))
        imported |= {place / "__init__.py", place.with_suffix(".py")}
        imported |= {place / f"{name}.py" for name in _NAME.findall(names)}
    return hashlib.sha256(text).digest(), frozenset(other for other in imported if other.is_file())


@cache
def stamp_of_sources(path: Path) -> str:
    """A digest of a source file and of all the files of this project that it imports from, near and far."""
    seen, ahead = {path}, [path]
    while ahead:
        new = _source(ahead.pop())[1] - seen
        seen |= new
        ahead.extend(new)
    digest = hashlib.sha256()
    for each in sorted(seen):
        digest.update(_source(each)[0])
    return digest.hexdigest()


class _Kept(FunctionCache):  # type: ignore[misc]
    """What was compiled of one kernel, as long as nothing that it is made from has changed."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        stamp = stamp_of_sources(Path(function.__code__.co_filename))
        self._cache_file = IndexDataCacheFile(self.cache_path, self._impl.filename_base, stamp)

    def is_empty(self) -> bool:
        return not self._cache_file._load_index()


def _kept(**options: Any) -> Callable[..., Any]:
    def decorate(function: Callable[..., Any]) -> Any:
        kernel = njit(nogil=True, **options)(function)
        kernel._cache = _Kept(function)
        return kernel

    return decorate


def is_kept(kernel: Any) -> bool:
    """Whether a kernel, as its sources are now, was compiled before."""
    return not kernel._cache.is_empty()


#: Kernels that make no array and return none; whoever calls from Python holds those that it passes. With the runtime
#: of numba each call of a kernel by another counts the holders of every array up and down, atomically: that takes
#: some 10 ns, and the copy of a short text takes one.
compiled = _kept(_nrt=False)
#: The same, put in the place of each call.
inlined = _kept(_nrt=False, forceinline=True)
#: Kernels that make arrays.
allocating = _kept()
