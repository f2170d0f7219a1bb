import { EXPORTED_LISTS } from '../exports/list-export-controllers.js';
import { change, FORBIDDEN, reason, type Ask } from './reach-asks.test-fixture.js';

/** Lists of administrators; whoever asks here is none. */
const NOT_OF_ANALYSTS: ReadonlySet<string> = new Set(['deliveries', 'people', 'grants', 'audit']);
const QUERIES: Readonly<Record<string, string>> = { scorecards: '?kind=unit' };

/** Lists as workbooks: what stands in them is read by the test of the exports. */
export const listExportAsks: Readonly<Record<string, () => Ask[]>> = Object.fromEntries(
  EXPORTED_LISTS.map(({ path }) => [
    `POST /api/${path}/export`,
    () => [change('POST', `/api/${path}/export${QUERIES[path] ?? ''}`, { reason }, NOT_OF_ANALYSTS.has(path) ? FORBIDDEN : 200)],
  ]),
);
