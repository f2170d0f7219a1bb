import { z } from 'zod';

/** Something was told to somebody: read the own inbox again. Whose it was and of what is nobody else's. */
export const noticeEventSchema = z.object({ kind: z.literal('notice') });

/**
 * GET /api/events (server-sent events). `event:` is the kind, `data:` this object, `id:` for Last-Event-ID.
 * Of findings and clues only those within the person's reach are told. `resync` says that events were lost (slow client, restart): read the lists again.
 */
export const consoleEventSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('finding'),
    change: z.enum(['opened', 'changed', 'withdrawn', 'reopened', 'lost-support', 'regained-support', 'dismissed', 'promoted']),
    id: z.string(),
    ruleId: z.string().optional(),
    severity: z.string().optional(),
  }),
  /** A step was taken on a clue that the person may see; what stands in it is read there. */
  z.object({ kind: z.literal('clue'), id: z.string(), revision: z.int().positive() }),
  z.object({ kind: z.literal('source'), id: z.string() }),
  z.object({
    kind: z.literal('sweep'),
    id: z.string(),
    rulesDone: z.int().optional(),
    rulesTotal: z.int().optional(),
    state: z.string().optional(),
  }),
  noticeEventSchema,
  z.object({ kind: z.literal('resync') }),
]);
export type ConsoleEvent = z.infer<typeof consoleEventSchema>;
export const CONSOLE_EVENT_KINDS = ['finding', 'clue', 'source', 'sweep', 'notice', 'resync'] as const;
/** A comment line is sent so often, so that a dead connection is noticed by both sides. */
export const EVENT_HEARTBEAT_MS = 15_000;
