import { createRequire } from "node:module";

/** The part of jasmine-core used here. Its types would declare mocha's globals again. */
export interface SpecResult {
  readonly fullName: string;
  readonly status: "passed" | "failed" | "pending" | "excluded";
  readonly failedExpectations: readonly { readonly message: string; readonly stack?: string }[];
}

interface Jasmine {
  getEnv(): {
    configure(options: { random: boolean; specFilter(spec: { getFullName(): string }): boolean }): void;
    addReporter(reporter: { suiteDone?(result: Omit<SpecResult, "status">): void; specDone?(result: SpecResult): void }): void;
    execute(): Promise<{ readonly overallStatus: string }>;
  };
}

export const require: NodeJS.Require = createRequire(import.meta.url);

/** Puts `describe`, `it`, `expect` … on the global object, where the specs look for them. */
export function bootJasmine(): Jasmine {
  return (require("jasmine-core") as { boot(): Jasmine }).boot();
}
