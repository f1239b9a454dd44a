// Narrows a long list of choices while typing; without it the search button asks the server.
import { counted } from "./counted.js";

export default function filter(box) {
  const list = document.getElementById(box.dataset.list);
  const said = document.getElementById(`${box.id}-said`);
  box.addEventListener("input", () => {
    const words = box.value.toLowerCase().split(/\s+/).map((word) => ` ${word}`);
    let shown = 0;
    for (const choice of list.querySelectorAll(".choice")) {
      const text = ` ${choice.textContent.toLowerCase().replace(/\s+/g, " ")}`;
      // A chosen one stays in sight: what is not seen must not be sent.
      const match = choice.querySelector(":checked") || words.every((word) => text.includes(word));
      choice.hidden = !match;
      if (match) shown += 1;
    }
    for (const group of list.querySelectorAll(".group")) {
      group.hidden = !group.querySelector(".choice:not([hidden])");
    }
    said.textContent = counted(shown, said.dataset);
  });
}
