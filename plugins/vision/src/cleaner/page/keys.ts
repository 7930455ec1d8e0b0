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
    const cards = [...grid.querySelectorAll<HTMLElement>(".card")];
    if (turned(event.key, actions) || moved(event.key, cards) || decided(event.key, cards, actions)) event.preventDefault();
  });
}

function turned(key: string, actions: KeyActions): boolean {
  if (key !== "n" && key !== "b") return false;
  actions.turn(key === "n" ? 1 : -1);
  return true;
}

function moved(key: string, cards: readonly HTMLElement[]): boolean {
  const step = STEPS[key];
  if (step === undefined) return false;
  const at = current(cards);
  const to = at < 0 ? 0 : at + step(columnsOf(cards));
  cards[Math.max(0, Math.min(cards.length - 1, to))]?.focus();
  return true;
}

/** Goes on to the next card. */
function decided(key: string, cards: readonly HTMLElement[], actions: KeyActions): boolean {
  const at = current(cards);
  const card = cards[at];
  const decision = card === undefined ? undefined : decisionFor(key, card);
  if (card === undefined || decision === undefined) return false;
  actions.decide(card, decision);
  cards[at + 1]?.focus();
  return true;
}

function current(cards: readonly HTMLElement[]): number {
  return cards.findIndex((card) => card === document.activeElement);
}

function decisionFor(key: string, card: HTMLElement): Decision | undefined {
  if (key === "k") return { action: "keep" };
  if (key === "d" || key === "Delete") return { action: "delete" };
  const named = /^[1-9]$/.test(key) ? String(Number(key) - 1) : undefined;
  const label = key === "p" ? card.dataset["predicted"] : named;
  if (label === undefined || label === "" || Number(label) >= Number(card.dataset["classes"])) return undefined;
  return label === card.dataset["label"] ? { action: "keep" } : decisionOf(label);
}

/** Cards as high as the first. */
function columnsOf(cards: readonly HTMLElement[]): number {
  const top = cards[0]?.offsetTop;
  const next = cards.findIndex((card) => card.offsetTop !== top);
  return next < 0 ? Math.max(1, cards.length) : next;
}
