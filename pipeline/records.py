"""Batch, field, finding, edit: what the rooms hand to each other.

Records are raw bytes; everything else is positions in one buffer. No object stands for a line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

#: A record without a time.
NO_TIME = np.iinfo(np.int64).min
#: A record longer than this is not read but quarantined, so that one line cannot take the memory.
LONGEST_RECORD = 8 << 20


class Decoder(IntEnum):
    """How a field's raw bytes relate to its text."""

    PLAIN = 0  # raw bytes are the text
    JSON_STRING = 1  # between the quotes of a JSON string (quotes not included); backslash escapes (RFC 8259)
    JSON_NUMBER = 2  # a JSON number; a replacement that is no number is written in quotes
    MARKUP = 3  # raw bytes are the text; ``<`` and ``>`` of a replacement are written as references


class Trust(IntEnum):
    """How sure the heading of a table says what its cells are."""

    SURE = 0
    LIKELY = 1  # it also names few other things
    LOOSE = 2  # it also names many


#: Field.entity of a text that is scanned, and of one that the format has proved harmless (digits of a status code).
SCAN = -1
HARMLESS = -2
#: Added to an entity: the field is one value of it whatever its form, and is not taken apart.
UNDIVIDED = 256
#: Field.entity of a text that people wrote: it is scanned, and names are looked for in it.
PROSE = -3
#: Below the entity, in ``Batch.cell_meaning``.
TRUST_BITS = 2
#: Field.column of a JSON key: it is scanned and edited in the native file, and is no column.
KEY_COLUMN = -1
#: Batch.key_parent of a name that stands in a header of the input, apart from the records that it names.
HEADER_NAME = -2
#: In the name of an attribute: a key of which no record holds the text; what it was cannot be judged.
UNKNOWN_KEY = "<KEY>"
#: The longest place in an array is written ``255+``.
LONGEST_PLACE = 4
#: Field.column of the text that is the record's time: edited in the native file; its Parquet form is Batch.time.
TIME_COLUMN = -2

#: Named columns of dataset ``logs`` after the Elastic Common Schema (https://www.elastic.co/guide/en/ecs/current/):
#: name -> Arrow type. What has no column here goes to ``attributes``. The number of a column is its place.
LOG_COLUMNS: Mapping[str, str] = {
    "message": "string",
    "host_name": "string",
    "process_name": "string",
    "process_pid": "int64",
    "log_level": "string",
    "log_logger": "string",
    "log_syslog_priority": "int64",
    "log_syslog_version": "int64",
    "log_syslog_msgid": "string",
    "source_address": "string",
    "source_ip": "string",
    "source_port": "int64",
    "source_mac": "string",
    "destination_address": "string",
    "destination_ip": "string",
    "destination_port": "int64",
    "client_ip": "string",
    "server_ip": "string",
    "host_ip": "string",
    "host_mac": "string",
    "user_name": "string",
    "user_email": "string",
    "user_id": "string",
    "url_original": "string",
    "url_full": "string",
    "url_path": "string",
    "http_request_method": "string",
    "http_version": "string",
    "http_response_status_code": "int64",
    "http_response_body_bytes": "int64",
    "http_request_referrer": "string",
    "user_agent_original": "string",
    "error_message": "string",
    "error_stack_trace": "string",
    "file_path": "string",
    "trace_id": "string",
    "attributes": "map<string, string>",
}
#: Named columns of dataset ``transcripts``: a row is a turn, which is a mail, a comment, a caption or a line of a chat.
TRANSCRIPT_COLUMNS: Mapping[str, str] = {
    "conversation_id": "string",
    "turn": "int64",
    "speaker": "string",
    "speaker_id": "string",
    "speaker_role": "string",
    "email_from_address": "string",
    "email_to_address": "string",
    "email_cc_address": "string",
    "email_subject": "string",
    "email_message_id": "string",
    "message": "string",
    "attributes": "map<string, string>",
}
#: The columns of each dataset that a log's or transcript's records go to.
DATASET_COLUMNS: Mapping[str, Mapping[str, str]] = {"logs": LOG_COLUMNS, "transcripts": TRANSCRIPT_COLUMNS}
COLUMNS: Mapping[str, str] = {**LOG_COLUMNS, **TRANSCRIPT_COLUMNS}
COLUMN_NAMES: tuple[str, ...] = tuple(COLUMNS)
COLUMN_ID: dict[str, int] = {name: number for number, name in enumerate(COLUMN_NAMES)}
ATTRIBUTES = COLUMN_ID["attributes"]


