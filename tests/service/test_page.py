"""The page in a real browser: paste, pick a recipient, copy; and nothing of it is kept."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

import pipeline
from pipeline.policy.workspace import Workspace

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium, then this test runs"
)
MAIN = "import sys; from pipeline.cli.main import main; sys.exit(main())"


@pytest.fixture
def address(workspace: Workspace) -> Iterator[str]:
    """Where ``redact serve`` listens, as a process of its own."""
    home = str(Path(next(iter(pipeline.__path__))).parent)
    process = subprocess.Popen(
        [sys.executable, "-c", MAIN, "serve", "--port", "0", "--workspace", str(workspace.folder)],
        env={**os.environ, "PYTHONPATH": home},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    try:
        for line in process.stderr:
            if "Listening on " in line:
                yield line.split("Listening on ")[1].split()[0]
                break
        else:
            pytest.fail("serve ended before it listened")
    finally:
        process.terminate()
        process.stderr.read()
        assert process.wait(30) == 0


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 960, "height": 520})
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        yield context.new_page()
        browser.close()


def test_a_text_is_pasted_redacted_copied_and_forgotten(
    address: str, page: Page, token: str, ticket: str, foreign: str, canaries: dict[str, str]
) -> None:
    asked: list[str] = []
    told: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: told.append(message.text))
    page.goto(address)
    page.fill("#token", "redact_wrong")
    page.click("#access button")
    said = page.locator("#said")
    expect(said).to_have_class("bad")
    page.fill("#token", token)
    page.click("#access button")
    page.wait_for_selector("#recipient:not([disabled])")
    assert page.input_value("#token") == "", "it does not stay on the screen"
    page.fill("#text", ticket)
    page.select_option("#recipient", "cisco")
    page.click("#redact")
    page.wait_for_selector("#copy:not([disabled])")
    result = page.input_value("#result")
    assert result.count("\n") == ticket.count("\n")
    assert not [name for name, value in canaries.items() if value in result]
    if place := os.environ.get("REDACT_SCREENSHOT"):
        page.screenshot(path=place)
    page.click("#copy")
    expect(said).to_have_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()") == result
    page.fill("#text", ticket + foreign)
    assert page.input_value("#result") == "", "a result stands beside its own text alone"
    page.click("#redact")
    expect(said).to_contain_text("Refused (foreign-client)")
    assert page.input_value("#result") == ""
    assert page.context.cookies() == []
    kept = "[localStorage.length, sessionStorage.length, document.cookie.length]"
    assert page.evaluate(kept) == [0, 0, 0]
    page.reload()
    assert (page.input_value("#text"), page.input_value("#result"), page.is_disabled("#redact")) == ("", "", True)
    assert {url for url in asked if not url.startswith(address)} == set(), "nothing comes from elsewhere"
    assert [line for line in told if "Content Security Policy" in line] == []
