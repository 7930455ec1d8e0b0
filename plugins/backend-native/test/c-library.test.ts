import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { buildLibrary, builtFolder } from "./built-library.ts";

const PROGRAM = fileURLToPath(new URL("c-library.c", import.meta.url));
const ARM = { cc: "aarch64-linux-gnu-gcc", platform: "linux-arm64", run: ["qemu-aarch64", "-L", "/usr/aarch64-linux-gnu"] } as const;

function answers(...programs: readonly string[]): boolean {
  try {
    for (const program of programs) execFileSync(program, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** What the program prints that calls the library in a folder: the instruction set, what is wrong, and the largest difference. */
function check(cc: string, folder: string, runner: readonly string[]): string[] {
  const made = mkdtempSync(join(tmpdir(), "fastap-c-"));
  try {
    const program = join(made, "check");
    execFileSync(cc, ["-O1", PROGRAM, "-o", program, `-L${folder}`, "-l:libfastap.so", `-Wl,-rpath,${folder}`, "-lm", "-lpthread"]);
    const [first, ...rest] = [...runner, program];
    return execFileSync(first, rest, { encoding: "utf8" }).trim().split("\n");
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

describe("the C library by itself", function () {
  this.timeout(120_000);

  it("computes on this machine as loops in double do", function () {
    if (process.platform !== "linux" || !answers("cc") || !buildLibrary()) {
      console.log("      skipped: it takes Linux and a C compiler");
      this.skip();
    }
    const [isa, ...rest] = check("cc", builtFolder, []);
    console.log(`      ${isa}: off by ${rest.at(-1)} at most`);
    expect(rest).to.have.length(1);
  });

  it("computes with NEON as loops in double do, under qemu", function () {
    if (!answers(ARM.cc, ARM.run[0])) {
      console.log("      skipped: it takes gcc-aarch64-linux-gnu, libc6-dev-arm64-cross and qemu-user");
      this.skip();
    }
    const build = join(dirname(PROGRAM), "../build-native.mjs");
    execFileSync(process.execPath, [build, "--platform", ARM.platform], { env: { ...process.env, CC: ARM.cc }, stdio: "ignore" });
    const [isa, ...rest] = check(ARM.cc, join(dirname(builtFolder), ARM.platform), ARM.run);
    expect(isa).to.equal("neon");
    expect(rest).to.have.length(1);
  });
});