@dataclass(frozen=True)
class Batch:
    """Whole records of one format in one buffer, and the fields in them.

    Records do not overlap, are in order and together cover the buffer; a record includes its line ending. Fields lie
    within their record, in order, and do not overlap; every byte that is in no field is fixed punctuation of the
    format (quotes, brackets, separators, white space): what a format cannot place is a field.

    Attributes:
      data: uint8 [n], the raw source bytes.
      record_start, record_end: int64 [r], positions in ``data``.
      record_offset: int64 [r], where the record stands in its (decompressed) input.
      record_input: int32 [r], which of the unit's inputs it came from.
      time: int64 [r], microseconds since 1970 UTC, NO_TIME where there is none.
      record_field: int64 [r + 1], fields of record i are ``record_field[i]:record_field[i + 1]``.
      field_start, field_end: int64 [f], positions in ``data``.
      field_decoder: uint8 [f], a Decoder.
      field_entity: int16 [f], SCAN, HARMLESS, PROSE, or an id of recognizers.entities, perhaps UNDIVIDED: the whole
        field is declared to be that entity (and is scanned all the same, save DATE_TIME).
      field_column: int16 [f], a place in COLUMN_NAMES, KEY_COLUMN, or TIME_COLUMN. A named column has at most one field
        of a record, and what stands in an int64 column is an integer of at most 18 digits; all else is in ATTRIBUTES.
      field_key: int32 [f], a place in ``keys`` where the field stands under a key (JSON path, structured data), or -1.
      key_parent: int32 [len(keys)], the place of the path above it, -1 for a name that the format gives, or
        HEADER_NAME; empty where all are the format's. A path's own key stands in fields of KEY_COLUMN whose
        ``field_key`` is its place.
      turn: int64 [r], the record's place in its input, from 1; empty where the format is of no transcript.
      conversation: int64 [r], the field of a record before it that names the conversation that the record is a turn of,
        or -1; empty where no record names that of another.
      cell_start, cell_end: int64 [c], positions in ``data``, in order, each within one field: cells of tables that a
        text holds.
      cell_meaning: int32 [c], what the heading declares each to be: an id of recognizers.entities and, in the lowest
        TRUST_BITS, a Trust.
      keys: texts of the keys, dotted paths such as ``http.request.id``; for ATTRIBUTES the name of the attribute.
    """

    data: Bytes
    record_start: Int64
    record_end: Int64
    record_offset: Int64
    record_input: Int32
    time: Int64
    record_field: Int64
    field_start: Int64
    field_end: Int64
    field_decoder: Bytes
    field_entity: npt.NDArray[np.int16]
    field_column: npt.NDArray[np.int16]
    field_key: Int32
    keys: tuple[str, ...] = ()
    key_parent: Int32 = field(default_factory=lambda: np.empty(0, np.int32))
    turn: Int64 = field(default_factory=lambda: np.empty(0, np.int64))
    conversation: Int64 = field(default_factory=lambda: np.empty(0, np.int64))
    cell_start: Int64 = field(default_factory=lambda: np.empty(0, np.int64))
    cell_end: Int64 = field(default_factory=lambda: np.empty(0, np.int64))
    cell_meaning: Int32 = field(default_factory=lambda: np.empty(0, np.int32))

    @property
    def records(self) -> int:
        return len(self.record_start)

    @property
    def fields(self) -> int:
        return len(self.field_start)

    @cached_property
    def field_record(self) -> Int64:
        """int64 [f], the record that each field stands in."""
        return np.repeat(np.arange(self.records, dtype=np.int64), np.diff(self.record_field))

    @cached_property
    def key_field(self) -> Int64:
        """int64 [len(keys)], a field of KEY_COLUMN in which each key stands, or -1."""
        field = np.full(len(self.keys), -1, np.int64)
        which = np.flatnonzero(self.field_column == KEY_COLUMN)
        field[self.field_key[which]] = which
        return field


@dataclass(frozen=True)
class Edits:
    """What redaction decides for one recipient and one batch: disjoint replacements, in order, each within one field.

    Attributes:
      start, end: int64 [e], raw positions in the batch's ``data``.
      text_start, text_end: int64 [e], the replacement as raw bytes, positions in ``arena``; already encoded for the
        field's decoder.
      arena: uint8, the replacements.
      field_edit: int64 [f + 1], edits of field i are ``field_edit[i]:field_edit[i + 1]``.
      keys: the batch's ``keys`` as this recipient may see them.
      time: int64 [r], the batch's ``time`` as this recipient may see it.
      counts: (entity, action) -> how many findings.
      made: int64 [e], what each text was made from, see pipeline.replacements; empty where no one asks.
    """

    start: Int64
    end: Int64
    text_start: Int64
    text_end: Int64
    arena: Bytes
    field_edit: Int64
    keys: tuple[str, ...]
    time: Int64
    counts: Mapping[tuple[str, str], int] = field(default_factory=dict)
    made: Int64 = field(default_factory=lambda: np.zeros(0, np.int64))


@dataclass(frozen=True)
class Quarantined:
    """Where something stands that is not released, and why; never its text.

    Attributes:
      input: which of the unit's inputs.
      offset, length: bytes in the (decompressed) input.
      reason: one of a few fixed words (``oversized``, ``leak``, ``foreign-client`` …).
    """

    input: int
    offset: int
    length: int
    reason: str
