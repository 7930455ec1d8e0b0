/** Milliseconds that data in memory may keep the event loop from timers, signals and, in a browser, the page. */
const LONGEST = 50;

/** Lets the event loop turn now and then between batches that nothing has to be waited for. */
export class EventLoop {
  #turned: number = performance.now();

  async letTurn(): Promise<void> {
    if (performance.now() - this.#turned < LONGEST) return;
    await turn();
    this.#turned = performance.now();
  }
}

/** Browsers have no setImmediate, and make nested timeouts wait. */
function turn(): Promise<void> {
  if (typeof setImmediate === "function") return new Promise((resolve) => setImmediate(resolve));
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.addEventListener("message", () => {
      port1.close();
      resolve();
    });
    port1.start();
    port2.postMessage(undefined);
  });
}
