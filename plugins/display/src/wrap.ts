/** Lines of at most `width` characters, broken at spaces, slashes and semicolons where there are some; what is left after `most` lines is cut. */
export function wrap(text: string, width: number, most: number): string[] {
  const lines: string[] = [""];
  for (const word of text.split(/(?<=[\s;/])/)) {
    const last = lines.at(-1) ?? "";
    if ((last + word).trimEnd().length <= width || last === "") lines[lines.length - 1] = last + word;
    else lines.push(word);
  }
  const kept = lines.map((line) => cut(line.trim(), width)).slice(0, most);
  const more = lines.length > most;
  return more ? [...kept.slice(0, -1), cut(`${kept.at(-1) ?? ""}  …`, width)] : kept;
}

/** The text, or as much of it as fits with an ellipsis. */
export function cut(text: string, width: number): string {
  const letters = [...text];
  return letters.length <= width
    ? text
    : `${letters
        .slice(0, Math.max(0, width - 1))
        .join("")
        .trimEnd()}…`;
}
