/** Rows as text in columns; the last column is as wide as it likes. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, head.map((title) => "─".repeat(title.length)), ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? "").length)));
  const line = (row: readonly string[]): string => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ");
  return all.map((row) => line(row).trimEnd()).join("\n");
}
