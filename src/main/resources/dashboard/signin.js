// The sign-in page.

import { el, icon } from "./dom.js";

export function signInPage(error, enter) {
  const input = el("input", {
    id: "key", name: "key", type: "password", autocomplete: "off", spellcheck: "false", required: true,
    placeholder: "tg_…", "aria-describedby": error ? "key-error key-help" : "key-help", "aria-invalid": error && "true",
  });
  const submit = (event) => {
    event.preventDefault();
    if (input.value.trim()) enter(input.value.trim());
  };
  return el(
    "div",
    { class: "sign-in" },
    el(
      "form",
      { class: "card", submit, novalidate: true },
      el("div", { class: "mark" }, icon("gate")),
      el("h1", {}, "Costs and prompts"),
      el("p", { class: "lead" }, "Costs of every call, by team, user and prompt."),
      el("label", { for: "key" }, "Your Tollgate key"),
      input,
      error && el("p", { id: "key-error", class: "field-error", role: "alert" }, error.message),
      el("button", { type: "submit", class: "primary" }, "Open the dashboard"),
      el(
        "p",
        { id: "key-help", class: "note" },
        "Finance keys show costs; admin keys show everything. Your key is kept only until you close this tab.",
      ),
    ),
  );
}
