// Characters left in a text, said politely once typing pauses.
import { counted } from "./counted.js";

const PAUSE = 400; // ms

export default function count(area) {
  const line = document.getElementById(`${area.id}-count`);
  let timer;
  area.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const { one, many, oneOver, manyOver } = line.dataset;
      const left = area.maxLength - [...area.value].length; // code points, as the server counts
      line.textContent =
        left < 0 ? counted(-left, { one: oneOver, many: manyOver }) : counted(left, { one, many });
    }, PAUSE);
  });
}
