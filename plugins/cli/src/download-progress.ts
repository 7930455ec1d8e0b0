import { bytes } from "./bytes.ts";

/** How much of a file is here. */
export interface Received {
  readonly received: number;
  readonly total?: number | undefined;
}

type Stream = Pick<NodeJS.WriteStream, "write" | "isTTY">;

const BAR = 30;

/** Shows a download on a terminal as one line that grows, elsewhere as a line for every tenth. */
export function downloadProgress(name: string, stream: Stream): (progress: Received) => void {
  const shown = { tenth: -1, text: "" };
  return (progress) => {
    const { received, total } = progress;
    const text = lineOf(name, progress);
    const isWhole = received === total;
    const tenth = total === undefined ? Math.floor(received / 1e7) : Math.floor((10 * received) / Math.max(total, 1));
    if (stream.isTTY && text !== shown.text) stream.write(`\r${text}\u001b[K${isWhole ? "\n" : ""}`);
    if (!stream.isTTY && tenth !== shown.tenth) stream.write(`${text}\n`);
    Object.assign(shown, { tenth, text });
  };
}

/** At most 80 columns. */
function lineOf(name: string, { received, total }: Received): string {
  const short = name.length > 24 ? `${name.slice(0, 23)}…` : name;
  if (total === undefined) return `${short}  ${bytes(received)}`;
  const full = Math.round((BAR * received) / Math.max(total, 1));
  const percent = String(Math.floor((100 * received) / Math.max(total, 1))).padStart(3);
  return `${short}  ${"█".repeat(full)}${"░".repeat(BAR - full)} ${percent} %  ${bytes(total)}`;
}
