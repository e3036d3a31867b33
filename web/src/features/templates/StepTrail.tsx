import { IconCheck } from "@tabler/icons-react";
import { Link as RouterLink } from "wouter";
import classes from "./templates.module.css";

interface StepTrailProps {
  steps: string[];
  /** From 1. */
  current: number;
  addressOf: (step: number) => string;
}

/** Where in a form of several steps one is; earlier steps are links. */
export function StepTrail({ steps, current, addressOf }: StepTrailProps) {
  return (
    <nav aria-label="Steps">
      <ol className={classes.trail}>
        {steps.map((label, index) => {
          const step = index + 1;
          const number = (
            <span className={classes.trailNumber} aria-hidden>
              {step < current ? <IconCheck size={14} stroke={2.5} /> : step}
            </span>
          );
          return (
            <li key={label} className={classes.trailStep} aria-current={step === current ? "step" : undefined}>
              {step < current ? (
                <RouterLink href={addressOf(step)} className={classes.trailLink}>
                  {number}
                  {label}
                </RouterLink>
              ) : (
                <span className={classes.trailLink}>
                  {number}
                  {label}
                </span>
              )}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
