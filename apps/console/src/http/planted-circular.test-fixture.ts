import { expect } from '@jest/globals';
import { PERSONAL_TEXTS } from '@tianyan/access/testing';
import type { ApiClient } from '../testing/api-client.js';

/** A circular from a letter: what would quote it is refused; a unit that names somebody in what it reports. Returns its id. */
export async function plantCircular(
  [client, leader, liaison]: readonly (ApiClient | undefined)[],
  letterId: string,
  { quoted, leaks }: { quoted: string; leaks: (answer: unknown) => string[] },
): Promise<string> {
  const content = { title: '通报', text: '五次退单', unitCodes: ['U1'], audience: 'county', reportWorkingDays: 5 };
  const origins = [{ kind: 'letter', id: letterId }];
  const refused = await client?.post('/api/circulars', { origins, content: { ...content, text: quoted } });
  expect([refused?.status, leaks(refused?.body)]).toEqual([400, []]);
  const drafted = await client?.post('/api/circulars', { origins, content });
  const id: string = drafted?.body.id;
  await leader?.post(`/api/circulars/${id}/steps`, { revision: 1, step: { step: 'issue' } });
  const improvement = {
    unitCode: 'U1',
    name: PERSONAL_TEXTS[0]?.text,
    documentNumber: '1号',
    documentDay: '2026-06-20',
    kind: 'new',
  };
  const reported = await liaison?.post(`/api/assignments/circulars/${id}/improvements`, improvement);
  expect([reported?.body.improvements.length, leaks(reported?.body)]).toEqual([1, []]);
  return id;
}
