// Keeps a receipt true while it is open. Asks data-url (the receipt's JSON) with its ETag, as often as
// the answer's Retry-After says and only while the page is seen. When it has changed, each [data-part]
// of this page that differs is taken from the page's own HTML: what is read or has the focus stays.
const FIRST = 1; // s
const LONGEST = 60; // s
const FINAL = new Set(["accepted", "moderated", "rejected", "withdrawn"]);

const visible = () =>
  new Promise((resolve) => {
    if (!document.hidden) resolve();
    else document.addEventListener("visibilitychange", resolve, { once: true });
  });

const alike = (one, other) =>
  one.textContent === other.textContent && one.getAttribute("href") === other.getAttribute("href");

function replace(part, next, heading) {
  if (part.innerHTML === (next?.innerHTML ?? "")) return;
  const focused = part.contains(document.activeElement) ? document.activeElement : null;
  part.replaceChildren(...(next?.childNodes ?? []));
  if (!focused) return;
  const same = [...part.querySelectorAll("a, button")].find((element) => alike(element, focused));
  (same ?? heading()).focus({ preventScroll: true });
}

async function redraw(receipt) {
  const answer = await fetch(location.href, { cache: "no-store" });
  if (!answer.ok) throw new Error(answer.statusText);
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.title = fresh.title;
  receipt.querySelector("header").className = fresh.querySelector(".receipt > header").className;
  for (const part of document.querySelectorAll("[data-part]")) {
    const next = fresh.querySelector(`[data-part="${part.dataset.part}"]`);
    replace(part, next, () => receipt.querySelector("h1"));
  }
}

export default async function receiptPoll(receipt) {
  const { url } = receipt.dataset;
  let { state } = receipt.dataset;
  let tag = "";
  let wait = FIRST;
  while (!FINAL.has(state)) {
    await new Promise((resolve) => setTimeout(resolve, wait * 1000));
    await visible();
    try {
      const headers = tag ? { "If-None-Match": tag } : {};
      const answer = await fetch(url, { headers, cache: "no-store" });
      if (answer.status === 404) return;
      wait = Number(answer.headers.get("Retry-After")) || LONGEST;
      if (answer.status !== 200) continue;
      const now = (await answer.json()).state;
      if (tag || now !== state) await redraw(receipt);
      tag = answer.headers.get("ETag") ?? "";
      state = now;
    } catch {
      // No connection, or an answer that is none: the page stays as it is and asks again later.
      wait = Math.min(wait * 2, LONGEST);
    }
  }
}
