import type { LoaderFacts } from "./data-loader-options.ts";
import { itemError } from "./item-rows.ts";
import type { BrokenItem } from "./item-rows.ts";

/** How many of them a warning names. */
const NAMED = 5;

/** The items that an epoch leaves out. */
export class BrokenItems {
  readonly #items: BrokenItem[] = [];

  get items(): readonly BrokenItem[] {
    return this.#items;
  }

  add(item: BrokenItem): void {
    this.#items.push(item);
  }

  /** At the end of an epoch: says which they were. @throws E_DATA_ITEM where there was none but broken ones */
  report(told: ((items: readonly BrokenItem[], facts: LoaderFacts) => void) | undefined, facts: LoaderFacts): void {
    const [first] = this.#items;
    if (first === undefined) return;
    if (this.#items.length === facts.rows) throw itemError(first);
    if (told === undefined) console.warn(summaryOf(this.#items, facts));
    else told(this.#items, facts);
  }
}

function summaryOf(items: readonly BrokenItem[], { rows }: LoaderFacts): string {
  const lines = items.slice(0, NAMED).map(({ index, name = "", step = "", error }) => {
    const [reason] = (error instanceof Error ? error.message : String(error)).split("\n");
    return `  item ${index} ${name} ${step === "" ? "" : `(${step})`} ${reason}`.replaceAll(/ +/g, " ").replace(/^ /, "  ");
  });
  const more = items.length > NAMED ? [`  and ${items.length - NAMED} more: loader.brokenItems`] : [];
  return [`${items.length} of ${rows} items are broken and were left out:`, ...lines, ...more].join("\n");
}
