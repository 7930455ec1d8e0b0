/** In Node and in browsers. */
declare const btoa: (text: string) => string;

const HEADER = 54;

/** A picture without compression as a data URL. `pixel` gives 0…255 for red, green and blue (channel 0, 1, 2). */
export function bmpUrl(
  { width, height }: { readonly width: number; readonly height: number },
  pixel: (y: number, x: number, channel: number) => number,
): string {
  const stride = Math.ceil((width * 3) / 4) * 4;
  const bytes = new Uint8Array(HEADER + stride * height);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0x424d); // "BM"
  view.setUint32(2, bytes.length, true);
  view.setUint32(10, HEADER, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, width, true);
  view.setInt32(22, height, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = HEADER + (height - 1 - y) * stride + x * 3; // rows from the bottom, blue first
      for (let c = 0; c < 3; c++) bytes[at + 2 - c] = Math.max(0, Math.min(255, Math.round(pixel(y, x, c))));
    }
  }
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return `data:image/bmp;base64,${btoa(text)}`;
}
