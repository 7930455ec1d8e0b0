import type { WeightFile } from "./weight-file.ts";

/** The command that fetches weights to where they are looked for. */
export function howToFetch({ name, url, source, file }: WeightFile, target: string): string {
  const command = `npx fastap data get ${name}`;
  if (url !== undefined || (process.env["FASTAP_WEIGHTS_URL"] ?? "") !== "") return `Fetch it:  ${command}   (or put it at ${target})`;
  return [
    `It is made from ${source}, and nobody publishes it as it is. Set FASTAP_DATA to the folder that holds ${file}, put it at ${target},`,
    `or fetch it from a server that has it:  FASTAP_WEIGHTS_URL=https://server/folder ${command}`,
  ].join(" ");
}
