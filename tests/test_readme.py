"""What the README shows is what the program does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeline.policy.actions import Action
from pipeline.policy.model import profile_names, read_policy

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("text", blocks("yaml"), ids=lambda text: f"{len(text.splitlines())} lines")
def test_each_policy_in_the_readme_is_valid(text: str) -> None:
    policy = read_policy(text.encode(), "readme.yaml")
    assert policy.clients == ("acme",)


def test_the_policy_grows_step_by_step() -> None:
    steps = blocks("yaml")
    assert len(steps) == 4
    for earlier, later in zip(steps, steps[1:]):
        assert later.startswith(earlier)


def test_the_readme_names_every_action_and_every_profile() -> None:
    for action in Action:
        assert f"| `{action.name.lower()}` |" in README
    for profile in profile_names():
        assert f"`{profile}`" in README
