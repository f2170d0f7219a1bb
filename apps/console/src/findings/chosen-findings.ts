import type { FindingFilter } from '@tianyan/findings';
import type { z } from 'zod';
import type { findingFilterSchema } from '../api/index.js';

/** Of findings, what query parameters choose by themselves, whoever asks. */
export function chosenBy(query: z.output<typeof findingFilterSchema>): FindingFilter {
  return {
    ...(query.status && { statuses: query.status }),
    ...(query.rule && { ruleIds: query.rule }),
    ...(query.class && { problemClasses: query.class }),
    ...(query.severity && { severities: query.severity }),
    ...(query.township && { townshipCodes: query.township }),
    ...(query.village && { villageCodes: query.village }),
    ...(query.unit && { unitIds: query.unit }),
    ...(query.verdict && { verdicts: query.verdict }),
    ...(query.subject && { subjectKeys: [query.subject] }),
    ...(query.aside && { aside: query.aside }),
    ...(query.text && { text: query.text }),
    ...(query.fromMs !== undefined && { occurredFromMs: query.fromMs }),
    ...(query.toMs !== undefined && { occurredBeforeMs: query.toMs }),
  };
}
