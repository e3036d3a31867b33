/** Every feature of the portal; a new capability is one more line. */
import type { Feature } from "./feature";
import { feature as activity } from "./features/activity";
import { feature as approvals } from "./features/approvals";
import { feature as compare } from "./features/compare";
import { feature as costs } from "./features/costs";
import { feature as experiments } from "./features/experiments";
import { feature as home } from "./features/home";
import { feature as jobs } from "./features/jobs";
import { feature as lineage } from "./features/lineage";
import { feature as members } from "./features/members";
import { feature as models } from "./features/models";
import { feature as platform } from "./features/platform";
import { feature as prices } from "./features/prices";
import { feature as retention } from "./features/retention";
import { feature as rollouts } from "./features/rollouts";
import { feature as runs } from "./features/runs";
import { feature as services } from "./features/services";
import { feature as signingKeys } from "./features/signing-keys";
import { feature as templates } from "./features/templates";
import { feature as tokens } from "./features/tokens";
import { feature as traces } from "./features/traces";
import { feature as webhooks } from "./features/webhooks";

export const features: Feature[] = [
  home,
  activity,
  approvals,
  compare,
  costs,
  experiments,
  jobs,
  lineage,
  members,
  models,
  platform,
  prices,
  retention,
  rollouts,
  runs,
  services,
  signingKeys,
  templates,
  tokens,
  traces,
  webhooks,
];
