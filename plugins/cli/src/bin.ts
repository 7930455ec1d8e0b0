#!/usr/bin/env node
import { run } from "./program.ts";

// Whoever reads stdout may stop early, as `fastap graph | head` does: that is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});
process.exitCode = await run(process.argv.slice(2));
