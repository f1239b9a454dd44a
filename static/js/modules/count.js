// Characters left in a text, said politely once typing pauses.
import { counted } from "./counted.js";

const PAUSE = 400; // ms

export default function count(area) {
  const line = document.getElementById(`${area.id}-count`);
  let timer;
  area.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      line.textContent = counted(area.maxLength - area.value.length, line.dataset);
    }, PAUSE);
  });
}
