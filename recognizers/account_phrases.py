"""Phrases of login daemons, and of messages that begin with an account."""

from __future__ import annotations

from recognizers.accounts import (
    ACCOUNT,
    PLAIN,
    TRIM,
    account_before_proof,
    names_actor,
    names_behind_address,
    names_caller,
    names_column,
    names_framed,
    names_framed_lettered,
    names_in_column,
    names_lettered_uncommon,
    names_login,
    names_sender,
    names_someone,
    names_someone_lettered,
    names_someone_uncommon,
    names_with_capitals,
)
from recognizers.declaration import AnchorPattern
from recognizers.phrases import BEFORE_ADDRESS, BLANK
from recognizers.user_words import USER, USER_UNSPACED

_VALUE_PHRASES = (
    r"(?:\b(?:accepted|failed|postponed|partial) [a-z/-]{1,24} for (?:invalid user |illegal user )?"
    r"|\b(?:invalid|illegal) user "
    r"|\bsession (?:opened|closed) for (?:local )?user "
    r"|\bauthentication failure for (?:user )?|\blogin failed for (?:user )?|\bfailed login for (?:user )?"
    r"|\bauthentication (?:failed|succeeded) for (?:user )?"
    r"|\bauthenticating (?:as )?user |\binvalid authenticating user |\b(?:by|from) (?:authenticating|invalid) user "
    r"|\bdisconnected from (?:authenticating |invalid )?user |\bconnection (?:closed|reset) by (?:authenticating "
    r"|invalid )?user "
    r"|\bnew session [a-z]?[0-9]{1,8} of user |\bremoved session [a-z]?[0-9]{1,8} of user |\bslice of "
    r"|\bpassword changed for (?:user )?|\bpassword check failed for user "
    r"|\bmaximum authentication attempts exceeded for (?:invalid user )?"
    r"|\bnew user: name=|\bdelete user |\bchange user |\badd '|\bto (?:shadow )?group '|\bnew password set for "
    r"|\bsu: \(to |\bsu: (?:pam_unix\(su(?:-l)?:session\): )?|\(to [a-z0-9_.-]{1,32}\) "
    r"|\bsuccessful su for [a-z0-9_.-]{1,32} by |\bsuccessful su for |\bfailed su for [a-z0-9_.-]{1,32} by "
    r"|\bfailed su for "
    r"|\bsudo: {1,4}|\bsudo\[[0-9]{1,9}\]: {1,4}|\bcron\[[0-9]{1,9}\]: \("
    r"|\blevel set to [0-9]{1,2} by |\blogged in as |\blogged on as |\blogged out user |\blogin by "
    r"|\blogged in by |\brunning as user |\bas user |\b(?:configured|mode) from [a-z]{1,12} by "
    r"|<(?:pppoe|l2tp|pptp|sstp|ovpn)-|\bunknown user "
    r"|\buid=[0-9]{1,10}\(|\beuid=[0-9]{1,10}\(|\bauid=[0-9]{1,10}\(|\bhome=/home/|\bmail from:<? ?user "
    r"|\brole for user |\bfor user |\bauthentication (?:succeeded|failed) for username "
    r"|\bpeer authentication succeeded for "
    r"|\b(?:eap|received eap) identity |\bxauth authentication of |\bsuccessfully authenticated "
    r"|\bftp login from [a-z0-9.: \[\]-]{3,64} as |\blogin on [a-z0-9/]{3,12} by |\bunix-user:|\bcheck pass for user "
    r"|\bstarting session: [a-z0-9/' -]{5,40} for |\bpassword authentication failed for user "
    r"|\blogin incorrect \([a-z0-9 :.,_/-]{1,80}\): \[|[+-] (?:/dev/)?(?:pts/[0-9]{1,3}|tty[0-9a-z]{0,4}|\?\?\?) "
    r"|\bkeyring for |\blogin incorrect: \[|\blogin ok: \["
    r"|\bfailed login \([0-9]{1,4}\) on '[a-z0-9/]{1,24}' for "
    r"|\bsu \(to |\bcrontab\[[0-9]{1,9}\]: \(|\bbegin edit \(|\bend edit \(|\bgroupadd: "
    r"|\bserviceaccount:[a-z0-9-]{1,63}:"
    r"|\biam::[0-9]{12}:user/|\bassumed-role/[a-z0-9_.+=@-]{1,64}/|\b(?:ssh|sftp|su|sudo) -[lu] "
    r"|\bauthenticated as (?:principal )?"
    r"|\b(?:reload|shutdown|reboot|restart) requested by |\blog(?:ged)? ?(?:in|on) user |\bsigned in as "
    r"|\bimpersonat(?:ed|ing) "
    r"|\bowned by user |\bauthenticated user |\baccess (?:granted|denied) (?:to|for) user )"
)

