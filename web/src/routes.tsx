/** Every feature of the portal; a new capability is one more line. */
import type { Feature } from "./feature";
import { feature as home } from "./features/home";

export const features: Feature[] = [home];
