import type { CampaignTaskDetail } from '@tianyan/console-app/api';

/** Names what is kept of a result. What was begun for one state of the order is not filled in for another; a file that is handed in changes nothing. */
export const reportDraftOf = ({ id, resultRevision }: Pick<CampaignTaskDetail, 'id' | 'resultRevision'>) =>
  `draft/campaign-task/${id}/${resultRevision}`;
