"""Which paths of JSON logs are which columns: a table, in lower case.

Sources: the Elastic Common Schema, OpenTelemetry's log data model and its JSON form, Docker's json-file, GELF, and the
default names of the common logging libraries (logback, log4j, bunyan, pino, zap, zerolog, Serilog, structlog);
Zeek's names of a connection's ends; those of every Windows event, as ``inputs.event_logs`` has them.
"""

from __future__ import annotations

from pipeline.records import COLUMN_ID, TIME_COLUMN

_TIMES = (
    "@timestamp", "timestamp", "time", "ts", "@t", "datetime", "date", "timeunixnano", "observedtimeunixnano",
    "eventtime", "event.created", "asctime", "logtime", "_source_realtime_timestamp", "__realtime_timestamp",
    "event.system.timecreated.#attributes.systemtime",
)  # fmt: skip

_NAMES: dict[str, tuple[str, ...]] = {
    "message": ("message", "msg", "log", "@m", "@mt", "body", "body.stringvalue", "short_message", "event.original"),
    "host_name": (
        "host",
        "host.name",
        "hostname",
        "host.hostname",
        "_hostname",
        "resource.host.name",
        "event.system.computer",
    ),
    "process_name": ("process.name", "program", "syslog_identifier", "appname", "process"),
    "process_pid": ("process.pid", "pid", "_pid", "event.system.execution.#attributes.processid"),
    "log_level": ("log.level", "level", "severity", "severitytext", "loglevel", "levelname", "@l", "lvl"),
    "log_logger": ("log.logger", "logger", "logger_name", "loggername", "sourcecontext", "event.system.channel"),
    "log_syslog_priority": ("log.syslog.priority",),
    "log_syslog_version": ("log.syslog.version",),
    "log_syslog_msgid": ("log.syslog.msgid",),
    "source_address": ("source.address", "remote_addr", "client.address"),
    "source_ip": ("source.ip", "src_ip", "srcip", "id.orig_h"),
    "source_port": ("source.port", "src_port", "srcport", "id.orig_p"),
    "source_mac": ("source.mac", "src_mac"),
    "destination_address": ("destination.address",),
    "destination_ip": ("destination.ip", "dest_ip", "dst_ip", "dstip", "id.resp_h"),
    "destination_port": ("destination.port", "dest_port", "dst_port", "dstport", "id.resp_p"),
    "client_ip": ("client.ip", "client_ip", "clientip"),
    "server_ip": ("server.ip", "server_ip"),
    "host_ip": ("host.ip", "host_ip"),
    "host_mac": ("host.mac",),
    "user_name": ("user.name", "user", "username", "user_name"),
    "user_email": ("user.email", "email"),
    "user_id": ("user.id", "user_id", "userid", "uid"),
    "url_original": ("url.original", "request_uri", "uri"),
    "url_full": ("url.full", "url"),
    "url_path": ("url.path", "path"),
    "http_request_method": ("http.request.method", "method", "request_method"),
    "http_version": ("http.version",),
    "http_response_status_code": ("http.response.status_code", "status", "status_code", "statuscode"),
    "http_response_body_bytes": ("http.response.body.bytes", "body_bytes_sent", "bytes_sent"),
    "http_request_referrer": ("http.request.referrer", "http_referer", "referer", "referrer"),
    "user_agent_original": ("user_agent.original", "user_agent", "useragent", "http_user_agent"),
    "error_message": ("error.message", "error", "err", "exception.message"),
    "error_stack_trace": ("error.stack_trace", "stack_trace", "stacktrace", "stack", "exc_info", "exception", "@x"),
    "file_path": ("file.path",),
    "trace_id": ("trace.id", "trace_id", "traceid"),
}

#: path in lower case -> column.
PATH_COLUMN: dict[str, int] = {path: COLUMN_ID[column] for column, paths in _NAMES.items() for path in paths}
PATH_COLUMN.update(dict.fromkeys(_TIMES, TIME_COLUMN))
