import type { WasmBackend } from "./tfjs-wasm.ts";

/** The heap never reaches its last 64 KiB, nor can a request that near to 4 GB be met: emmalloc adds its headers to it and wraps around. */
const LARGEST = 2 ** 32 - 2 ** 20;

/**
 * Puts a sound allocator in the place of `_malloc`. tfjs's build has emmalloc, which takes any free block for large enough where the block's
 * address plus the request passes 4 GB: on a nearly full heap it hands out memory that belongs to others or lies behind the end, and
 * whatever is written there breaks its lists, until it loops for ever. Such a block is not cut, only marked as used, so giving it back undoes
 * that. Returns 0 where nothing fits.
 */
export function soundMalloc({ wasm }: WasmBackend): void {
  // Emscripten's own stub replaces itself at its first call: let that happen before ours takes its place.
  wasm._free(wasm._malloc(64));
  const { malloc } = wasm.asm;
  wasm._malloc = (bytes) => {
    if (bytes > LARGEST) return 0;
    const wrong: number[] = [];
    // Every wrong block is kept until a right one is found: there is a free one less to be wrong about.
    for (;;) {
      const pointer = malloc(bytes) >>> 0;
      if (pointer !== 0 && pointer + bytes > wasm.HEAPU8.length) {
        wrong.push(pointer);
        continue;
      }
      for (const one of wrong) wasm._free(one);
      return pointer;
    }
  };
}
