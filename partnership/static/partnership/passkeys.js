// Passkeys: asks the browser for one, to sign in or to add it. Without a browser that knows them the page says so, and nothing runs.
"use strict";

{
  const forms = document.querySelectorAll("form[data-passkey]");

  // WebAuthn wants bytes where JSON has base64url.
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-")
      .replace(/\//g, "_")
      .replace(/=+$/, "");
  const withBytes = (credentials) => credentials?.map((one) => ({ ...one, id: bytes(one.id) }));

  const asked = {
    add: async (options) => {
      const publicKey = {
        ...options,
        challenge: bytes(options.challenge),
        user: { ...options.user, id: bytes(options.user.id) },
        excludeCredentials: withBytes(options.excludeCredentials),
      };
      const made = await navigator.credentials.create({ publicKey });
      return answer(made, {
        attestationObject: text(made.response.attestationObject),
        transports: made.response.getTransports?.() ?? [],
      });
    },
    use: async (options) => {
      const publicKey = {
        ...options,
        challenge: bytes(options.challenge),
        allowCredentials: withBytes(options.allowCredentials),
      };
      const used = await navigator.credentials.get({ publicKey });
      return answer(used, {
        authenticatorData: text(used.response.authenticatorData),
        signature: text(used.response.signature),
        userHandle: used.response.userHandle ? text(used.response.userHandle) : undefined,
      });
    },
  };
  const answer = (credential, response) => ({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: { clientDataJSON: text(credential.response.clientDataJSON), ...response },
  });

  // What went wrong, by the names that the page has words for.
  const OUTCOMES = {
    NotAllowedError: "cancelled",
    AbortError: "cancelled",
    InvalidStateError: "known",
    SecurityError: "impossible",
    NotSupportedError: "impossible",
  };
  class Outcome extends Error {}

  const say = (form, outcome) => {
    const words = form.querySelector(`[data-outcome=${outcome}]`).content.cloneNode(true);
    form.querySelector("[data-said]").replaceChildren(words);
  };

  const send = async (form, address, data) => {
    const response = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
      body: JSON.stringify(data),
    }).catch(() => {
      throw new Outcome("unreached");
    });
    // Whoever is led to another page, or is refused by one, has been away for too long.
    if (response.redirected || !response.headers.get("Content-Type")?.startsWith("application/json")) {
      throw new Outcome("over");
    }
    if (!response.ok) {
      throw new Outcome("refused");
    }
    return response.json();
  };

  const run = async (form) => {
    const { begin, complete, passkey } = form.dataset;
    const query = form.elements.next ? `?${new URLSearchParams({ next: form.elements.next.value })}` : "";
    say(form, "asking");
    const credential = await asked[passkey](await send(form, begin, {}));
    const { redirect_url: next } = await send(form, complete + query, { ...credential, name: form.elements.name?.value });
    location.assign(next);
  };

  if (window.PublicKeyCredential) {
    for (const form of forms) {
      form.hidden = false;
      const button = form.querySelector("button");
      form.addEventListener("submit", async (event) => {
        event.preventDefault();
        button.disabled = true;
        try {
          await run(form);
        } catch (error) {
          say(form, error instanceof Outcome ? error.message : (OUTCOMES[error.name] ?? "refused"));
          button.disabled = false;
          button.focus();
        }
      });
    }
    for (const notice of document.querySelectorAll("[data-without-passkeys]")) {
      notice.hidden = true;
    }
  }
}
