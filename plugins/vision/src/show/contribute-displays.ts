import type { Host } from "@fastap/kernel";
import { greyDisplay, imageDisplay } from "./image-displays.ts";
import { hiddenDisplay } from "./hidden-display.ts";
import { maskDisplay } from "./mask-display.ts";
import { boxDisplay, labeledBoxDisplay, pointDisplay } from "./point-displays.ts";

const DISPLAYS = {
  image: imageDisplay,
  greyImage: greyDisplay,
  mask: maskDisplay,
  points: pointDisplay,
  boxes: boxDisplay,
  labeledBoxes: labeledBoxDisplay,
  noise: hiddenDisplay,
};

/** How images, masks, points and boxes are drawn. */
export function contributeDisplays(host: Host): void {
  for (const [name, display] of Object.entries(DISPLAYS)) host.contribute("displays", { name, make: () => display });
}
