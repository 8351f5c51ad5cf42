// Asks the browser for the passkey that a page's form is about, or has it suggest one. Without a script no page can.
"use strict";

const form = document.querySelector("form[data-passkey]");
const failed = document.getElementById("passkey-failed");

function bytes(text) {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
}

function text(buffer) {
  const binary = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

async function ask() {
  const publicKey = JSON.parse(form.dataset.options);
  publicKey.challenge = bytes(publicKey.challenge);
  if (form.dataset.passkey === "suggest") return navigator.credentials.get({ publicKey, mediation: "conditional" });
  if (form.dataset.passkey === "get") return navigator.credentials.get({ publicKey });
  publicKey.user.id = bytes(publicKey.user.id);
  for (const credential of publicKey.excludeCredentials ?? []) credential.id = bytes(credential.id);
  return navigator.credentials.create({ publicKey });
}

function written(credential) {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[part]) response[part] = text(credential.response[part]);
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  });
}

async function answer() {
  form.elements.credential.value = written(await ask());
  form.action = form.dataset.action;
  form.submit();
}

async function send() {
  failed.hidden = true;
  try {
    await answer();
  } catch {
    failed.hidden = false; // refused by the person, or there is none: browsers do not tell which
  }
}

// Where it cannot be done, the page is as it would be without.
async function suggest() {
  try {
    if (await window.PublicKeyCredential?.isConditionalMediationAvailable?.()) await answer();
  } catch {}
}

if (form.dataset.passkey === "suggest") {
  suggest();
} else {
  form.addEventListener("submit", (event) => {
    if (event.submitter?.hasAttribute("formaction")) return;
    event.preventDefault();
    send();
  });
  // Whoever came here has asked for it already, unless it has just failed.
  if (form.dataset.passkey === "get" && !document.getElementById("problems")) send();
}
