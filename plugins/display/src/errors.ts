import { defineError, type FastapError } from "@fastap/kernel";

type Coded<D> = (details: D, cause?: unknown) => FastapError;

/** A value that no plugin of the host can show. */
export const E_DISPLAY_MISSING: Coded<{ type: string; known: readonly string[] }> = defineError("E_DISPLAY_MISSING", ({ type, known }) => ({
  message: `nothing here shows a ${type}`,
  expected: known.length === 0 ? "a plugin that contributes to the registry displays" : `a display of it; there are ${known.join(", ")}`,
  received: type,
  where: 'host.registry("displays")',
  hint: "Add the plugin of its domain to the host (@fastap/plugin-vision for images), or contribute a display of your own.",
}));

/** Nothing to show, or not what was promised. */
export const E_DISPLAY_SAMPLES: Coded<{ what: string; expected: string; received: string }> = defineError(
  "E_DISPLAY_SAMPLES",
  ({ what, ...rest }) => ({ message: `${what} cannot be shown`, ...rest }),
);
