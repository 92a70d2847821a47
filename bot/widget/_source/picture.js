// Pictures: those of products, those that shoppers send, and what stands in where there is none.

const PICTURE_TYPES = ["image/jpeg", "image/png", "image/webp"];
const LONGEST_SIDE = 1600;
const WEB = new Set(["http:", "https:"]);

/** A product's picture; a drawing of ours where there is none or it does not load.
 *
 *  @param alt empty where the title is part of the same cell or heading
 */
function productPicture(item, base, alt = item.title) {
  const frame = make("div", { class: "picture", part: "picture" });
  const stand = () => frame.replaceChildren(icon("bag"));
  const url = item.image ? safeUrl(item.image, base, WEB) : null;
  if (!url) {
    stand();
    return frame;
  }
  frame.append(make("img", {
    src: url.href, alt, loading: "lazy", decoding: "async", referrerpolicy: "no-referrer",
    width: "240", height: "180", onerror: stand,
  }));
  return frame;
}

/** Draw a picture that the shopper sent; a canvas needs no permission of the page's policy. */
async function drawPicture(canvas, blob) {
  const bitmap = await createImageBitmap(blob);
  const scale = Math.min(1, 320 / Math.max(bitmap.width, bitmap.height));
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
}

/** The file, made smaller where it is over `most` bytes; null where that does not help. */
async function fitting(file, most) {
  if (file.size <= most) return file;
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (!bitmap) return null;
  const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  const small = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
  return small && small.size <= most ? small : null;
}
