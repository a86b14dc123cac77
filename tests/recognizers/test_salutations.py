"""People told by a greeting, thanks or a closing formula."""

from __future__ import annotations

import pytest

from recognizers.salutations import nicks, people_addressed


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Hoi Daan,\nkun je", ["Daan"]), ("hi Mercy!", ["Mercy"]), ("thanks a bunch Mercy!", ["Mercy"]),
        ("Works. Thank you, Mo.", ["Mo"]), ("Sehr geehrter Herr Dr. von Stetten,", ["von Stetten"]),
        ("Regards\nMo\n", ["Mo"]), ("Best regards,\n\nJan van der Berg", ["Jan van der Berg"]),
        ("Mit freundlichen Grüßen\r\nJörg Ä. Maß", ["Jörg Ä. Maß"]), ("Hi Team,", []), ("Dear Valued Customer,", []),
        ("Hello World", []), ("Thank you Google", []), ("Good morning Support", []), ("hi jane,", []),
        ("Thanks,\nIT Department", []), ("Thanks Siobhán it works", []), ("Say hi Bob,", []), ("Best Buy", []),
        ("Thanks, Best.", []),
    ],
)  # fmt: skip
def test_whom_a_mail_greets_thanks_or_is_signed_by(text: str, people: list[str]) -> None:
    assert [text[start:end] for start, end in people_addressed(text)] == people


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("<sjones> lol\n<mchen> ask sjones", ["sjones", "mchen", "sjones"]),
        ("<@ivan> anja: ok\n> <anja> yes", ["ivan"]),
        ("<p> text</p>", []), ("<br> hello", []), ("<user> is required", []), ("a <bea> b", []), ("<bea>", []),
    ],
)  # fmt: skip
def test_who_speaks_in_lines_of_a_chat_is_told_wherever_it_stands(text: str, told: list[str]) -> None:
    assert [text[start:end] for start, end in nicks(text)] == told
