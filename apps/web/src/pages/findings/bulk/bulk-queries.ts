import { queryOptions } from '@tanstack/react-query';
import {
  bulkDecisionDetailSchema,
  bulkDecisionListSchema,
  type BulkDecision,
  type BulkDecisionDetail,
  type BulkDecisionInput,
} from '@tianyan/console-app/api';
import { callApi, callFile } from '../../../api/client.js';
import { keys } from '../../../api/keys.js';
import { saveFile } from '../../../api/save-file.js';

/** Often enough that a bar moves. */
const FOLLOW_EVERY_MS = 700;
const PATH = '/findings/bulk-decisions';

export const bulkDecisionPath = (id: string) => `${PATH}/${encodeURIComponent(id)}`;

/** Read again while it goes on. */
export function bulkDecisionQuery(id: string) {
  return queryOptions({
    queryKey: keys.bulkDecision(id),
    queryFn: ({ signal }) => callApi(bulkDecisionDetailSchema, bulkDecisionPath(id), { signal }),
    refetchInterval: ({ state }) => (state.data?.state === 'running' ? FOLLOW_EVERY_MS : false),
  });
}

export function bulkDecisionsQuery() {
  return queryOptions({
    queryKey: keys.bulkDecisions,
    queryFn: ({ signal }) => callApi(bulkDecisionListSchema, PATH, { signal }),
  });
}

export function askBulkDecision(body: BulkDecisionInput, key: string): Promise<BulkDecisionDetail> {
  return callApi(bulkDecisionDetailSchema, PATH, { method: 'POST', body, key });
}

export function cancelBulkDecision(id: string): Promise<BulkDecisionDetail> {
  return callApi(bulkDecisionDetailSchema, `${bulkDecisionPath(id)}/cancel`, { method: 'POST' });
}

/** The numbers of the findings alone: with what they say it is an export, see the dialog. */
export async function saveBulkResult(id: string): Promise<void> {
  const { name, content } = await callFile(`${bulkDecisionPath(id)}/result`, {});
  saveFile(name, content);
}

/** How far it has come, and what became of it. */
export function bulkWords({ state, total, done, refused, stopReason, later }: BulkDecision): string {
  if (state === 'running') return `正在办理：已处理 ${done} 条，未能处理 ${refused} 条，共 ${total} 条`;
  const leftOut = later === 0 ? '' : `；另有 ${later} 条是您选定之后新来或有变化的，没有办，请看过再办`;
  const result = `已处理 ${done} 条，未处理 ${total - done} 条${leftOut}`;
  if (state === 'cancelled') return `已停下：${result}。办成的不撤回`;
  return state === 'stopped' ? `没有办完：${result}。${stopReason ?? ''}` : result;
}
