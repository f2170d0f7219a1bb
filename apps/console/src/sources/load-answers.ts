import type { LoadInProgress } from '@tianyan/findings';
import { HOUR_MS, MINUTE_MS } from '@tianyan/kernel';
import type { Load } from '../api/index.js';

export const LOAD_KIND_LABELS: Readonly<Record<LoadInProgress['kind'], string>> = {
  upload: '上传',
  import: '命令行导入',
  folder: '文件投放',
  'first-pull': '首次读取',
  'catch-up': '补读',
};

/** When a load is told to be unusual, and when it is given up; the latter as those who judge do it. */
export interface LoadLimits {
  silentMs: number;
  longestMs: number;
}

/** A loader shows itself with every page: so long without one is worth a look, well before it is given up. */
const QUIET_MS = 5 * MINUTE_MS;
/** Half of what is waited for at most: there is time to look why. */
const LONG_SHARE = 0.5;
/** A year of a county lands and is judged within minutes. */
const SLOW_MS = 30 * MINUTE_MS;
/** Those who judge look every few seconds; later than this, none of them runs. */
const GRACE_MS = 2 * MINUTE_MS;

const NOT_RUNNING = '请管理员查看 /readyz 和运行日志。';

export function loadState(load: LoadInProgress): Load['state'] {
  if (load.state === 'loading') return 'receiving';
  if (load.state === 'closed') return 'judging';
  return load.completeForMs === null ? 'waiting' : 'landing';
}

/** What is unusual about a load and what to do; null while all is as it should be. */
export function loadTrouble(load: LoadInProgress, { silentMs, longestMs }: LoadLimits): string | null {
  if (load.completeForMs !== null && load.completeForMs > SLOW_MS)
    return `数据在 ${lengthText(load.completeForMs)}前已经收完，还没有研判完：入库或研判可能积压，也可能没有运行。${NOT_RUNNING}`;
  if (load.givenUp) return `没有等到结尾，按已到的数据研判。${whatToDo(load)}`;
  if (load.quietForMs === null) return null;
  if (load.quietForMs > silentMs + GRACE_MS || load.openForMs > longestMs + GRACE_MS)
    return `已经超过等待的期限，却没有转入研判：负责研判的程序可能没有运行。${NOT_RUNNING}`;
  if (load.quietForMs > QUIET_MS)
    return `已有 ${lengthText(load.quietForMs)}没有新数据。满 ${lengthText(silentMs)}就不再等，按已到的研判。${whatToDo(load)}`;
  if (load.openForMs > longestMs * LONG_SHARE)
    return `已经载入 ${lengthText(load.openForMs)}。满 ${lengthText(longestMs)}就不再等，按已到的研判。数据量不大的，请检查上游是不是总说“还有下一页”。`;
  return null;
}

function whatToDo({ kind }: LoadInProgress): string {
  return kind === 'upload' || kind === 'import'
    ? '请重新做一次，已入库的不会重复。'
    : '请看这个数据源有没有出错；恢复后自动接着读。';
}

/** `7 分钟`, `6 小时`: rounded down, one unit, because these are rough. Ends with a space before the next word. */
function lengthText(ms: number): string {
  return ms < HOUR_MS ? `${Math.floor(ms / MINUTE_MS)} 分钟` : `${Math.floor(ms / HOUR_MS)} 小时`;
}
