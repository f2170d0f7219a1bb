import { draftDetailSchema } from '../api/index.js';
import type { ApiClient } from './api-client.js';

/** As people do it: one writes and submits, another approves and publishes. The first answer that refuses, or the last. */
export async function publishReviewed(
  people: { author: ApiClient; reviewer: ApiClient },
  yaml: string,
  reason: string,
  as: 'live' | 'shadow' = 'live',
): ReturnType<ApiClient['post']> {
  const created = await people.author.post('/api/rules/drafts', { yaml, basedOn: null });
  if (created.status !== 201) return created;
  const { id, revision } = draftDetailSchema.parse(created.body);
  const untriedReason = '试跑另有记录';
  const submitted = await people.author.post(`/api/rules/drafts/${id}/submit`, { revision, reason, untriedReason });
  if (submitted.status !== 200) return submitted;
  const reviewed = await people.reviewer.post(`/api/rules/drafts/${id}/review`, { revision, verdict: 'approved', reason });
  if (reviewed.status !== 200) return reviewed;
  return people.reviewer.post(`/api/rules/drafts/${id}/publish`, { as, reason, untriedReason });
}
