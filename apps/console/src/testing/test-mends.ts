import { RefusedError } from '@tianyan/kernel';
import type { Mend, QuarantineGroup, QuarantineItem } from '@tianyan/sources';
import type { AskedConnector } from '../tokens.js';

type Mends = AskedConnector['mendService'];

export const TEST_GROUP: QuarantineGroup = {
  key: 'g1',
  source: 'hotline-12345',
  feed: 'orders',
  type: 'hotline.order',
  problems: [{ field: 'amountFen', label: '金额', reason: '不是数字' }],
  reason: '金额：不是数字',
  count: 3,
  firstSeenAtMs: 0,
  lastSeenAtMs: 0,
};

/** Mends without rows: what a person may do with them is tested here, what becomes of the rows where they live. */
export class TestMends implements Mends {
  all: Mend[] = [];

  constructor(private readonly rowsOf: () => readonly QuarantineItem[]) {}

  add(mend: Pick<Mend, 'plan' | 'reason' | 'proposedBy' | 'itemId' | 'groupKey'>): Mend {
    const byHand = mend.plan.kind === 'values' || mend.plan.kind === 'row';
    const added: Mend = {
      ...mend,
      id: this.all.length + 1,
      source: 'hotline-12345',
      feed: 'orders',
      type: 'hotline.order',
      mappingHash: null,
      maxItemId: 1,
      lastItemId: 0,
      finishedAtMs: null,
      state: byHand ? 'proposed' : 'running',
      proposedAtMs: 0,
      decidedBy: null,
      decidedAtMs: null,
      decisionReason: null,
      total: 1,
      accepted: 0,
      refused: 0,
      note: null,
    };
    this.all.push(added);
    return added;
  }

  list = async () => [TEST_GROUP];
  find = async (key: string) => (key === TEST_GROUP.key ? TEST_GROUP : null);
  rows = async () => [...this.rowsOf()];
  cells = (raw: string, columns: readonly string[]) => {
    // The rows of the tests hold texts; a cut one has no columns.
    const row = raw.startsWith('{') ? (JSON.parse(raw) as Record<string, string>) : {};
    return columns.map((column) => row[column] ?? null);
  };
  mends: Mends['mends'] = async (query) =>
    this.all.filter(
      (mend) =>
        (query.state === undefined || mend.state === query.state) && (query.itemId === undefined || mend.itemId === query.itemId),
    );
  findMend = async (id: number) => this.all.find((mend) => mend.id === id) ?? null;
  samples: Mends['samples'] = async () =>
    this.rowsOf()
      .slice(0, 1)
      .map((item) => ({ item, accepted: true, reason: null, raw: item.raw }));
  preview: Mends['preview'] = async () => ({
    total: 3,
    examined: 3,
    accepted: 3,
    reasons: [],
    samples: await this.samples(0),
  });
  mend: Mends['mend'] = async (groupKey, { actor, ...rest }) => this.add({ ...rest, proposedBy: actor, itemId: null, groupKey });
  approve: Mends['approve'] = async (id, actor) => {
    const mend = await this.proposed(id);
    if (mend.proposedBy === actor) throw new RefusedError('forbidden', '自己提出的改正须由另一个人复核');
    return Object.assign(mend, { state: 'done', decidedBy: actor, accepted: 1 });
  };
  reject: Mends['reject'] = async (id, { actor, reason }) =>
    Object.assign(await this.proposed(id), { state: 'rejected', decidedBy: actor, decisionReason: reason });
  withdraw: Mends['withdraw'] = async (id) => Object.assign(await this.proposed(id), { state: 'withdrawn' });
  cancel: Mends['cancel'] = async (id) => Object.assign(await this.proposed(id), { state: 'cancelled' });

  private async proposed(id: number): Promise<Mend> {
    const mend = await this.findMend(id);
    if (mend?.state !== 'proposed') throw new RefusedError('conflict', '已经有人处理过这个方案，请刷新页面');
    return mend;
  }
}
