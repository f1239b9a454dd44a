// The frame's side of the embedded form: tells the page around it how tall it is, and that a new
// step is shown. Nothing else is said: the address of a step is a secret of the person who reports.
export default function frame() {
  if (window.parent === window) return;
  const post = (message) => window.parent.postMessage({ v: 1, ...message }, "*");
  const page = document.documentElement;
  let height = 0;
  const measure = () => {
    const now = Math.ceil(page.getBoundingClientRect().height);
    if (now !== height) post({ type: "report:height", height: (height = now) });
  };
  new ResizeObserver(measure).observe(page);
  measure();
  post({ type: "report:navigate" });
}