#: Who logged in, failed or did something, in phrases that others begin with, too.
_LOOSE_PHRASES = (
    r"(?:\blogged (?:in|on|out|off)(?::| using| with) |\bauthentication of |\bauthentication[a-z]{4,48}event: "
    r"|\b(?:authentication|login|logon|sign-in|user) (?:failed|failure|succeeded|successful|denied|rejected|error): "
    r"|\b(?:run|running|ran|executed|started|launched|connected|login) as "
    r"|\buser(?:name is| name| id| is| was) |\blogin name |\busr |\blogged as "
    r"|\bfailed for (?:peer|account|identity|principal|member|username|login) "
    r"|\b(?:permission|access) to [a-z0-9_./:-]{1,64} (?:denied|granted) to "
    r"|\bshell\[[0-9]{1,9}\]: \[|\buser profile |\battempt (?:for|by) |'su [a-z0-9_-]{1,32}' (?:failed|succeeded) for )"
)
_DONE = (
    r"(?:started|stopped|reset|rebooted|restarted|initiated|triggered|requested|executed|performed|approved"
    r"|deleted|modified|updated|disabled|enabled|unlocked|locked|cancelled|canceled|acknowledged|edited"
    r"|uploaded|downloaded|submitted|issued|revoked|terminated|configured|changed|renamed|assigned|confirmed|cleared|owned"
    r"|replaced|printed|signed|held|opened)"
)
_ASCII_NAME = frozenset(byte for byte in PLAIN if byte < 0x80)

