import { decisionOf } from "./card.ts";
import type { Decision } from "./state.ts";

export interface KeyActions {
  decide(card: HTMLElement, decision: Decision): void;
  turn(by: -1 | 1): void;
}

const STEPS: Readonly<Record<string, (columns: number) => number>> = {
  ArrowRight: () => 1,
  ArrowLeft: () => -1,
  ArrowDown: (columns) => columns,
  ArrowUp: (columns) => -columns,
};

/** The keyboard on a grid of cards. */
export function listenForKeys(grid: HTMLElement, actions: KeyActions): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target instanceof HTMLSelectElement) return;
    if (event.key === "n" || event.key === "b") return actions.turn(event.key === "n" ? 1 : -1);
    const cards = [...grid.querySelectorAll<HTMLElement>(".card")];
    const at = cards.findIndex((card) => card === document.activeElement);
    const step = STEPS[event.key];
    if (step !== undefined) {
      event.preventDefault();
      cards[at < 0 ? 0 : Math.max(0, Math.min(cards.length - 1, at + step(columnsOf(cards))))]?.focus();
      return;
    }
    const card = cards[at];
    const decision = card === undefined ? undefined : decisionFor(event.key, card);
    if (card === undefined || decision === undefined) return;
    event.preventDefault();
    actions.decide(card, decision);
    cards[at + 1]?.focus();
  });
}

function decisionFor(key: string, card: HTMLElement): Decision | undefined {
  if (key === "k") return { action: "keep" };
  if (key === "d" || key === "Delete") return { action: "delete" };
  const label = key === "p" ? card.dataset["predicted"] : /^[1-9]$/.test(key) ? String(Number(key) - 1) : "";
  const isOffered = [...card.querySelectorAll("option")].some(({ value }) => value === label);
  if (label === undefined || label === "") return undefined;
  return isOffered ? decisionOf(label) : { action: "keep" }; // its own label
}

/** Cards as high as the first. */
function columnsOf(cards: readonly HTMLElement[]): number {
  const top = cards[0]?.offsetTop;
  const next = cards.findIndex((card) => card.offsetTop !== top);
  return next < 0 ? Math.max(1, cards.length) : next;
}
