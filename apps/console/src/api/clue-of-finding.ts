import { CLUE_STATES } from '@tianyan/cases/api';
import { z } from 'zod';

/** The clue that a finding is worked on in. */
export const clueOfFindingSchema = z.object({ id: z.string(), number: z.string(), state: z.enum(CLUE_STATES) });
export type ClueOfFinding = z.infer<typeof clueOfFindingSchema>;
