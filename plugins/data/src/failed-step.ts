const steps = new WeakMap<object, string>();

/** Notes which step an error came from, unless an inner one did. Thrown values that are no objects are told as they are. */
export function noteStep(error: unknown, step: string): void {
  if (typeof error === "object" && error !== null && !steps.has(error)) steps.set(error, step);
}

/** The step that a value was thrown in. */
export function stepOf(error: unknown): string | undefined {
  return typeof error === "object" && error !== null ? steps.get(error) : undefined;
}
