import { z } from 'zod';
import { CLUE_VERDICTS, DISPOSALS, FORMS, type StepKind } from '../api/index.js';
import type { Step } from './facts.js';

const id = z.string();
const text = z.string();
const opinion = text.optional();
const rung = z.union([text, z.object({ name: text, action: z.enum(['manage-clues', 'approve-clues']) })]);
const withReason = <K extends StepKind>(step: K) => z.object({ step: z.literal(step), reason: text });
const withOpinion = <K extends StepKind>(step: K) => z.object({ step: z.literal(step), opinion });
const withReport = <K extends StepKind>(step: K) => z.object({ step: z.literal(step), report: text });
const withOther = <K extends StepKind>(step: K) =>
  z.object({ step: z.literal(step), reason: text, otherId: id, otherNumber: text });
const withFinding = <K extends StepKind>(step: K) => z.object({ step: z.literal(step), findingId: id });

/** A step as history keeps it. What is added here has to be optional: steps are never rewritten. */
export const storedStepSchema = z.discriminatedUnion('step', [
  z.object({
    step: z.literal('register'),
    findingIds: z.array(id),
    reason: text.nullable(),
    splitFrom: text.nullable(),
    circleIds: z.array(id).optional(),
    campaignTask: z.object({ id, orderId: text }).optional(),
  }),
  z.object({ step: z.literal('assign'), assigneeId: id, opinion }),
  withReason('return'),
  z.object({ step: z.literal('recuse'), userId: id, reason: text }),
  z.object({ step: z.literal('verify'), verdict: z.enum(CLUE_VERDICTS), report: text }),
  z.object({
    step: z.literal('propose'),
    disposal: z.enum(DISPOSALS),
    reason: text,
    ladder: z.tuple([rung], rung),
  }),
  withOpinion('approve'),
  withReason('send-back'),
  z.object({ step: z.literal('report'), outcome: z.enum(['rectify', 'conclude']), report: text }),
  z.object({ step: z.literal('add-person'), personId: id }),
  z.object({ step: z.literal('set-form'), personId: id, form: z.enum(FORMS), measure: text }),
  z.object({ step: z.literal('transfer'), authority: text, document: text, reason: text }),
  z.object({ step: z.literal('answer'), outcome: z.enum(['taken-over', 'sent-back']), report: text }),
  withReport('submit').extend({ recoveredFen: z.int().optional(), improvement: opinion }),
  withOpinion('accept'),
  withReason('reject'),
  withReport('close'),
  z.object({ step: z.literal('revisit'), outcome: z.enum(['holds', 'relapsed']), report: text }),
  withReason('restrict').extend({ userIds: z.array(id) }),
  withReason('unrestrict'),
  withReason('suspend'),
  withReason('resume'),
  withReason('ask-extension').extend({ workingDays: z.int(), most: z.int() }),
  withOpinion('approve-extension'),
  withReason('refuse-extension'),
  withReason('ask-reopening'),
  withOpinion('approve-reopening'),
  withReason('refuse-reopening'),
  z.object({ step: z.literal('add-findings'), findingIds: z.array(id), reason: opinion }),
  withOther('split').extend({ findingIds: z.array(id) }),
  withOther('merge'),
  withOther('link'),
  z.object({ step: z.literal('absorb'), findingIds: z.array(id), personIds: z.array(id), otherId: id, otherNumber: text }),
  withFinding('take-out').extend({ reason: text.nullable() }),
  z.object({ step: z.literal('attach'), fileId: id, sha256: text }),
  withReason('withdraw-file').extend({ fileId: id, sha256: text }),
  withReason('hand-over').extend({ fromId: id, assigneeId: id }),
  z.object({ step: z.literal('widen'), userIds: z.array(id) }),
  withFinding('support-lost'),
  withFinding('support-regained'),
  withFinding('rebound'),
]) satisfies z.ZodType<Step>;
