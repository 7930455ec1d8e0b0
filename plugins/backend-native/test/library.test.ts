import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { createHost } from "@fastap/kernel";
import { backendNative } from "@fastap/plugin-backend-native";
import { backendWasm } from "@fastap/plugin-backend-wasm";
import { engineTfjs } from "@fastap/plugin-engine-tfjs";
import { buildLibrary, builtFolder } from "./built-library.ts";
import { makeNative } from "./native.ts";

interface Manifest {
  file: string;
  platform: string;
  version: string;
  abi: number;
  sha256: string;
}

describe("the native library", () => {
  let folder = "";
  const path = (name: string): string => join(folder, name);
  const manifest = (): Manifest => JSON.parse(readFileSync(path("manifest.json"), "utf8")) as Manifest;
  const describeAs = (changed: Partial<Manifest>): void =>
    writeFileSync(path("manifest.json"), JSON.stringify({ ...manifest(), ...changed }));
  const seal = (): void =>
    describeAs({
      sha256: createHash("sha256")
        .update(readFileSync(path(manifest().file)))
        .digest("hex"),
    });

  before(function () {
    if (buildLibrary()) return;
    console.log("      skipped: there is no native library, and no C compiler to build one");
    this.skip();
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "fastap-native-"));
    cpSync(builtFolder, folder, { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const refusal = async (): Promise<string> => {
    const state = await (await makeNative({ library: folder })).available();
    return state.ok ? "none" : state.reason;
  };

  it("is taken from the folder that the options name, and says what it has", async () => {
    const backend = await makeNative({ library: folder, threads: 2, isa: "portable" });
    expect(await backend.available()).to.deep.equal({ ok: true });
    expect(await backend.facts()).to.include({ isa: "portable", threads: 2, library: path(manifest().file) });
  });

  it("is refused if a bit of it is wrong, and taken once it is mended", async () => {
    const bytes = readFileSync(path(manifest().file));
    writeFileSync(path(manifest().file), bytes.with(bytes.length >> 1, (bytes[bytes.length >> 1] ?? 0) ^ 1));
    expect(await refusal()).to.match(/corrupt: its SHA-256/);
    writeFileSync(path(manifest().file), bytes);
    expect(await refusal()).to.equal("none");
  });

  it("is refused if it is of another version, cut short, missing or no library", async () => {
    describeAs({ version: "0.0.9" });
    expect(await refusal()).to.match(/version 0\.0\.9, and this is backend-native/);
    describeAs({ version: "0.1.0" });
    writeFileSync(path(manifest().file), "no library");
    seal();
    expect(await refusal()).to.match(/cannot be loaded/);
    rmSync(path(manifest().file));
    expect(await refusal()).to.match(/cannot be read/);
    writeFileSync(path("manifest.json"), "{");
    expect(await refusal()).to.match(/manifest\.json is corrupt/);
  });

  it("is refused if it is for another platform, or says that it is not and yet is for another CPU", async function () {
    describeAs({ platform: "linux-sparc64" });
    expect(await refusal()).to.match(new RegExp(`is for linux-sparc64, and this is ${process.platform}-${process.arch}`));
    describeAs({ platform: `${process.platform}-${process.arch}` });
    const bytes = readFileSync(path(manifest().file));
    if (bytes.toString("latin1", 1, 4) !== "ELF") {
      console.log("      skipped: the other half is about ELF files");
      return this.skip();
    }
    // The machine, of the ELF header: SPARC.
    bytes.writeUInt16LE(43, 18);
    writeFileSync(path(manifest().file), bytes);
    seal();
    expect(await refusal()).to.match(/cannot be loaded/);
  });

  it("is refused if it has another kernel table, or lacks a kernel", async function () {
    const compile = (source: string): void => {
      writeFileSync(path("other.c"), source);
      execFileSync("cc", ["-shared", "-fPIC", path("other.c"), "-o", path(manifest().file)]);
      seal();
    };
    try {
      compile("int fastap_abi(void) { return 999; }");
    } catch {
      console.log("      skipped: there is no cc");
      return this.skip();
    }
    expect(await refusal()).to.match(/kernel table 999/);
  });

  it("is asked for in vain where there is none: a coded error with what to do", async () => {
    rmSync(path("manifest.json"));
    const plugins = [engineTfjs, backendWasm, [backendNative, { library: folder }]] as const;
    const error = await createHost({ plugins, config: { backend: "native" } }).catch(String);
    expect(error).to.match(/E_ENGINE_BACKEND_UNAVAILABLE.*"native" cannot run here.*manifest\.json/);
    await using host = await createHost({ plugins, config: { backend: "auto" } });
    expect(host.resolve("engine").backend).to.equal("wasm");
  });

  it("is refused in words that the doctor repeats, and wasm computes", async () => {
    writeFileSync(path(manifest().file), "tampered with");
    writeFileSync(
      path("fastap.config.json"),
      JSON.stringify({ presets: ["core"], plugins: [["backend-native", { library: folder }]], backend: "auto" }),
    );
    const bin = fileURLToPath(new URL("../../cli/dist/bin.js", import.meta.url));
    const { backend, backends } = JSON.parse(
      execFileSync(process.execPath, [bin, "doctor", "--json", "--config", path("fastap.config.json")], { encoding: "utf8" }),
    ) as { backend: string; backends: { name: string; available: boolean; reason?: string }[] };
    expect(backend).to.equal("wasm");
    const report = backends.find(({ name }) => name === "native");
    expect(report?.available).to.equal(false);
    expect(report?.reason).to.match(/corrupt: its SHA-256/);
  });

  it("is what backend auto takes", async () => {
    await using host = await createHost({ plugins: [engineTfjs, backendWasm, backendNative], config: { backend: "auto" } });
    expect(host.resolve("engine").backend).to.equal("native");
  });
});

describe("options of backend-native", () => {
  it("are checked, with the nearest name", async () => {
    const make = (options: object): Promise<string> => makeNative(options).then(() => "made", String);
    expect(await make({ thread: 2 })).to.match(/E_BACKEND_NATIVE_OPTION.*Did you mean "threads"/s);
    expect(await make({ threads: 0 })).to.match(/an integer from 1 to 64/);
    expect(await make({ isa: "sse9" })).to.match(/avx512, avx2, neon, portable/);
    expect(await make({ threads: 3, isa: "avx2" })).to.equal("made");
  });
});
