// Opens the print dialog, from which a receipt can be kept as a file too.
export default function print(button) {
  button.addEventListener("click", () => window.print());
}
