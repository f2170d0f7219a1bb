import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isAllowed, isOfUnits, needsWholeCounty, ROLES, type Role } from '@tianyan/access';
import type { ApiClient } from '../testing/api-client.js';
import { ANALYST, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';
import { actionOf, ROUTE_NAMES, ruleOf } from './route-table.js';

/** Every role, with the whole county and, where it can have less, with one township. */
const HOLDERS: readonly { role: Role; township: string | null }[] = ROLES.flatMap((role) => [
  { role, township: null },
  ...(needsWholeCounty(role) || isOfUnits(role) ? [] : [{ role, township: '320921100' }]),
]);
/** Ends the session that asks, or lasts until it is cut. */
const ASKED_APART = ['DELETE /api/session', 'GET /api/events'];

let fixture: ConsoleFixture;
const clients = new Map<string, ApiClient>();
const nameOf = ({ role, township }: (typeof HOLDERS)[number]) => `${role}.${township === null ? 'county' : 'town'}`;

beforeAll(async () => {
  fixture = await startConsole();
  for (const holder of HOLDERS) {
    const person = { account: nameOf(holder), password: 'Every-role-2026' };
    await fixture.users.create({
      ...person,
      displayName: nameOf(holder),
      role: holder.role,
      townshipCodes: holder.township === null ? null : [holder.township],
      unitCodes: isOfUnits(holder.role) ? ['U1'] : [],
      mustChangePassword: false,
    });
    clients.set(nameOf(holder), await fixture.signedIn(person));
  }
});
afterAll(() => fixture.stop());

test('the table holds every route of the API document, and no other', async () => {
  const client = await fixture.signedIn(ANALYST);
  const { body } = await client.get('/api/docs/openapi.json');
  const routes = Object.entries(body.paths as Record<string, object>).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const own = routes.filter((route) => route.includes(' /api/'));
  expect([...ROUTE_NAMES].toSorted()).toEqual(own.toSorted());
});

test('what the framework calls a path is found in it; HEAD asks what GET asks', () => {
  expect(ruleOf('GET', '/api/findings/:id/evidence/:index/raw')?.door).toBe('read-findings');
  expect(ruleOf('HEAD', '/api/clues/:id')?.door).toBe('read-clues');
  expect([ruleOf('PATCH', '/api/clues/:id'), ruleOf('GET', '/api/constructor')]).toEqual([null, null]);
});

describe.each(HOLDERS.map((holder) => [nameOf(holder), holder] as const))('%s', (name, { role }) => {
  test.each(ROUTE_NAMES.filter((route) => !ASKED_APART.includes(route)))(
    '%s is refused exactly where the table says',
    async (route) => {
      const [method = '', path = ''] = route.split(' ');
      const client = clients.get(name);
      const action = actionOf(route);
      const asked = path.replaceAll(/\{[^}]+\}/g, 'none');
      const answer = await client?.send(method, asked, method === 'GET' ? undefined : {});
      const isRefused = answer?.status === 403;
      expect([route, isRefused]).toEqual([route, action !== null && !isAllowed(role, action)]);
      if (isRefused) expect(answer.body).toEqual({ code: 'forbidden', message: expect.stringMatching(/^此操作须由.+进行$/) });
    },
  );

  test('events are heard by whoever looks at findings alone', async () => {
    const stream = await fetch(`${fixture.baseUrl}/api/events`, { headers: { cookie: clients.get(name)?.cookie ?? '' } });
    await stream.body?.cancel();
    expect(stream.status).toBe(isAllowed(role, 'read-findings') ? 200 : 403);
  });
});

describe('none of the three administrators does the part of another', () => {
  test.each([
    ['manage-people', 'security-administrator'],
    ['review-grants', 'audit-administrator'],
    ['read-audit', 'audit-administrator'],
    ['unlock-sign-in', 'security-administrator'],
    ['publish-rules', 'system-administrator'],
    ['manage-teams', 'system-administrator'],
    ['start-sweep', 'system-administrator'],
  ] as const)('%s is the %s’s', (action, own) => {
    const administrators = ROLES.filter((role) => role.endsWith('-administrator'));
    expect(administrators.filter((role) => isAllowed(role, action))).toEqual([own]);
  });

  test('and none of them decides on a doubt, or sees a clue', () => {
    const administrators = ROLES.filter((role) => role.endsWith('-administrator'));
    for (const action of [
      'decide-finding',
      'read-clues',
      'handle-clues',
      'manage-clues',
      'approve-clues',
      'read-supervision',
    ] as const)
      expect(administrators.filter((role) => isAllowed(role, action))).toEqual([]);
  });
});
