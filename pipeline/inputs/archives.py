"""Archives, tar and zip: told by their beginning, and unpacked into a folder of the run's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.inputs.content import Damaged, open_source
from pipeline.inputs.members import CUT, Member, Stop
from pipeline.inputs.spool import Spool

#: Archives within each other: the zip of a case, of nodes, of their reports, and one more in those.
DEEPEST = 4
#: In all archives of a run.
MOST_MEMBERS = 1_000_000


@dataclass(frozen=True)
class Archive:
    """A file that holds others.

    Attributes:
      kind: ``tar`` or ``zip``.
      compression: of a tar, as ``Input.compression``.
      size: bytes as stored.
    """

    uri: str
    kind: str
    compression: str
    size: int


def unpacked(archive: Archive, spool: Spool) -> Iterator[Member]:
    """The files in an archive, each as it is unpacked, and what of it is not read.

    Raises:
      ConfigurationError: there is no room for them.
    """
    from pipeline.inputs.tars import members_of_tar  # with libraries that a run without archives does without
    from pipeline.inputs.zips import members_of_zip

    try:
        source = open_source(archive.uri)
    except OSError as error:
        yield Member((), reason=f"cannot be opened: {type(error).__name__}")
        return
    try:
        if archive.kind == "zip":
            members = members_of_zip(source, archive.size, spool)
        else:
            members = members_of_tar(source, archive.compression, spool)
        for member in members:
            spool.members += 1
            if spool.members > MOST_MEMBERS:
                raise Stop(f"there are more than {MOST_MEMBERS:,} files in archives: read up to there; unpack it")
            yield member
    except Stop as stop:
        yield Member((), reason=str(stop))
    except Damaged:
        yield Member((), reason=CUT)
    finally:
        source.close()
