import type { Scope } from "./events.ts";

/** Thrown by `run.cancel`, caught by the loop; one class for fastai's seven Cancel…Exceptions. */
export class Cancel extends Error {
  override readonly name: string = "Cancel";
  readonly scope: Scope;

  constructor(scope: Scope) {
    super(`cancel ${scope}`);
    this.scope = scope;
  }
}

/** Whether the error is a cancel, of one scope if given. Whoever catches errors in a tap must rethrow these. */
export function isCancel(error: unknown, scope?: Scope): error is Cancel {
  return error instanceof Cancel && (scope === undefined || error.scope === scope);
}
