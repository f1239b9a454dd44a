// "Use where I am now": fills lat and lng of this form and sends it. The browser asks the person first.
const OPTIONS = { enableHighAccuracy: true, timeout: 15000, maximumAge: 30000 }; // ms
const DIGITS = 6; // 0.1 m

const denied = async () => {
  try {
    return (await navigator.permissions.query({ name: "geolocation" })).state === "denied";
  } catch {
    return false; // no such query here: pressing the button will tell
  }
};

export default async function locate(form) {
  const said = form.querySelector("[role=status]");
  const say = (key) => {
    said.textContent = said.dataset[key];
  };
  let found = false;
  form.addEventListener("submit", (event) => {
    if (found) return;
    event.preventDefault();
    say("finding");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        form.elements.lat.value = coords.latitude.toFixed(DIGITS);
        form.elements.lng.value = coords.longitude.toFixed(DIGITS);
        found = true;
        said.textContent = "";
        form.requestSubmit();
        found = false;
      },
      (error) => say(error.code === error.PERMISSION_DENIED ? "denied" : "failed"),
      OPTIONS,
    );
  });
  form.hidden = !window.isSecureContext || !navigator.geolocation || (await denied());
}
