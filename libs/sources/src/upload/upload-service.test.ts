import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startConnectorFixture, type ConnectorFixture } from '../connector.test-fixture.js';

let fixture: ConnectorFixture;
beforeAll(async () => {
  fixture = await startConnectorFixture();
});
afterAll(() => fixture.stop());

test.each([
  ['brackets', '['.repeat(200_000)],
  ['balanced brackets', `${'['.repeat(1_000)}${']'.repeat(1_000)}`],
  ['quotes', '"'.repeat(200_000)],
  ['keys', Array.from({ length: 20_000 }, (_unused, index) => `k${index}: 1`).join('\n')],
  ['lists', `${'- '.repeat(20_000)}a`],
  ['names of names', 'a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]'],
])('a mapping of nothing but %s is refused in words, and soon', async (_name, text) => {
  const { uploads } = fixture.parts;
  const began = process.cpuUsage();
  const upload = uploads.upload({ path: '/nowhere', fileName: 'a.csv', mapping: { text }, actor: 'wang.gang' });
  await expect(upload).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('映射无法使用') });
  expect(process.cpuUsage(began).user / 1000).toBeLessThan(1_000);
});
