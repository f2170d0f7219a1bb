import { STEP_LABELS, type AskedStep } from '@tianyan/console-app/api';
import { inPlaceTitle, type InPlace } from '../delegations/in-place.js';

/** A step, and in whose place; null: in one's own name. */
export interface ChosenStep {
  step: AskedStep;
  deputy: InPlace | null;
}

export const titleOf = ({ step, deputy }: ChosenStep): string => inPlaceTitle(STEP_LABELS[step], deputy);

/** Names what is kept of its form: what was begun in somebody's place is not filled in under one's own name, nor the other way round. */
export const stepDraftOf = (clueId: string, { step, deputy }: ChosenStep): string =>
  `draft/${clueId}/${step}${deputy ? `/for/${deputy.forId}` : ''}`;
