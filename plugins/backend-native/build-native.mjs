// Compiles c/ with the C compiler of the machine to native/<platform>/, where the backend looks first. CC and CFLAGS are honoured; with a
// cross compiler as CC, `--platform linux-arm64` says for which platform it compiles.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";

const run = promisify(execFile);
const source = fileURLToPath(new URL("c/", import.meta.url));
const { platform } = parseArgs({ options: { platform: { type: "string", default: `${process.platform}-${process.arch}` } } }).values;
const [system, architecture] = platform.split("-");
const file = { win32: "fastap.dll", darwin: "libfastap.dylib" }[system] ?? "libfastap.so";
const common = ["-std=gnu11", "-O3", "-fPIC", "-fvisibility=hidden", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math"];
const sets = {
  x64: {
    portable: [],
    avx2: ["-mavx2", "-mfma"],
    avx512: ["-mavx512f", "-mavx512vl", "-mavx512dq", "-mavx512bw", "-mavx2", "-mfma", "-mprefer-vector-width=512"],
  },
  // Part of every 64-bit ARM: there is nothing to choose at run time.
  arm64: { neon: [] },
}[architecture] ?? { portable: [] };

const cc = await compiler();
if (cc === undefined) {
  console.log("build:native: there is no C compiler (cc, gcc or clang), so there is no native library; the wasm backend does without");
} else {
  await build(cc);
}

/** The first compiler that answers. */
async function compiler() {
  for (const name of [process.env.CC, "cc", "gcc", "clang"]) {
    if (!name) continue;
    const found = await run(name, ["--version"]).then(
      () => true,
      () => false,
    );
    if (found) return name;
  }
  return undefined;
}

async function build(cc) {
  const started = performance.now();
  const objects = await mkdtemp(join(tmpdir(), "fastap-native-"));
  try {
    const flags = [...common, ...(process.env.CFLAGS ?? "").split(" ").filter(Boolean)];
    const compile = async (name, of, extra = []) => {
      const object = join(objects, `${name}.o`);
      await run(cc, [...flags, ...extra, "-c", join(source, of), "-o", object]);
      return object;
    };
    const kernels = Object.entries(sets).map(([isa, extra]) => compile(`kernels-${isa}`, "kernels.c", [`-DISA=${isa}`, ...extra]));
    const all = await Promise.all([...kernels, compile("pool", "pool.c"), compile("library", "library.c")]);
    const made = join(objects, file);
    await run(cc, ["-shared", ...all, "-o", made, "-lm", "-lpthread", ...(system === "linux" ? ["-s"] : [])]);
    await place(made);
    console.log(`build:native: native/${platform}/${file} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  } finally {
    await rm(objects, { recursive: true, force: true });
  }
}

/** Library and manifest, renamed into place: a process that has the old one open keeps it. */
async function place(made) {
  const folder = new URL(`native/${platform}/`, import.meta.url);
  await mkdir(folder, { recursive: true });
  const bytes = await readFile(made);
  const { version } = JSON.parse(await readFile(new URL("package.json", import.meta.url), "utf8"));
  const abi = Number(/#define FASTAP_ABI (\d+)/.exec(await readFile(join(source, "table.h"), "utf8"))?.[1]);
  const manifest = { file, platform, version, abi, sha256: createHash("sha256").update(bytes).digest("hex") };
  for (const [name, contents] of Object.entries({ [file]: bytes, "manifest.json": `${JSON.stringify(manifest, null, 2)}\n` })) {
    const partial = new URL(`${name}.${process.pid}.partial`, folder);
    await writeFile(partial, contents);
    await rename(partial, new URL(name, folder));
  }
}
