#!/usr/bin/env node
// A file that is there before the first build, because npm links no command whose file is missing.
import { existsSync } from "node:fs";

const built = new URL("../dist/bin.js", import.meta.url);
if (existsSync(built)) {
  await import(built.href);
} else {
  console.error("fastap is not built yet: npm run build");
  process.exitCode = 1;
}
