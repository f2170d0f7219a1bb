import { maskText, type Reach } from '@tianyan/access';
import type { Catalogue } from '@tianyan/contracts';
import { MINUTE_MS } from '@tianyan/kernel';
import type { SourceStatus } from '@tianyan/sources';
import type { SourceState, SourceSummary } from '../api/index.js';
import { SYSTEM_LABELS } from '../dictionary/system-labels.js';
import type { ToldSource } from './told-sources.js';

const KIND_LABELS: Readonly<Record<SourceStatus['kind'], string>> = {
  'http-pull': '接口拉取',
  'file-drop': '文件目录',
  webhook: '接口推送',
  upload: '手工上传',
};

const ERROR_FOR_OTHERS = '数据源出错，详情请有全县管辖范围的人员查看';

/** A polled source that has not succeeded for so long (machine time) is late; polls run every minute or more often. */
const LATE_AFTER_MS = 15 * MINUTE_MS;

/** @param types record types that have come from the source so far */
export function sourceAnswer(
  reach: Reach,
  row: ToldSource,
  types: readonly string[],
  at: { machineNowMs: number; countyNowMs: number },
  catalogue: Catalogue,
): SourceSummary {
  const contracts = types.flatMap((type) => catalogue.find(type) ?? []);
  const systems = [...new Set(contracts.map((contract) => SYSTEM_LABELS[contract.system]))];
  return {
    id: row.name,
    label: row.label,
    systemLabel: systems.join('、') || row.label,
    kind: row.kind,
    kindLabel: KIND_LABELS[row.kind],
    types: contracts.map((contract) => ({ type: contract.type, label: contract.label })),
    state: stateOf(row, at.machineNowMs),
    lagMs: row.lastRecordAtMs === null ? null : Math.max(0, at.countyNowMs - row.lastRecordAtMs),
    lastRunAtMs: row.lastRunAtMs,
    lastRunOk: row.lastRunAtMs === null ? null : row.state !== 'failing',
    // The upstream's own words may quote a record.
    lastError: row.error && maskText(row.error.within(reach) ?? ERROR_FOR_OTHERS),
    acceptedCount: row.acceptedTotal,
    repeatedCount: row.repeatedTotal,
    quarantinedCount: row.quarantineOpen,
  };
}

function stateOf(row: ToldSource, machineNowMs: number): SourceState {
  if (row.state === 'failing') return 'failing';
  if (row.lastRunAtMs === null) return 'idle';
  const polled = row.kind === 'http-pull' || row.kind === 'file-drop';
  // A long reading takes page after page; one whose process died takes none.
  const movedAtMs = row.state === 'running' ? Math.max(row.lastRunAtMs, row.lastPageAtMs ?? 0) : 0;
  const quietMs = machineNowMs - Math.max(row.lastSuccessAtMs ?? row.lastRunAtMs, movedAtMs);
  if (polled && quietMs > LATE_AFTER_MS) return 'late';
  return row.state === 'waiting' ? 'waiting' : 'healthy';
}
