// Keeps a receipt true while it is open. Asks data-url (the receipt's JSON) with its ETag, less and
// less often; when it has changed, every [data-part] of this page is taken anew from the page's own
// HTML. The part that says the state is a live region and stays in place, so that it is read out.
const FIRST = 1000; // ms
const LONGEST = 30000; // ms
const FACTOR = 1.5;
const FINAL = new Set(["accepted", "moderated", "rejected", "withdrawn"]);

const visible = () =>
  new Promise((resolve) => {
    if (!document.hidden) resolve();
    else document.addEventListener("visibilitychange", resolve, { once: true });
  });

async function redraw(receipt) {
  const answer = await fetch(location.href, { cache: "no-store" });
  if (!answer.ok) throw new Error(answer.statusText);
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  receipt.querySelector("header").className = fresh.querySelector(".receipt > header").className;
  for (const part of document.querySelectorAll("[data-part]")) {
    const next = fresh.querySelector(`[data-part="${part.dataset.part}"]`);
    const focused = part.contains(document.activeElement);
    part.replaceChildren(...(next?.childNodes ?? []));
    if (focused) receipt.querySelector("h1").focus();
  }
}

export default async function receiptPoll(receipt) {
  const { url } = receipt.dataset;
  let { state } = receipt.dataset;
  let tag = "";
  for (let wait = FIRST; !FINAL.has(state); wait = Math.min(wait * FACTOR, LONGEST)) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    await visible();
    try {
      const headers = tag ? { "If-None-Match": tag } : {};
      const answer = await fetch(url, { headers, cache: "no-store" });
      if (answer.status === 404) return;
      if (answer.status !== 200) continue;
      const known = tag;
      const now = (await answer.json()).state;
      if (known || now !== state) await redraw(receipt);
      tag = answer.headers.get("ETag") ?? "";
      if (now !== state) wait = FIRST;
      state = now;
    } catch {
      // No connection, or an answer that is none: the page stays as it is and asks again later.
    }
  }
}
