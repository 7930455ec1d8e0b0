/** As engine-tfjs names them, with their numbers in `assembly/bias-activation.ts`. */
const NUMBERS = { relu: 1, sigmoid: 2, tanh: 3 } as const;

export interface ActivationAttrs {
  readonly activation?: keyof typeof NUMBERS | undefined;
}

export function activationNumber({ activation }: ActivationAttrs): number {
  return activation === undefined ? 0 : NUMBERS[activation];
}
