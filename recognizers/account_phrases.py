"""Phrases of login daemons, and of messages that begin with an account."""

from __future__ import annotations

from recognizers.accounts import ACCOUNT, PLAIN, TRIM, names_login, names_someone, names_someone_uncommon, names_sudoer
from recognizers.declaration import AnchorPattern
from recognizers.phrases import BLANK

BY_PHRASE = (
    AnchorPattern(
        "mailbox process",
        r"\b(?:imap|pop3|lda|lmtp|managesieve|sql|passwd-file|ldap)\(",
        PLAIN,
        0.6,
        2,
        TRIM,
        check=names_someone_uncommon,
    ),
    AnchorPattern("FTP session", r"\[pid [0-9]{1,9}\] \[", PLAIN, 0.6, 2, TRIM, check=names_someone),
    AnchorPattern(
        "remote shell", r"\b(?:ssh|scp|sftp|rsync|mosh) (?:-[a-z] )?", PLAIN, 0.6, 3, TRIM, check=names_login
    ),
    AnchorPattern(
        "after user",
        r"\b(?:user|account|username)" + BLANK + r"{1,4}[\x22<\[(]?",
        ACCOUNT,
        0.4,
        2,
        TRIM,
        check=names_someone_uncommon,
    ),
    AnchorPattern(
        "quoted after user", r"\b(?:user|account|username) [\x22<]", ACCOUNT, 0.6, 1, TRIM, check=names_someone
    ),
    AnchorPattern("sudo", r"[a-z0-9_.$-] : TTY=", frozenset(), 0.85, 0, back=PLAIN, back_over=7, check=names_sudoer),
    AnchorPattern(
        "sudo refused",
        r"[a-z0-9_.$-] : user NOT in sudoers",
        frozenset(),
        0.85,
        0,
        back=PLAIN,
        back_over=22,
        check=names_sudoer,
    ),
    AnchorPattern("cron", r"[a-z0-9_.$-]\) CMD \(", frozenset(), 0.85, 0, back=PLAIN, back_over=7, check=names_sudoer),
)
