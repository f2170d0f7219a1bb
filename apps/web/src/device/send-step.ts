import { z } from 'zod';
import { ApiError, callApi } from '../api/client.js';
import { isForLater, takenSchema, type UnsentStep } from './unsent-steps.js';

const CLUE_STEPS = /^(\/clues\/[^/]+)\/steps$/;
const bodySchema = z.looseObject({ revision: z.int() });
const clueSchema = z.object({
  revision: z.int(),
  steps: z.array(z.object({ seq: z.int(), own: z.boolean(), kind: z.string() })),
});
/** Decide nothing, and were done by the person who has not seen them as news. */
const FILE_STEPS: readonly string[] = ['attach', 'withdraw-file'];

type Sent = Pick<UnsentStep, 'path' | 'body' | 'key'>;

/** Sends a step that waited on the device, whose it is with it. Throws ApiError. */
export async function sendStep(step: Sent, sender: string): Promise<void> {
  try {
    await post(step, sender);
  } catch (error) {
    const body = await bodyPastOwnFiles(step, error);
    if (body === null) throw error;
    await post({ ...step, body }, sender);
  }
}

async function post({ path, body, key }: Sent, sender: string): Promise<void> {
  await callApi(takenSchema, path, { method: 'POST', body, key, sender });
}

/**
 * The files that went before a step of a clue are steps of that clue themselves, and it was filled in before they were taken: where nothing but these
 * has come in between, the person has seen all there is to see. Null: it stays refused.
 */
async function bodyPastOwnFiles({ path, body }: Sent, refusal: unknown): Promise<unknown> {
  const [, clue] = CLUE_STEPS.exec(path) ?? [];
  const asked = bodySchema.safeParse(body);
  if (clue === undefined || !asked.success || !(refusal instanceof ApiError) || refusal.problem.code !== 'conflict') return null;
  const found = await callApi(clueSchema, clue).catch((error: unknown) => {
    // It is not known whether it is refused: asked again later.
    if (isForLater(error)) throw error;
    return null;
  });
  const since = found?.steps.filter(({ seq }) => seq > asked.data.revision) ?? [];
  const isOwnFiles = since.length > 0 && since.every(({ own, kind }) => own && FILE_STEPS.includes(kind));
  return found && isOwnFiles ? { ...asked.data, revision: found.revision } : null;
}
