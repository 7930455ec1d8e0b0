// Compiles assembly/ to dist/kernels.wasm. `tsc -b` at the root makes the rest of dist.
import { mkdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const root = fileURLToPath(new URL(".", import.meta.url));
const DATA_SECTION = 11;

await mkdir(new URL("dist", import.meta.url), { recursive: true });
const flags = "-O3 --noAssert --runtime stub --importMemory --initialMemory 1 --use abort= --enable simd".split(" ");
const { error, stderr } = await asc.main(["assembly/index.ts", "--outFile", "dist/kernels.wasm", "--baseDir", root, ...flags]);
if (error) throw new Error(`asc failed\n${stderr.toString()}`, { cause: error });

// A data segment would be copied over tfjs's own memory when the module starts.
if (sectionsOf(await readFile(new URL("dist/kernels.wasm", import.meta.url))).includes(DATA_SECTION)) {
  throw new Error("kernels.wasm has a data segment: some code in assembly/ uses static data (a string, a table, Math.log …)");
}

/** Ids of the sections of a wasm file, in order. */
function sectionsOf(bytes) {
  const ids = [];
  let at = 8;
  while (at < bytes.length) {
    ids.push(bytes[at++]);
    let size = 0;
    let shift = 0;
    let byte;
    do {
      byte = bytes[at++];
      size |= (byte & 127) << shift;
      shift += 7;
    } while (byte & 128);
    at += size;
  }
  return ids;
}
