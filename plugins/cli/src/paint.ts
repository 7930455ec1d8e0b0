const CODES = { red: [31, 39], green: [32, 39], bold: [1, 22], dim: [2, 22] } as const;

/** Colours on a terminal only, and not where NO_COLOR is set. */
export function paint(stream: { readonly isTTY?: boolean }, style: keyof typeof CODES, text: string): string {
  const isPlain = stream.isTTY !== true || Boolean(process.env["NO_COLOR"]) || process.env["TERM"] === "dumb";
  const [on, off] = CODES[style];
  return isPlain ? text : `\u001b[${on}m${text}\u001b[${off}m`;
}
