// After an error the summary has the focus, so it is read first; its links lead into the fields.
const FIELDS = "input:not([type=hidden], [tabindex=\"-1\"]), select, textarea";

export default function errorFocus(summary) {
  summary.focus();
  summary.addEventListener("click", (event) => {
    const target = document.getElementById(event.target.closest("a")?.hash.slice(1));
    if (!target) return;
    const field = target.matches(FIELDS) ? target : target.querySelector(FIELDS);
    if (!field) return;
    event.preventDefault();
    (field.closest(".field") ?? field).scrollIntoView();
    field.focus({ preventScroll: true });
  });
}
