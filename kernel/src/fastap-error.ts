/** The four parts of every message: code, what, where, what to do. */
export interface Problem {
  readonly message: string;
  readonly expected?: string | undefined;
  readonly received?: string | undefined;
  /** Plugin, hook, layer, file, row. */
  readonly where?: string | undefined;
  readonly hint?: string | undefined;
}

/** Every error that fastap throws on purpose. `code` is stable; the text may change. */
export class FastapError extends Error {
  override readonly name: string = "FastapError";
  readonly code: string;
  readonly problem: Problem;

  constructor(code: string, problem: Problem, cause?: unknown) {
    super(format(code, problem), cause === undefined ? undefined : { cause });
    this.code = code;
    this.problem = problem;
  }
}

/** All problems of a composition at once. */
export class ComposeError extends FastapError {
  override readonly name: string = "ComposeError";
  readonly problems: readonly FastapError[];

  constructor(problems: readonly FastapError[]) {
    const lines = problems.map((p) => p.message.replaceAll("\n", "\n  "));
    super("E_COMPOSE", { message: `the host cannot be composed:\n  ${lines.join("\n  ")}` });
    this.problems = problems;
  }
}

/** Makes a coded error; each package lists its own in one `errors.ts`. @example throw E_RUN_BUSY({ kind: "fit" }) */
export function defineError<D>(code: string, describe: (details: D) => Problem): (details: D, cause?: unknown) => FastapError {
  return (details, cause) => new FastapError(code, describe(details), cause);
}

export function isFastapError(error: unknown): error is FastapError {
  return error instanceof FastapError;
}

function format(code: string, { message, expected, received, where, hint }: Problem): string {
  const lines = [`${code}: ${message}`];
  if (expected !== undefined) lines.push(`  expected ${expected}${received === undefined ? "" : `, received ${received}`}`);
  if (where !== undefined) lines.push(`  at ${where}`);
  if (hint !== undefined && hint !== "") lines.push(`  ${hint}`);
  return lines.join("\n");
}
