import { UnitReach } from '@tianyan/access';
import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { Files, FolderBlobs } from '@tianyan/files';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { letterSubject } from '../letters/letters.js';
import type { SupervisionReceipt } from '../step-history.js';
import { startSupervision, type SupervisionFixture } from '../supervision.test-fixture.js';
import { ProofFiles } from './proof-files.js';

let fixture: SupervisionFixture;
let directory = '';

beforeAll(async () => {
  fixture = await startSupervision();
  directory = await mkdtemp(join(tmpdir(), 'tianyan-proof-files-'));
});
afterAll(async () => {
  await fixture?.stop();
  await rm(directory, { recursive: true, force: true });
});

test('what cannot be put on record is not done: sent again, it is a step, and withdrawn again too', async () => {
  const { pool, countyClock, letters, queries, people } = fixture;
  const { li, wang, water } = people;
  const files = new Files({ pool, blobs: new FolderBlobs(join(directory, 'store')), countyClock, machineClock: countyClock });
  const proofFiles = new ProofFiles({ pool, files });
  const path = join(directory, 'arrived');
  await writeFile(path, '%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n');
  const content = await files.store({ path, name: '通知.pdf' });
  await fixture.storeFinding('F1');
  const drafted = {
    origin: { kind: 'finding', id: 'F1' },
    content: { kind: 'supervision-order', unitCode: 'WATER', title: '督办', text: '请核实。', replyWorkingDays: 5 },
    cover: false,
    covers: [],
  } as const;
  const { id: letterId } = await letters.draft(WHOLE_COUNTY, li, drafted);
  await letters.take(WHOLE_COUNTY, wang, { letterId, revision: 1, request: { step: 'issue' }, covers: [] });
  const units = UnitReach.of({ user: water });
  await letters.takeForUnit(units, water, { letterId, revision: 2, request: { step: 'receive' } });
  const proof = letters.proofOfUnit(units, { ...water, address: null }, letterId);
  const steps = async () => (await queries.get(WHOLE_COUNTY, letterId))?.steps.map(({ content: { step } }) => step);
  const full = () => Promise.reject(new Error('the log is full'));
  const recorded: SupervisionReceipt[] = [];
  const record = async (_: unknown, receipt: SupervisionReceipt) => void recorded.push(receipt);

  const file = { fileId: 'file-1', content };
  await expect(proofFiles.attach(proof, file, full)).rejects.toThrow('the log is full');
  expect([await files.list(letterSubject(letterId)), await steps()]).toEqual([[], ['draft', 'issue', 'receive']]);
  const attached = await proofFiles.attach(proof, file, record);
  expect(await proofFiles.attach(proof, file, record)).toBeNull();
  expect(recorded).toEqual([attached]);
  const withdrawal = { fileId: 'file-1', reason: '传错了' };
  await expect(proofFiles.withdraw(proof, withdrawal, full)).rejects.toThrow('the log is full');
  await proofFiles.withdraw(proof, withdrawal, record);
  expect([recorded.length, await steps()]).toEqual([2, ['draft', 'issue', 'receive', 'attach', 'withdraw-file']]);
});
