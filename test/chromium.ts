import { existsSync } from "node:fs";
import { chromium } from "playwright-core";
import type { Browser } from "playwright-core";

/** Where Debian, Fedora, Arch and macOS put a Chromium; `CHROMIUM` names another. */
const PLACES = [
  process.env["CHROMIUM"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** The program, or undefined where there is none: then tests skip, and say so. */
export const chromiumProgram: string | undefined = PLACES.find((place) => place !== undefined && existsSync(place));

/** A Chromium without a window, to be closed by the caller; `args` are more of its switches. Skips the suite where there is none. */
export async function launchChromium(mocha: Mocha.Context, ...args: readonly string[]): Promise<Browser> {
  if (chromiumProgram === undefined) {
    console.log("      skipped: there is no Chromium: apt-get install chromium, or set CHROMIUM to its program");
    mocha.skip();
  }
  // Its sandbox needs what containers do not give, and the pages here are ours.
  return chromium.launch({ executablePath: chromiumProgram, args: ["--no-sandbox", "--disable-dev-shm-usage", ...args] });
}
