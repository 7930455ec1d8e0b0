/** The kernel's stages by number; kept as words where a person reads. */
const NAMES: Readonly<Record<number, string>> = { [-200]: "setup", [-100]: "transform", 100: "record", 200: "report" };

/** `progress (report)`; the main stage goes without saying. */
export function tapLabel({ name, stage }: { readonly name: string; readonly stage: number }): string {
  return stage === 0 ? name : `${name} (${NAMES[stage] ?? stage})`;
}
