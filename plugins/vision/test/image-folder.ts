import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { PILImage, toBytesFormat } from "@fastap/plugin-vision";

/** Small images of one colour under the given names, while `f` runs; the colour tells the file. */
export async function withImages<T>(
  names: readonly string[],
  f: (root: string) => Promise<T>,
  size: readonly [number, number] = [6, 8],
): Promise<T> {
  const root = await mkdtemp(join(tmpdir(), "fastap-images-"));
  try {
    for (const [i, name] of names.entries()) await writeImage(join(root, name), 10 + i, size);
    return await f(root);
  } finally {
    await rm(root, { recursive: true });
  }
}

export async function writeImage(file: string, value: number, [height, width]: readonly [number, number]): Promise<void> {
  const image = await PILImage.create({ data: new Uint8Array(height * width * 3).fill(value), shape: [height, width, 3] });
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, await toBytesFormat(image));
}
