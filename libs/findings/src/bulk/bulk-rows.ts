import { z } from 'zod';
import { VERDICTS } from '../precision/verdict.js';

/** `finished`: all were looked at; `cancelled`: by its person; `stopped`: it could not go on. */
export const BULK_STATES = ['running', 'finished', 'cancelled', 'stopped'] as const;
export type BulkState = (typeof BULK_STATES)[number];

export const bulkSchema = z
  .object({
    id: z.string(),
    user_id: z.string(),
    role: z.string(),
    reach: z.string(),
    address: z.string().nullable(),
    decision: z.enum(['dismiss', 'promote']),
    verdict: z.enum(VERDICTS).exclude(['confirmed']).nullable(),
    reason: z.string().nullable(),
    total: z.int(),
    later: z.int(),
    state: z.enum(BULK_STATES),
    stop_reason: z.string().nullable(),
    asked_at_ms: z.int(),
    ended_at_ms: z.int().nullable(),
    done: z.int(),
    refused: z.int(),
  })
  .transform(({ user_id: userId, stop_reason: stopReason, asked_at_ms: askedAtMs, ended_at_ms: endedAtMs, ...rest }) => ({
    ...rest,
    userId,
    stopReason,
    askedAtMs,
    endedAtMs,
  }));

/** One decision on many findings, and how far it has come. `role` and `reach` (its parameter) are those with which it was asked for. */
export type BulkDecision = z.output<typeof bulkSchema>;

export const itemSchema = z
  .object({
    seq: z.int(),
    finding_id: z.string(),
    outcome: z.enum(['done', 'refused']).nullable(),
    message: z.string().nullable(),
  })
  .transform(({ finding_id: findingId, ...rest }) => ({ ...rest, findingId }));

/** One of the findings, and what came of it; null: it has not been decided on. */
export type BulkItem = z.output<typeof itemSchema>;
