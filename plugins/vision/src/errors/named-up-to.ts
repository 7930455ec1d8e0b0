/** A list as far as a line goes. */
export function namedUpTo(most: number, names: readonly string[]): string {
  const more = names.length > most ? ` … and ${names.length - most} more` : "";
  return `${names.slice(0, most).join(", ")}${more}`;
}
