import { timerPause } from '@tianyan/kernel';
import { ruleTrialSchema, type RuleTrial } from '../api/index.js';
import type { ApiClient } from './api-client.js';

/** Asked without a pause, it would have a processor less to run on. */
const ASKED_AGAIN_MS = 50;

/** The trial of whoever asks, once it has come to its end, whichever that is. */
export async function endedTrial(client: ApiClient, id: string): Promise<RuleTrial> {
  for (;;) {
    const trial = ruleTrialSchema.parse((await client.get(`/api/rules/trials/${id}`)).body);
    if (trial.state !== 'queued' && trial.state !== 'running') return trial;
    await timerPause(ASKED_AGAIN_MS);
  }
}
