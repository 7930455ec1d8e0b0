import type { Display } from "./display.ts";

declare module "@fastap/kernel" {
  interface Registries {
    displays: Display;
  }
}
