import { AlertOutbox } from '@tianyan/notices';
import { builtInCatalogue } from '@tianyan/contracts';
import { EvaluationTickets, FindingStore, RetiredRules, RunningRules } from '@tianyan/findings';
import { uuidSource } from '@tianyan/kernel';
import { rows } from '@tianyan/postgres';
import type { Evaluation } from '@tianyan/rules';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { findingCountsSchema, findingDetailSchema, findingListSchema, rawEvidenceSchema } from '../api/index.js';
import { ADMINISTRATOR, ANALYST, COUNTY_NOW_MS, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';
import { writeRecords } from '../testing/records.js';

let fixture: ConsoleFixture;

const RAW_ORDER = JSON.stringify({
  orderNo: 'O1',
  phone: '13812345678',
  name: '赵明',
  text: '赵明反映路面破损',
  note: '可致电 13812345678',
});

beforeAll(async () => {
  fixture = await startConsole();
  const { warehouse } = fixture;
  const order = builtInCatalogue.get('hotline.order');
  const event = builtInCatalogue.get('hotline.order-event');
  const unit = builtInCatalogue.get('directory.unit');
  await writeRecords(
    warehouse,
    unit,
    [{ id: 'u1', atMs: COUNTY_NOW_MS, raw: '{}', fields: { unitId: 'U1', name: '县住建局', kind: 'department' } }],
    '',
  );
  const division = builtInCatalogue.get('directory.division');
  await writeRecords(
    warehouse,
    division,
    [{ id: 'd1', atMs: COUNTY_NOW_MS, raw: '{}', fields: { divisionCode: '320921100', name: '响水镇', level: 'township' } }],
    '',
  );
  const orders = await writeRecords(
    warehouse,
    order,
    [
      {
        id: 'O1',
        atMs: COUNTY_NOW_MS - 5_000,
        raw: RAW_ORDER,
        fields: {
          orderId: 'O1',
          title: '路面破损',
          content: '赵明反映路面破损',
          channel: '电话',
          category: 'complaint',
          matter: 'road',
          callerName: '赵明',
          callerPhone: '13812345678',
          confidential: false,
          urgency: 'normal',
          status: 'open',
          townshipCode: '320921100',
        },
      },
    ],
    'order',
  );
  const events = await writeRecords(
    warehouse,
    event,
    [1, 2, 3].map((n) => ({
      id: `E${n}`,
      atMs: COUNTY_NOW_MS - 4_000 + n,
      raw: `{"n":${n}}`,
      fields: { orderId: 'O1', unitId: 'U1', action: 'returned', note: '<script>alert(1)</script>' },
    })),
    'returned',
  );
  // E2 is corrected afterwards: the finding still shows the version that proved it.
  await writeRecords(
    warehouse,
    event,
    [
      {
        id: 'E2',
        version: 2,
        atMs: COUNTY_NOW_MS - 3_000,
        raw: '{"n":22}',
        fields: { orderId: 'O1', unitId: 'U1', action: 'signed' },
      },
    ],
    '',
  );
  const evaluations: Evaluation[] = Array.from({ length: 5 }, (_, i) => ({
    ruleId: 'order-ping-pong',
    scope: `O${i + 1}`,
    hit: true,
    occurredAtMs: COUNTY_NOW_MS - i * 1000,
    dueAtMs: null,
    evidence: i === 0 ? [...events, ...orders] : events,
    figures: { returns: 3 },
    subjects: { orderId: `O${i + 1}`, unitId: 'U1', townshipCode: '320921100' },
  }));
  await fixture.storeFindings(evaluations);
});
afterAll(() => fixture.stop());

async function findingOfO1(client: Awaited<ReturnType<ConsoleFixture['signedIn']>>): Promise<string> {
  const { body } = await client.get('/api/findings?text=O1');
  return findingListSchema.parse(body).items[0]?.id ?? '';
}

describe('the list of findings', () => {
  test('is paged by key: every finding once', async () => {
    const client = await fixture.signedIn(ANALYST);
    const scopes: string[] = [];
    let cursor: string | null = null;
    do {
      const { status, body }: { status: number; body: unknown } = await client.get(
        `/api/findings?limit=2${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
      );
      expect(status).toBe(200);
      const page = findingListSchema.parse(body);
      scopes.push(...page.items.map((item) => item.scope));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(scopes.toSorted()).toEqual(['O1', 'O2', 'O3', 'O4', 'O5']);
  });

  test('names units and townships, and covers telephone numbers in the explanation', async () => {
    const client = await fixture.signedIn(ANALYST);
    const { body } = await client.get('/api/findings?text=O1');
    const [item] = findingListSchema.parse(body).items;
    expect(item?.explanation).toContain('138****5678');
    expect(item?.subjects).toContainEqual({ kind: 'unitId', kindLabel: '单位', code: 'U1', name: '县住建局' });
  });

  test.each([`' OR 1=1 --`, `'; DROP TABLE finding; --`, '<img src=x onerror=alert(1)>', '%', '_', '\\', '%25%27'])(
    'takes %s as text to look for',
    async (text) => {
      const client = await fixture.signedIn(ANALYST);
      for (const filter of ['text', 'rule', 'class', 'township', 'unit']) {
        const answer = await client.get(`/api/findings?${filter}=${encodeURIComponent(text)}`);
        expect([filter, answer.status, answer.body.items]).toEqual([filter, 200, []]);
      }
      expect(findingListSchema.parse((await client.get('/api/findings')).body).items).toHaveLength(5);
    },
  );

  test.each(['status=gone', 'limit=0', 'limit=1000', 'limit=x', 'fromMs=yesterday', `text=${'x'.repeat(300)}`])(
    'refuses %s in Chinese',
    async (query) => {
      const client = await fixture.signedIn(ANALYST);
      const answer = await client.get(`/api/findings?${query}`);
      expect(answer.status).toBe(400);
      expect(answer.body.code).toBe('invalid');
      expect(answer.body.message).toMatch(/\p{Script=Han}/u);
    },
  );

  test('refuses a spoilt cursor', async () => {
    const client = await fixture.signedIn(ANALYST);
    expect((await client.get('/api/findings?cursor=abc')).status).toBe(400);
  });

  test('counts follow the same filters', async () => {
    const client = await fixture.signedIn(ANALYST);
    const counts = findingCountsSchema.parse((await client.get('/api/findings/counts?township=320921100&severity=high')).body);
    expect(counts.total).toBe(5);
    expect(counts.byTownship).toEqual([{ key: '320921100', label: '响水镇', count: 5 }]);
    expect(findingCountsSchema.parse((await client.get('/api/findings/counts?severity=low')).body).total).toBe(0);
  });
});

describe('one finding', () => {
  test('shows its evidence as one timeline across record types, personal data covered', async () => {
    const client = await fixture.signedIn(ANALYST);
    const answer = await client.get(`/api/findings/${await findingOfO1(client)}`);
    const finding = findingDetailSchema.parse(answer.body);
    expect(finding.evidence.map((item) => item.recordId)).toEqual(['O1', 'E1', 'E2', 'E3']);
    expect(finding.evidence.map((item) => item.corrected)).toEqual([false, false, true, false]);
    expect(finding.evidence[1]).toMatchObject({ unitName: '县住建局', roleLabel: '退回', systemLabel: '12345 热线' });
    expect(finding.rule.words).toEqual([expect.stringContaining('没有人真正接手')]);
    expect(finding.history.map((entry) => entry.kind)).toEqual(['opened']);
    expect(JSON.stringify(answer.body)).not.toMatch(/赵明|13812345678/);
  });

  test('a raw record is covered unless a reason is given; both are on record', async () => {
    const client = await fixture.signedIn(ANALYST);
    const id = await findingOfO1(client);
    const finding = findingDetailSchema.parse((await client.get(`/api/findings/${id}`)).body);
    const index = finding.evidence[0]?.index ?? -1;
    const covered = rawEvidenceSchema.parse((await client.get(`/api/findings/${id}/evidence/${index}/raw`)).body);
    expect(covered.masked).toBe(true);
    expect(JSON.stringify(covered)).not.toMatch(/赵明|13812345678/);
    expect((await client.get(`/api/findings/${id}/evidence/${index}/raw?unmask=true`)).status).toBe(400);
    const reason = encodeURIComponent('核实来电人身份');
    const uncovered = rawEvidenceSchema.parse(
      (await client.get(`/api/findings/${id}/evidence/${index}/raw?unmask=true&reason=${reason}`)).body,
    );
    expect(uncovered.raw).toBe(RAW_ORDER);
    const entries = await rows(
      fixture.pool,
      z.object({ action: z.string(), reason: z.string().nullable() }),
      'SELECT action, reason FROM access_audit WHERE object LIKE $1 ORDER BY id',
      [`finding/${id}/%`],
    );
    expect(entries).toEqual([
      { action: 'read-raw-record', reason: null },
      { action: 'read-unmasked-record', reason: '核实来电人身份' },
    ]);
  });

  test('unknown findings and evidence are not found', async () => {
    const client = await fixture.signedIn(ANALYST);
    expect((await client.get('/api/findings/none')).status).toBe(404);
    expect((await client.get(`/api/findings/${await findingOfO1(client)}/evidence/99/raw`)).status).toBe(404);
    expect((await client.get(`/api/findings/${await findingOfO1(client)}/evidence/-1/raw`)).status).toBe(400);
  });
});

describe('decisions', () => {
  test('dismissal needs a reason, is on record, and can be taken back', async () => {
    const client = await fixture.signedIn(ANALYST);
    const id = await findingOfO1(client);
    for (const part of [{ verdict: 'unfounded' }, { reason: '没有类别' }, { verdict: 'confirmed', reason: '属实不能排除' }])
      expect((await client.post(`/api/findings/${id}/decisions`, { decision: 'dismiss', ...part })).status).toBe(400);
    const dismissed = findingDetailSchema.parse(
      (
        await client.post(`/api/findings/${id}/decisions`, {
          decision: 'dismiss',
          verdict: 'permitted',
          reason: '核实为联合办理',
        })
      ).body,
    );
    expect(dismissed).toMatchObject({ status: 'dismissed', verdict: 'permitted', allowedDecisions: ['reopen'] });
    expect(dismissed.history[0]).toMatchObject({
      kind: 'dismissed',
      actor: ANALYST.account,
      reason: '核实为联合办理',
      verdict: 'permitted',
    });
    expect((await client.post(`/api/findings/${id}/decisions`, { decision: 'promote' })).status).toBe(409);
    const reopened = findingDetailSchema.parse(
      (await client.post(`/api/findings/${id}/decisions`, { decision: 'reopen', reason: '排除有误' })).body,
    );
    expect(reopened).toMatchObject({ status: 'open', verdict: null });
  });

  test('whoever runs the platform cannot make a doubt go away', async () => {
    const client = await fixture.signedIn(ADMINISTRATOR);
    const id = await findingOfO1(client);
    expect(findingDetailSchema.parse((await client.get(`/api/findings/${id}`)).body).allowedDecisions).toEqual([]);
    const answer = await client.post(`/api/findings/${id}/decisions`, {
      decision: 'dismiss',
      verdict: 'unfounded',
      reason: '测试',
    });
    expect(answer.status).toBe(403);
    const { rows } = await fixture.pool.query('SELECT 1 FROM access_audit WHERE action = $1 AND actor_account = $2', [
      'refused',
      ADMINISTRATOR.account,
    ]);
    expect(rows).toHaveLength(1);
  });
});

test('a finding whose rule is gone says so, and not that the data have changed', async () => {
  const { pool, machineClock, countyClock } = fixture;
  const client = await fixture.signedIn(ANALYST);
  const id = await findingOfO1(client);
  const store = new FindingStore({
    pool,
    ids: uuidSource,
    alerts: new AlertOutbox({ clock: machineClock, settleMs: 0 }),
    running: new RunningRules(pool, 'engine'),
  });
  await new RetiredRules({ pool, tickets: new EvaluationTickets(pool), store, countyClock }).withdraw([], 1);
  const detail = findingDetailSchema.parse((await client.get(`/api/findings/${id}`)).body);
  expect(detail.status).toBe('withdrawn');
  expect(detail.history[0]).toMatchObject({ kind: 'withdrawn', kindLabel: '自动撤回', actor: null, reason: '规则已停用' });
});
