// Compiles assembly/ to the four builds in dist/: with and without fused multiply-add, on a shared memory (threads) and on a private one.
// `tsc -b` at the root makes the rest of dist.
import { mkdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const root = fileURLToPath(new URL(".", import.meta.url));
const DATA_SECTION = 11;

const COMMON = "-O3 --noAssert --runtime stub --importMemory --initialMemory 1 --use abort= --enable simd".split(" ");
const SHARED = "--enable threads --sharedMemory --maximumMemory 65536".split(" ");
const RELAXED = "--enable relaxed-simd".split(" ");

await mkdir(new URL("dist", import.meta.url), { recursive: true });
await build("kernels.wasm", []);
await build("kernels-relaxed.wasm", RELAXED);
await build("kernels-shared.wasm", SHARED);
await build("kernels-shared-relaxed.wasm", [...SHARED, ...RELAXED]);

async function build(file, flags) {
  const { error, stderr } = await asc.main(["assembly/index.ts", "--outFile", `dist/${file}`, "--baseDir", root, ...COMMON, ...flags]);
  if (error) throw new Error(`asc failed\n${stderr.toString()}`, { cause: error });
  // A data segment would be copied over tfjs's own memory when the module starts.
  if (sectionsOf(await readFile(new URL(`dist/${file}`, import.meta.url))).includes(DATA_SECTION)) {
    throw new Error(`${file} has a data segment: some code in assembly/ uses static data (a string, a table, Math.log …)`);
  }
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
