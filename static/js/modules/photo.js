// Makes chosen photos smaller before they are sent, and shows them. Whatever the browser cannot
// read (HEIC outside Safari) goes to the server as it is. The canvas drops place and camera data.
const LONG_SIDE = 1600; // px
const QUALITY = 0.8;
const SMALL_ENOUGH = 1.5e6; // bytes
const THUMB = 160; // px

const draw = (bitmap, width, height) => {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, width, height);
  return canvas;
};

async function shrink(file, bitmap) {
  const scale = Math.min(1, LONG_SIDE / Math.max(bitmap.width, bitmap.height));
  if (scale === 1 && file.size < SMALL_ENOUGH && file.type === "image/jpeg") return file;
  const canvas = draw(bitmap, Math.round(bitmap.width * scale), Math.round(bitmap.height * scale));
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  if (!blob || blob.size >= file.size) return file;
  return new File([blob], `${file.name.replace(/\.\w+$/, "")}.jpg`, { type: "image/jpeg" });
}

function row(name, size, picture) {
  const item = Object.assign(document.createElement("li"), { className: "photo" });
  const state = Object.assign(document.createElement("p"), { className: "state", textContent: name });
  const amount = new Intl.NumberFormat(document.documentElement.lang, {
    style: "unit",
    unit: size < 1e6 ? "kilobyte" : "megabyte",
    maximumFractionDigits: size < 1e6 ? 0 : 1,
  }).format(size < 1e6 ? Math.ceil(size / 1e3) : size / 1e6);
  const meta = Object.assign(document.createElement("p"), { className: "quiet", textContent: amount });
  item.append(picture, state, meta);
  return item;
}

function thumbnail(bitmap) {
  const scale = THUMB / Math.min(bitmap.width, bitmap.height);
  const canvas = draw(bitmap, Math.round(bitmap.width * scale), Math.round(bitmap.height * scale));
  canvas.setAttribute("aria-hidden", "true");
  return canvas;
}

async function prepare(file) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    const ghost = Object.assign(document.createElement("span"), { className: "ghost" });
    return { file, item: row(file.name, file.size, ghost) };
  }
  const smaller = await shrink(file, bitmap);
  const item = row(file.name, smaller.size, thumbnail(bitmap));
  bitmap.close();
  return { file: smaller, item };
}

export default function photo(box) {
  const input = box.querySelector("input[type=file]");
  const list = box.querySelector(".photos");
  const said = box.querySelector("[role=status]");
  let turn = 0;
  input.addEventListener("change", async () => {
    turn += 1;
    const mine = turn;
    said.textContent = said.dataset.working;
    const ready = [];
    for (const file of input.files) ready.push(await prepare(file));
    if (mine !== turn) return; // other files were chosen meanwhile
    try {
      const files = new DataTransfer();
      for (const { file } of ready) files.items.add(file);
      input.files = files.files;
    } catch {
      // This browser lets no script put files in: the originals are sent.
    }
    list.hidden = !ready.length;
    list.replaceChildren(...ready.map(({ item }) => item));
    said.textContent = ready.length ? said.dataset.done : "";
  });
}
