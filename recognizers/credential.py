"""Secrets: passwords and tokens after keys, authorization headers, well-known token shapes, private keys, cookies."""

from __future__ import annotations

import re
from collections.abc import Iterator

from recognizers import configured_secrets
from recognizers.declaration import AnchorPattern, DeclaredRecognizer, Found, TokenPattern
from recognizers.directives import SECRETS
from recognizers.keys import KEYS
from recognizers.phrases import EQUALS, NAME_BYTES, PRINTABLE, SEPARATOR
from recognizers.words import common_words, is_placeholder

#: A comma or an equals sign may stand in a password: what follows one goes with it rather than stay behind.
_SECRET = PRINTABLE - frozenset(b"\"'&<>`")
_TOKEN68 = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=")
_TRIM = frozenset(b".,;)]}\\")
_CRYPT = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789./$=,+-")
_FOLDER = re.compile(
    rb"/(?:\Z|(?:home|root|usr|var|etc|opt|tmp|srv|mnt|users|export|data|run|proc|dev|boot|lib|bin|sbin|sys|media|snap|nix)"
    rb"(?:/|[;,]*\Z))",
    re.IGNORECASE,
)
_OBJECT = re.compile(rb"[A-Z][A-Za-z]*\{[0-9a-f]{5,8}\Z")
_PAM_STEP = re.compile(rb"(?:chauthtok|session|auth|account|setcred)\)")
_JWT_RUN = re.compile(rb"[A-Za-z0-9_.-]+")
_JWT = re.compile(rb"\A[A-Za-z0-9_-]{8,}+\.[A-Za-z0-9_-]{4,}+(?:\.[A-Za-z0-9_-]*+){1,3}")
#: values that tell of a secret's state, or that begin a sentence about it
_STATES = frozenset(
    b"authentication auth basic bearer digest negotiate ntlm required changed expired accepted rejected incorrect "
    b"invalid wrong set ok "
    b"yes failed failure success missing must is was has token password file prompt default "
    b"enabled disabled md5 sha256 sha512 expires".split()
)


def is_secret(value: bytes) -> bool:
    """Whether what stands after `password=` is one: no placeholder and no state."""
    if value[-1:] in (b"(", b"["):
        return False  # a call or a type in code
    if _FOLDER.match(value):
        return False  # `PWD=/home/…` is the working directory
    if _PAM_STEP.match(value):
        return False  # `pam_unix(passwd:chauthtok):` names a service and what it does
    if _OBJECT.match(value):
        return False  # `token=Token{a64f992`: where an object lies, as Android prints it
    bare = value.strip(b"()[]{}")
    return not is_placeholder(value) and bare.lower() not in _STATES and not set(value) <= set(b"*#xX.-")


#: Where the next parameter of a query begins, or an entity of HTML; behind any other such sign the secret goes on.
_PARAMETER = re.compile(rb"&(?:[A-Za-z0-9_.%\[\]-]*=|[a-z]{2,6};|#|[^A-Za-z0-9]|\Z)")


def before_parameter(value: bytes) -> tuple[int, int] | None:
    """Where the secret is in what stands behind its key, the parameters after it aside."""
    found = _PARAMETER.search(value)
    end = found.start() if found is not None else len(value)
    end = len(value[:end].rstrip(bytes(_TRIM)))
    return (0, end) if end and is_secret(value[:end]) else None


_TESTED = re.compile(rb"[a-z0-9_.+-]+(?:/[a-z0-9_.+-]+)+\.[a-z]{1,4}:\Z", re.IGNORECASE)


def is_secret_after_colon(value: bytes) -> bool:
    """After `password:` prose may follow, so no word of the language is taken, and after `PASS:` the name of a test."""
    return (
        is_secret(value)
        and not _TESTED.match(value)
        and len(value) > 2
        and value.strip(b".!?)").lower() not in common_words()
    )


def is_quoted_secret(value: bytes) -> bool:
    return is_secret(value) and value[:1] not in b" ,;:" and len(value) <= 4096 and b"\n" not in value


def is_hashed_password(value: bytes) -> bool:
    """Salt and hash, which mix letters and digits as names of files behind a variable do not."""
    return (
        len(set(value)) > 5 and re.search(rb"[0-9]", value) is not None and re.search(rb"[A-Za-z]", value) is not None
    )


def is_token68(value: bytes) -> bool:
    """A header's credentials: long, or mixed as no word is (RFC 9110 11.2)."""
    if len(value) < 8 or value.lower() in common_words() or is_placeholder(value):
        return False
    return len(value) >= 20 or re.search(rb"[0-9A-Z+/=_]", value[1:]) is not None


