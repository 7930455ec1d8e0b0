/** Pixels of the longer side, enough for a screen of twice the density. */
const SIDE = 320;

/** A small JPEG of an image file, upright; its own size where that is smaller. Rejects where it cannot be read. */
export async function thumbnail(file: string): Promise<Uint8Array> {
  const { default: sharp } = await import("sharp");
  const image = sharp(file, { failOn: "error" }).rotate();
  return image
    .resize(SIDE, SIDE, { fit: "inside", withoutEnlargement: true })
    .flatten({ background: "#fff" })
    .jpeg({ quality: 82 })
    .toBuffer();
}
