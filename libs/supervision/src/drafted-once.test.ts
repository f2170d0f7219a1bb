import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { User } from '@tianyan/access';
import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { row } from '@tianyan/postgres';
import { z } from 'zod';
import type { SupervisionReceipt } from './step-history.js';
import { startSupervision, type SupervisionFixture } from './supervision.test-fixture.js';

let fixture: SupervisionFixture;
beforeAll(async () => {
  fixture = await startSupervision();
  await fixture.storeFinding('F-ONCE');
});
afterAll(() => fixture.stop());

const LETTER = { kind: 'supervision-order', unitCode: 'WATER', title: '督办', text: '请核实。', replyWorkingDays: 5 } as const;
const CIRCULAR = { title: '通报', text: '举一反三。', audience: 'named', reportWorkingDays: 5 } as const;
const countOf = async (table: string) =>
  (await row(fixture.pool, z.object({ count: z.int() }), `SELECT count(*)::int AS count FROM ${table}`, [])).count;

interface Asked {
  by: User;
  key: string | null;
  title?: string;
  record?: (receipt: SupervisionReceipt) => void;
}
const DRAFTS = {
  supervision_letter: ({ by, key, title = '督办', record }: Asked) => {
    const origin = { kind: 'finding', id: 'F-ONCE' } as const;
    const asked = { origin, content: { ...LETTER, title }, cover: false, covers: [], key };
    return fixture.letters.draft(WHOLE_COUNTY, by, asked, async (_client, receipt) => record?.(receipt));
  },
  supervision_circular: ({ by, key, title = '通报', record }: Asked) => {
    const origins = [{ kind: 'finding', id: 'F-ONCE' }] as const;
    const asked = { origins, content: { ...CIRCULAR, title, unitCodes: ['WATER'] }, covers: [], key };
    return fixture.circulars.draft(WHOLE_COUNTY, by, asked, async (_client, receipt) => record?.(receipt));
  },
} as const;

test.each(Object.keys(DRAFTS) as (keyof typeof DRAFTS)[])(
  'of a %s the same under one key is drafted once, told once and on record once',
  async (table) => {
    const { li, wang } = fixture.people;
    const draft = DRAFTS[table];
    const before = await countOf(table);
    const told = await countOf('notice_delivery');
    const recorded: SupervisionReceipt[] = [];
    const sent = { by: li, key: `${table}-0123456789`, record: (receipt: SupervisionReceipt) => recorded.push(receipt) };
    const [first, ...others] = await Promise.all([draft(sent), draft(sent), draft(sent)]);
    expect(others).toEqual([first, first]);
    expect(await draft(sent)).toEqual(first);
    expect([await countOf(table), recorded]).toEqual([before + 1, [first]]);
    const toldOnce = await countOf('notice_delivery');
    expect(toldOnce).toBeGreaterThan(told);
    // Another content is no answer to the first, and of another person it is another draft; without a key each is one.
    await expect(draft({ ...sent, title: '另一份' })).rejects.toMatchObject({ code: 'conflict' });
    const apart = [await draft({ ...sent, by: wang }), await draft({ by: li, key: null }), await draft({ by: li, key: null })];
    expect(new Set([first, ...apart].map((one) => one?.id)).size).toBe(4);
  },
);

test('what was refused is asked anew under its key, and a key of a letter is none of a circular', async () => {
  const { li } = fixture.people;
  const key = 'refused-0123456789';
  const origin = { kind: 'finding', id: 'F-LATER' } as const;
  const asked = { origin, content: LETTER, cover: false, covers: [], key } as const;
  await expect(fixture.letters.draft(WHOLE_COUNTY, li, asked)).rejects.toMatchObject({ code: 'not-found' });
  await fixture.storeFinding('F-LATER');
  await fixture.letters.draft(WHOLE_COUNTY, li, asked);
  await expect(DRAFTS.supervision_circular({ by: li, key })).rejects.toMatchObject({ code: 'conflict' });
});
