// Forms marked data-passkey ask the browser for a passkey, and are submitted with its response.
(() => {
  "use strict";

  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-")
      .replace(/\//g, "_")
      .replace(/=+$/, "");

  const read = (options) => {
    options.challenge = bytes(options.challenge);
    if (options.user) options.user.id = bytes(options.user.id);
    for (const list of [options.allowCredentials, options.excludeCredentials]) {
      for (const known of list || []) known.id = bytes(known.id);
    }
    return options;
  };

  const write = (made) => {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (made.response[name]) response[name] = text(made.response[name]);
    }
    return JSON.stringify({
      id: made.id,
      rawId: text(made.rawId),
      type: made.type,
      response,
      clientExtensionResults: made.getClientExtensionResults(),
    });
  };

  const say = (form, name) => {
    const words = form.querySelector(`template[data-words="${name}"]`);
    form.querySelector("[data-say]").replaceChildren(words ? words.content.cloneNode(true) : "");
  };

  const ask = async (form) => {
    const how = form.dataset.passkey;
    const publicKey = read(JSON.parse(form.dataset.options));
    form.elements.answer.value = write(await navigator.credentials[how]({ publicKey }));
    form.submit();
  };

  for (const form of document.querySelectorAll("[data-passkey]")) {
    form.hidden = false;
    const reason = location.origin !== form.dataset.origin ? "elsewhere" : window.PublicKeyCredential ? "" : "unable";
    if (reason) {
      form.querySelector("button").disabled = true;
      say(form, reason);
      continue;
    }
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      say(form, "");
      ask(form).catch(() => say(form, "cancelled"));
    });
  }
})();
