// A second press on a sending button does nothing; the server guards too.
const PATIENCE = 8000; // ms: a lost connection must not lock the form

export default function once(page) {
  const sending = new Set();
  const release = (form, button) => {
    sending.delete(form);
    button?.removeAttribute("aria-disabled");
  };
  page.addEventListener("submit", (event) => {
    const { target: form, submitter: button } = event;
    if (event.defaultPrevented) return;
    if (sending.has(form)) {
      event.preventDefault();
      return;
    }
    sending.add(form);
    button?.setAttribute("aria-disabled", "true");
    setTimeout(() => release(form, button), PATIENCE);
    // A page that comes back with the Back button is ready to be sent again.
    window.addEventListener("pagehide", () => release(form, button), { once: true });
  });
}
