"use strict";
// Token and texts live in this page's variables and fields alone: a reload forgets them.
const byId = (id) => document.getElementById(id);
const said = byId("said");
let token = "";
let client = "";

function say(text, bad = false) {
  said.textContent = text;
  said.className = bad ? "bad" : "";
}

async function ask(path, body) {
  const options = { headers: { authorization: `Bearer ${token}` }, cache: "no-store", credentials: "omit" };
  if (body) {
    options.method = "POST";
    options.headers["content-type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  const response = await fetch(path, options);
  const found = await response.json();
  if (!response.ok) {
    throw new Error(found.reason ? `Refused (${found.reason}): ${found.detail}.` : `${found.title}: ${found.detail}.`);
  }
  return found;
}

byId("access").addEventListener("submit", async (event) => {
  event.preventDefault();
  token = byId("token").value.trim();
  try {
    const access = await ask("/v1/access");
    client = access.client;
    byId("recipient").replaceChildren(...access.recipients.map((name) => new Option(`for ${name}`, name)));
    byId("recipient").disabled = byId("redact").disabled = false;
    byId("token").value = "";
    say(`Texts of ${client}: paste one, pick who will read it, and redact.`);
    byId("text").focus();
  } catch (error) {
    say(error.message, true);
  }
});

byId("redact").addEventListener("click", async () => {
  const recipient = byId("recipient").value;
  forgetResult();
  say("Redacting …");
  setWaiting(true);
  try {
    const found = await ask("/v1/redact", { client, recipient, text: byId("text").value });
    byId("result").value = found.text;
    byId("copy").disabled = false;
    const counts = Object.entries(found.counts).map(([entity, actions]) => {
      const parts = Object.entries(actions).map(([action, count]) => `${count} ${action}`);
      return `${entity} ${parts.join(", ")}`;
    });
    say(`Redacted for ${recipient} and verified. ${counts.join("; ") || "Nothing was found in it."}`);
  } catch (error) {
    say(error.message, true);
  }
  setWaiting(false);
});

function setWaiting(waiting) {
  byId("redact").disabled = byId("recipient").disabled = byId("text").readOnly = waiting;
}

byId("copy").addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(byId("result").value);
  } catch {
    byId("result").select();
    document.execCommand("copy");
  }
  say("Copied.");
});

byId("clear").addEventListener("click", () => {
  byId("text").value = "";
  forgetResult();
  say("Cleared.");
});

// What is shown belongs to the text and the recipient beside it.
byId("text").addEventListener("input", forgetResult);
byId("recipient").addEventListener("change", forgetResult);

function forgetResult() {
  byId("result").value = "";
  byId("copy").disabled = true;
}
