/** An idx file. `body` is big-endian. */
export function idxBytes(shape: readonly number[], body: Uint8Array, type = 0x08): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * shape.length + body.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0, 0, type, shape.length]);
  shape.forEach((n, i) => view.setUint32(4 + 4 * i, n));
  bytes.set(body, 4 + 4 * shape.length);
  return bytes;
}
