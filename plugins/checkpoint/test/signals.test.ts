import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CheckpointStore } from "@fastap/plugin-checkpoint";
import { expect } from "chai";

describe("checkpoint, told to end", function () {
  this.timeout(30_000);
  const script = fileURLToPath(new URL("signalled-fit.ts", import.meta.url));

  for (const [signal, code] of [
    ["SIGTERM", 143],
    ["SIGINT", 130],
  ] as const) {
    it(`saves the run within 2 s of ${signal}, exits with ${code}, and can go on`, async () => {
      const root = await mkdtemp(join(tmpdir(), "fastap-signal-"));
      const store = new CheckpointStore(join(root, "checkpoints"));
      let step = 0;
      for (const resume of signal === "SIGTERM" ? ["", "resume"] : [""]) {
        const child = spawn(process.execPath, ["--import", "tsx", script, root, resume], { stdio: ["ignore", "pipe", "inherit"] });
        let steps = 0;
        let sent = 0;
        const exit = new Promise<number | null>((resolve) => child.once("exit", resolve));
        child.stdout.on("data", (data: Buffer) => {
          steps += data.length;
          if (steps < 20 || sent > 0) return;
          sent = performance.now();
          child.kill(signal);
        });
        expect(await exit).to.equal(code);
        expect(performance.now() - sent, "ms from signal to exit").to.be.lessThan(2000);
        const newest = await store.newest();
        expect(newest?.loaded.manifest.step).to.be.greaterThan(step);
        step = newest?.loaded.manifest.step ?? 0;
      }
      await rm(root, { recursive: true });
    });
  }
});