BY_PHRASE = (
    AnchorPattern(
        "after phrase",
        rf"(?:{_VALUE_PHRASES}[\x22'<\[(]{{0,2}}"
        r"|\b(?:opened|closed) for (?:local )?user [a-z0-9_.$-]{1,32}(?:\(uid=[0-9]{1,10}\))? by )",
        ACCOUNT,
        0.6,
        1,
        TRIM,
        check=names_someone,
    ),
    AnchorPattern(
        "mailbox process",
        r"\b(?:imap|pop3|lda|lmtp|managesieve|sql|passwd-file|ldap|pam|doveadm|submission)\(",
        PLAIN,
        0.6,
        2,
        TRIM,
        check=names_someone_uncommon,
    ),
    AnchorPattern(
        "FTP session", r"(?:\[pid [0-9]{1,9}\]|ftpd\[[0-9]{1,9}\]:) \[", PLAIN, 0.6, 2, TRIM, check=names_someone
    ),
    AnchorPattern(
        "remote shell", r"\b(?:ssh|scp|sftp|rsync|mosh) (?:-[a-z] )?", PLAIN, 0.6, 3, TRIM, check=names_login
    ),
    AnchorPattern(
        "after user",
        r"\b(?:user|account|username|userid)" + BLANK + r"{1,4}[\x22<\[(]?",
        ACCOUNT | frozenset(b"="),
        0.4,
        2,
        TRIM,
        check=names_someone_uncommon,
    ),
    AnchorPattern(
        "after loose phrase",
        _LOOSE_PHRASES + r"[\x22'<\[(]?",
        ACCOUNT,
        0.4,
        3,
        TRIM,
        check=names_lettered_uncommon,
    ),
    AnchorPattern(
        "who did it",
        rf"\b(?:{_DONE} by|(?:success|successful|denied|rejected|granted|login|logon|sign-in|registration|enrol?lment)"
        r" (?:for|of)) (?:(?:user|admin|administrator|operator) )?[\x22'<\[(]?",
        ACCOUNT | frozenset(b"="),
        0.4,
        3,
        TRIM,
        check=names_actor,
    ),
    AnchorPattern(
        "after user in other languages",
        USER + BLANK + r"{1,4}[\x22'<\[(]?",
        ACCOUNT | frozenset(b"="),
        0.4,
        3,
        TRIM,
        check=names_lettered_uncommon,
    ),
    AnchorPattern(
        "after user in scripts without spaces",
        USER_UNSPACED + r"[ \x22'\[(]{0,3}[a-z0-9]",
        _ASCII_NAME,
        0.6,
        2,
        TRIM,
        back=frozenset(),
        back_over=1,
        check=names_someone,
    ),
    AnchorPattern(
        "identity behind an address",
        r"\.[0-9]{1,3}\[[a-z]",
        PLAIN,
        0.6,
        2,
        TRIM,
        back=frozenset(b"0123456789."),
        back_over=2,
        check=names_behind_address,
    ),
    AnchorPattern(  # a database behind it: PostgreSQL, log_line_prefix, `[%p] %u@%d`
        "of a session's process",
        r"\[[0-9]{1,9}\] [a-z0-9_.-]{1,63}@[a-z0-9]",
        PLAIN,
        0.6,
        0,
        TRIM,
        back=PLAIN,
        back_over=1,
        check=names_login,
    ),
    AnchorPattern(
        "file server's session",
        r"[a-z0-9_.-]\] (?:OK|FAIL) (?:LOGIN|UPLOAD|DOWNLOAD|MKDIR|DELETE|RENAME)",
        frozenset(),
        0.85,
        0,
        back=PLAIN | frozenset(b"] "),
        back_over=1,
        check=names_framed_lettered,
    ),
    AnchorPattern(
        "quoted after user",
        r"\b(?:user|account|username|admin|administrator|operator) [\x22<]",
        ACCOUNT,
        0.6,
        1,
        TRIM,
        check=names_someone,
    ),
    AnchorPattern("sudo", r"[a-z0-9_.$-] : TTY=", frozenset(), 0.85, 0, back=PLAIN, back_over=7, check=names_framed),
    AnchorPattern(
        "sudo refused",
        r"[a-z0-9_.$-] : user NOT in sudoers",
        frozenset(),
        0.85,
        0,
        back=PLAIN,
        back_over=22,
        check=names_framed,
    ),
    AnchorPattern(
        "sudo not allowed",
        r"[a-z0-9_.$-] : command not allowed ; TTY=",
        frozenset(),
        0.85,
        0,
        back=PLAIN,
        back_over=29,
        check=names_framed,
    ),
    AnchorPattern(
        "sudo without password",
        r"[a-z0-9_.$-] : [0-9] incorrect password attempt",
        frozenset(),
        0.85,
        0,
        back=PLAIN,
        back_over=31,
        check=names_framed,
    ),
    AnchorPattern("cron", r"[a-z0-9_.$-]\) CMD \(", frozenset(), 0.85, 0, back=PLAIN, back_over=7, check=names_framed),
    AnchorPattern(
        "cron's reload", r"[a-z0-9_.$-]\) RELOAD \(", frozenset(), 0.85, 0, back=PLAIN, back_over=10, check=names_framed
    ),
    AnchorPattern(  # Hadoop's UserGroupInformation: how it was proven
        "before its proof",
        r"[a-z0-9_.$-] \(auth:",
        frozenset(),
        0.85,
        0,
        back=PLAIN,
        back_over=8,
        part=account_before_proof,
    ),
    AnchorPattern(
        "crontab",
        r"[a-z0-9_.$-]\) (?:LIST|REPLACE|DELETE|MAIL|BEGIN EDIT|END EDIT) \(",
        PLAIN,
        0.85,
        0,
        back=PLAIN | frozenset(b" )"),
        back_over=1,
        check=names_framed,
    ),
    AnchorPattern(
        "who",
        r"[a-z0-9_.-] {1,16}(?:pts/|[tv]ty)[0-9]",
        frozenset(),
        0.6,
        0,
        back=PLAIN | frozenset(b" /"),
        back_over=1,
        check=names_framed_lettered,
    ),
    AnchorPattern(
        "with blanks before a quote",
        r"\blog(?:in|out|on|off) (?:succeeded|successful|failed|failure|denied) for user ",
        frozenset(),
        0.6,
        3,
        until=b'"',
        check=names_with_capitals,
    ),
    AnchorPattern("proxy", r"[a-z0-9_.$-] HIER_", frozenset(), 0.6, 0, back=PLAIN, back_over=6, check=names_framed),
    AnchorPattern(
        "passwd", r"[a-z0-9_-]:x:[0-9]", frozenset(b"0123456789:"), 0.85, 0, back=PLAIN, back_over=4, check=names_framed
    ),
    AnchorPattern("shadow", r"[a-z0-9_-]:\$[1256y]", frozenset(), 0.85, 0, back=PLAIN, back_over=3, check=names_framed),
    AnchorPattern(
        "in a column of keys",
        r"\b(?:user ?name|account name|registered owner|primary user)(?:[ .]{0,30}:)?[ \t]{5,40}",
        PLAIN,
        0.6,
        2,
        TRIM,
        check=names_in_column,
    ),
    AnchorPattern(
        "peer of a VPN",
        r"[a-z0-9_.-]\] Peer Connection Initiated",
        frozenset(),
        0.85,
        0,
        back=PLAIN,
        back_over=27,
        check=names_framed,
    ),
    AnchorPattern(
        "caller of a VPN",
        r"[0-9]:[0-9]{2,5} (?:TLS|VERIFY|MULTI|PUSH|peer info|timers|sent control|(?:data|control) channel"
        r"|connection reset)",
        frozenset(),
        0.6,
        0,
        back=PLAIN | frozenset(b" /:'"),
        back_over=1,
        check=names_caller,
    ),
    AnchorPattern("sender", r": from=", PLAIN, 0.6, 1, until=b", size=", check=names_sender),
    AnchorPattern(
        "envelope",
        r"\b(?:uid=[0-9]{1,10} from=<|orig_to=<|ctladdr=)",
        PLAIN,
        0.6,
        1,
        TRIM,
        check=names_someone_lettered,
    ),
    AnchorPattern(
        "owner of a file",
        r"[dlbcps-](?:[r-][w-][xst-]){2}[r-][w-][xt-][.+@]? {1,6}[0-9]{1,6} {1,4}",
        PLAIN,
        0.6,
        2,
        TRIM,
        check=names_someone_lettered,
    ),
    AnchorPattern(
        "in the column before an address",
        BEFORE_ADDRESS,
        frozenset(),
        0.6,
        0,
        back=PLAIN,
        back_over=5,
        check=names_column,
    ),
    AnchorPattern("in a claim", r"\b[ic]:0[#e][a-z0-9.!]{0,3}\|", ACCOUNT, 0.85, 2, TRIM, check=names_someone),
    AnchorPattern(
        "permitted",
        r"\bacls to: ?|\bpermissions: set\((?:[a-z0-9_.-]{1,32}, )?",
        PLAIN | frozenset(b","),
        0.6,
        2,
        TRIM,
        check=names_someone,
    ),
)
