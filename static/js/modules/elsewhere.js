// In a frame: sees from data-url that somebody goes on with this draft in another tab, or has sent it
// there, and shows the page that says so. It asks only while the page is seen.
const PAUSE = 3000; // ms
const LONGEST = 60000; // ms

export default async function elsewhere(element) {
  const { url, state } = element.dataset;
  let wait = PAUSE;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    if (document.hidden) continue;
    try {
      const answer = await fetch(url, { cache: "no-store" });
      if (!answer.ok) return;
      if ((await answer.json()).state !== state) {
        location.replace(location.href);
        return;
      }
      wait = Math.min(wait * 1.1, LONGEST);
    } catch {
      wait = Math.min(wait * 2, LONGEST);
    }
  }
}
