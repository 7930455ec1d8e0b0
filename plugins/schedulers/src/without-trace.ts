import type { Loader } from "@fastap/kernel";
import type { Learner } from "@fastap/plugin-learner";

/** Runs a trial on a Learner, and puts weights, optimizer, random numbers, order of the data and record back, whatever happens. */
export async function withoutTrace<T>(learner: Learner, trial: () => Promise<T>): Promise<T> {
  const { host, model, opt, recorder, dls } = learner;
  const random = host.resolve("random");
  const [weights, state, draws] = [await model.stateDict(), await opt?.stateDict(), random.state()];
  const order = dls.loaders.map((loader) => (isRestorable(loader) ? { loader, at: loader.state() } : undefined));
  try {
    return await trial();
  } finally {
    model.loadStateDict(weights);
    if (opt === undefined || state === undefined) {
      learner.opt?.dispose();
      learner.opt = undefined;
    } else opt.loadStateDict(state);
    random.restore(draws);
    learner.recorder = recorder;
    for (const position of order) position?.loader.restore(position.at);
  }
}

type Restorable = Loader & { state(): unknown; restore(state: unknown): void };

function isRestorable(loader: Loader): loader is Restorable {
  return "state" in loader && "restore" in loader;
}
