import { STEP_LABELS, type AskedStep, type ClueDetail } from '@tianyan/console-app/api';

/** A step, and in whose place; null: in one's own name. */
export interface ChosenStep {
  step: AskedStep;
  deputy: Omit<ClueDetail['deputySteps'][number], 'steps'> | null;
}

export const titleOf = ({ step, deputy }: ChosenStep): string => `${deputy ? `代${deputy.forName}：` : ''}${STEP_LABELS[step]}`;

/** Names what is kept of its form: what was begun in somebody's place is not filled in under one's own name, nor the other way round. */
export const stepDraftOf = (clueId: string, { step, deputy }: ChosenStep): string =>
  `draft/${clueId}/${step}${deputy ? `/for/${deputy.forId}` : ''}`;
