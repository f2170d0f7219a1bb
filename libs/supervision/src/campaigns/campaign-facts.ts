import { z } from 'zod';
import {
  CAMPAIGN_STATE_LABELS,
  CAMPAIGN_STEP_LABELS,
  keptPickSchema,
  keptQuestionSchema,
  type CampaignState,
  type CampaignStepRequest,
  type OpenCampaign,
} from '../api/index.js';
import { signingOfStep, type SignedStep } from '../step-history.js';
import { StepMachine, type StepTable } from '../step-machine.js';

/** What was picked, so that nobody can pick in secret: see {@link draw}. */
interface Drawn {
  seriesId: string;
  /** Null: not drawn, but all of it taken. */
  seed: string | null;
  population: number;
  populationDigest: string;
  picked: number;
  pickedDigest: string;
}

export interface OpenStep extends Omit<OpenCampaign, 'id'>, Drawn {
  step: 'open';
}
export type CampaignStep = OpenStep | CampaignStepRequest;

export interface CampaignFacts {
  state: CampaignState;
  weekly: boolean;
}

const text = z.string();
const optional = text.optional();

/** A step as history keeps it. What is added here has to be optional: steps are never rewritten. */
export const campaignStepSchema = z.discriminatedUnion('step', [
  z.object({
    step: z.literal('open'),
    name: text,
    basis: text,
    beginsOn: text,
    endsOn: text,
    leadId: text,
    pick: keptPickSchema,
    checklist: z.array(text),
    questions: z.array(keptQuestionSchema),
    weekly: z.boolean(),
    seriesId: text,
    seed: text.nullable(),
    population: z.int(),
    populationDigest: text,
    picked: z.int(),
    pickedDigest: text,
  }),
  z.object({ step: z.literal('close'), opinion: optional }),
  z.object({ step: z.literal('cancel'), reason: text }),
  z.object({ step: z.literal('end-repetition'), reason: text }),
]) satisfies z.ZodType<CampaignStep>;

const STEPS: StepTable<CampaignStepRequest, CampaignFacts, CampaignState> = {
  close: {
    actions: ['manage-supervision'],
    from: ['running'],
    delegable: true,
    after: (facts) => ({ ...facts, state: 'closed' }),
  },
  'end-repetition': {
    actions: ['manage-supervision'],
    from: ['running', 'closed'],
    taker: ({ weekly }) => (weekly ? null : '这个专项没有每周重复。'),
    delegable: true,
    after: (facts) => ({ ...facts, weekly: false }),
  },
  cancel: {
    actions: ['manage-supervision'],
    from: ['running'],
    delegable: true,
    after: () => ({ state: 'cancelled', weekly: false }),
  },
};

export const campaignMachine = new StepMachine<CampaignState, CampaignFacts, OpenStep, CampaignStepRequest>({
  noun: '这个专项',
  stateLabels: CAMPAIGN_STATE_LABELS,
  stepLabels: CAMPAIGN_STEP_LABELS,
  stateOf: ({ state }) => state,
  begin: ({ weekly }) => ({ state: 'running', weekly }),
  table: STEPS,
});

/** Throws Error for a history that does not begin with its opening. */
export function campaignFactsOf([first, ...later]: readonly SignedStep<CampaignStep>[]): CampaignFacts {
  if (first?.content.step !== 'open') throw new Error('a campaign begins with its opening');
  return later.reduce(
    (facts, { content, ...step }) => {
      if (content.step === 'open') throw new Error('a campaign is opened once');
      return campaignMachine.afterTaken(facts, content, signingOfStep(step));
    },
    campaignMachine.begin(first.content, first.takerId),
  );
}
