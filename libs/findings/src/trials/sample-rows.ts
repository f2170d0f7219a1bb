import { z } from 'zod';
import { evidenceSchema } from '../model.js';
import { TRIAL_SAMPLE_EVIDENCE, type TrialSample } from './trial.js';

/** Of a `finding f` that is shown as a sample; to be read by {@link sampleSchema}. */
export const SAMPLE_COLUMNS = 'f.scope, f.occurred_at_ms, f.explanation, f.subjects, f.evidence';

export const sampleSchema = z
  .object({
    scope: z.string(),
    occurred_at_ms: z.int(),
    explanation: z.string(),
    subjects: z.record(z.string(), z.string()),
    evidence: evidenceSchema,
  })
  .transform(({ occurred_at_ms: occurredAtMs, evidence, ...rest }): TrialSample => {
    const shown = evidence.slice(0, TRIAL_SAMPLE_EVIDENCE).map(({ type, id, atMs, role }) => ({ type, id, atMs, role }));
    return { ...rest, occurredAtMs, evidence: shown, evidenceCount: evidence.length };
  });