def is_cookie(value: bytes) -> bool:
    return value[:1] != b" " and not is_placeholder(value)


_SECRET_KEYS = (
    r"(?:(?:\b|_)[a-z]{0,12}[_.-]?(?:password|passwd|passphrase|passcode)|(?:\b|_)(?:pwd|psk|secret|token"
    r"|wpa_passphrase)"
    r"|\b(?:pass|pw)|(?:\b|_|x-)(?:client|app|shared|consumer|webhook)[_.-]?secret"
    r"|(?:\b|_|x-)(?:api|access|secret|account|private|auth|signing|encryption|pre-?shared|pre_shared|license|wep)[_.-]?key[0-9]?"
    r"|(?:\b|_|x-)(?:access|refresh|id|auth|api|session|csrf|xsrf|security|oauth|bearer)[_.-]?token"
    r"|\bsecret[_.-]?access[_.-]?key"
    r"|\bx-amz-(?:signature|security-token|credential)|\b(?:snmp[_ -]?)?community|\bcredentials?|\bsamlresponse"
    r"|\bauthtoken|\bclient_assertion)"
)


class CredentialRecognizer(DeclaredRecognizer):
    """Passwords, tokens, keys and authorization headers.

    Any value after a key that names a secret is one, but for placeholders and words that tell its state.
    """

    ENTITY = "CREDENTIAL"
    PATTERNS = (
        TokenPattern("JWT", r"eyJ[a-z0-9_-]{5,}\.", 1.0, plain_from=None),
        TokenPattern("AWS access key", r"\b(?:AKIA|ASIA|AROA|AIDA|AGPA|ANPA)[A-Z0-9]{16}\b", 0.85, plain_from=20),
        TokenPattern(
            "GitHub token", r"\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{22,255})", 0.85, plain_from=33
        ),
        TokenPattern("Slack token", r"\bxox[abeoprs]-[A-Za-z0-9-]{10,250}", 0.85, plain_from=15),
        TokenPattern("GitLab token", r"\bgl(?:pat|ptt|dt|rt|cbt|ft|soat)-[A-Za-z0-9_-]{20,60}", 0.85, plain_from=25),
        TokenPattern("Google API key", r"\bAIza[A-Za-z0-9_-]{35}", 0.85, plain_from=39),
        TokenPattern("Stripe key", r"\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,250}", 0.85, plain_from=24),
        TokenPattern("npm or PyPI token", r"\b(?:npm_[A-Za-z0-9]{36}|pypi-[A-Za-z0-9_-]{50,250})", 0.85, plain_from=40),
        TokenPattern(
            "Azure or SendGrid key", r"\bSG\.[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{16,64}", 0.85, plain_from=None
        ),
        *SECRETS,
        *configured_secrets.SECRETS,
        AnchorPattern(
            "after key and equals",
            _SECRET_KEYS + EQUALS,
            _SECRET | frozenset(b"&"),
            0.85,
            1,
            _TRIM,
            part=before_parameter,
        ),
        AnchorPattern(
            "after key and colon",
            _SECRET_KEYS + r"[\x22'\\]{0,4}[ \t]{0,2}:[ \t]{0,4}",
            _SECRET,
            0.6,
            1,
            _TRIM,
            check=is_secret_after_colon,
        ),
        AnchorPattern(
            "quoted after key",
            _SECRET_KEYS + SEPARATOR + r"\\?[\x22]{0,2}\x22",
            _SECRET,
            0.85,
            1,
            frozenset(b"\\"),
            b'"',
            check=is_quoted_secret,
        ),
        AnchorPattern(
            "apostrophes after key",
            _SECRET_KEYS + SEPARATOR + r"'",
            _SECRET,
            0.85,
            1,
            frozenset(b"\\"),
            b"'",
            check=is_quoted_secret,
        ),
        AnchorPattern(
            "command line option",
            r"--(?:password|passwd|passphrase|token|secret|api-key|access-key|secret-key)[ \t]{1,2}[\x22']?",
            _SECRET - frozenset(b"-"),
            0.6,
            1,
            _TRIM,
            check=is_secret,
        ),
        AnchorPattern(
            "SNMP community",
            r"(?:\br[ow]community6?"
            r"|\bsnmp[a-z]{3,8} (?:-v ?[12]c? )?-c|\bsnmp community string)[ \t]{1,4}[\x22']?",
            _SECRET,
            0.85,
            1,
            _TRIM,
            check=is_secret,
        ),
        AnchorPattern(
            "typed in a configuration",
            r"\b(?:password|secret|key|key-string|passphrase|pre-shared-key|ascii|hex)[ \t]{1,2}(?:ENC|[0-9])"
            r"[ \t]{1,2}[\x22']?",
            _SECRET,
            0.85,
            4,
            _TRIM,
            check=is_secret_after_colon,
        ),
        AnchorPattern(
            "key of a server",
            r"\b(?:(?:tacacs|radius)-server key|isakmp key|encrypted-password|authentication-key)[ \t]{1,2}[\x22']?",
            _SECRET,
            0.85,
            2,
            _TRIM,
            check=is_secret,
        ),
        AnchorPattern(
            "hashed password",  # crypt(5), and the same of other systems
            r"\$(?:[15-9y]|2[abxy]?|gy|apr1|sha1|argon2(?:id?|d)|pbkdf2(?:-sha[0-9]{1,3})?|scrypt)\$",
            _CRYPT,
            1.0,
            8,
            check=is_hashed_password,
        ),
        AnchorPattern("key of a wireless profile", r"<keyMaterial>", _SECRET, 1.0, 1, check=is_secret),
        AnchorPattern(
            "authorization header",
            r"authorization[\x22'\\]{0,4}[ \t]{0,2}[:=][ \t]{0,2}[\x22'\\]{0,3}(?:basic|bearer|negotiate|ntlm"
            r"|digest|token|apikey|hoba|aws4-hmac-sha256)[ \t]{1,2}",
            PRINTABLE - frozenset(b"\"'\\"),
            1.0,
            1,
            frozenset(b",;"),
            check=is_secret,
        ),
        AnchorPattern(
            "scheme and token",
            r"\b(?:basic|bearer|negotiate)[ \t]{1,2}",
            _TOKEN68,
            0.6,
            8,
            frozenset(b".,"),
            check=is_token68,
        ),
        AnchorPattern(
            "private key",
            r"-----BEGIN [A-Z0-9 ]{0,24}PRIVATE KEY(?: BLOCK)?-----",
            PRINTABLE,
            1.0,
            1,
            until=b"-----END",
        ),
        AnchorPattern("PGP or PuTTY secret", r"\bPrivate-Lines: [0-9]{1,3}", PRINTABLE, 1.0, 1, until=b"Private-MAC"),
        AnchorPattern("NTLM message", r"\bTlRMTVNTUAA", _TOKEN68, 1.0, 8),
    )
    KEYS = KEYS["CREDENTIAL"]
    SOURCE = "RFC 9110 11; RFC 6750 2.1; RFC 7519 3; RFC 7468 10; RFC 3584 (communities); the issuers' own pages"

    def find_in_token(self, token: bytes) -> Iterator[Found]:
        """Token shapes by their patterns; a JWT by reading the run of its bytes once."""
        # Its pattern, read by itself, would start anew at every `eyJ` of a long run.
        yield from self.found_by((pattern for pattern in self.token_patterns if pattern.name != "JWT"), token)
        for run in _JWT_RUN.finditer(token):
            at = token.find(b"eyJ", run.start(), run.end())
            match = _JWT.match(token[at : run.end()]) if at >= 0 else None
            if match:
                yield Found(at, at + match.end(), self.ENTITY, "JWT", 1.0)

    def accepts_key_value(self, value: bytes) -> bool:
        return is_secret(value)

    def canonical(self, value: bytes) -> bytes:
        """As it stands: secrets differ by case."""
        return value


class CookieRecognizer(DeclaredRecognizer):
    """Cookies, whole headers as they stand in text, and session ids after their usual names."""

    ENTITY = "COOKIE"
    PATTERNS = (
        AnchorPattern(
            "header",
            r"\b(?:set-)?cookie2?[\x22']?: {0,2}[\x22']?",
            PRINTABLE - frozenset(b"\"'") | frozenset(b" "),
            0.85,
            3,
            check=is_cookie,
        ),
        AnchorPattern(
            "session id",
            r"\b(?:jsessionid|phpsessid|asp\.net_sessionid|connect\.sid|session[_-]?id|sessid|sid_cookie)"
            + EQUALS
            + r"[\x22']?",
            NAME_BYTES | frozenset(b"%:~"),
            0.6,
            6,
            frozenset(b"."),
            check=is_cookie,
        ),
    )
    KEYS = KEYS["COOKIE"]
    SOURCE = "RFC 6265 4"

    def accepts_key_value(self, value: bytes) -> bool:
        return is_cookie(value)

    def canonical(self, value: bytes) -> bytes:
        """As it stands: session ids differ by case."""
        return value
