import type { CampaignTaskDetail } from '@tianyan/console-app/api';
import type { InPlace } from '../delegations/in-place.js';

/**
 * Names what is kept of a result. What was begun for one state of the order is not filled in for another; a file that is handed in changes nothing.
 * What was begun in somebody's place is not filled in under one's own name, nor the other way round.
 */
export const reportDraftOf = (
  { id, resultRevision }: Pick<CampaignTaskDetail, 'id' | 'resultRevision'>,
  deputy: InPlace | null = null,
): string => `draft/campaign-task/${id}/${resultRevision}${deputy ? `/for/${deputy.forId}` : ''}`;
