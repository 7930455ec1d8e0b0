import type { Tone } from "./cell.ts";

export const FONT = 'font-family="DejaVu Sans, system-ui, sans-serif"';

/** Legible on white. */
export const TONES: Readonly<Record<Tone, string>> = { plain: "#111827", muted: "#6b7280", good: "#15803d", bad: "#b91c1c" };
