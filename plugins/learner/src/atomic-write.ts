/** Writes a file whole or not at all: a temporary one beside it is filled, synced and renamed. Makes directories. */
export async function atomicWrite(file: string, data: Uint8Array | string): Promise<void> {
  const { mkdir, open, rename, rm } = await import("node:fs/promises");
  const { dirname } = await import("node:path");
  await mkdir(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    const handle = await open(temporary, "w");
    try {
      await handle.writeFile(data);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
