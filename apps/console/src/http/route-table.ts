import type { Action } from '@tianyan/access';

/**
 * Whom a route lets in: people whose role allows the action; or `anybody`, also who is not signed in; `signed-in`, whatever the
 * role; `first-password`, also who still has the first password: to see who they are, change it, or leave.
 */
type Door = Action | 'anybody' | 'signed-in' | 'first-password';

/**
 * What of the county its answers hold: `township`, what lies in the reach of whoever asks; `county`, what nobody can say the
 * township of, for the whole county alone; `own`, what is the person's; `none`, nothing of any place.
 */
type Held = 'township' | 'county' | 'own' | 'none';

interface RouteRule {
  door: Door;
  holds: Held;
}

const route = (door: Door, holds: Held): RouteRule => ({ door, holds });

/**
 * Every route of the API, and no other is answered: who may, and within which reach. A test asks each of them as every role, inside and outside
 * a reach, and fails for a route that is not here. What an action asks beyond the route (a reason, not one's own) stands where it is done.
 */
const ROUTES: Readonly<Record<string, RouteRule>> = {
  'POST /api/session': route('anybody', 'none'),
  'GET /api/session': route('first-password', 'own'),
  'DELETE /api/session': route('first-password', 'own'),
  'POST /api/session/password': route('first-password', 'own'),
  'GET /api/session/all': route('signed-in', 'own'),
  'POST /api/session/all/end': route('signed-in', 'own'),

  'GET /api/inbox': route('signed-in', 'own'),
  'POST /api/inbox/read': route('signed-in', 'own'),
  'GET /api/divisions': route('signed-in', 'none'),
  'GET /api/units': route('signed-in', 'none'),
  'GET /api/dictionary': route('signed-in', 'none'),

  'GET /api/overview': route('read-findings', 'township'),
  'GET /api/events': route('read-findings', 'township'),
  'GET /api/advisories': route('read-findings', 'none'),
  'POST /api/advisories/clock': route('settle-clock', 'none'),

  'GET /api/findings': route('read-findings', 'township'),
  'GET /api/findings/weeks': route('read-findings', 'township'),
  'GET /api/findings/groups': route('read-findings', 'township'),
  'GET /api/findings/counts': route('read-findings', 'township'),
  'GET /api/findings/{id}': route('read-findings', 'township'),
  'GET /api/findings/{id}/evidence/{index}/raw': route('read-findings', 'township'),
  'GET /api/findings/{id}/clues': route('read-clues', 'township'),
  'POST /api/findings/{id}/decisions': route('decide-finding', 'township'),
  'POST /api/findings/{id}/exemptions': route('decide-finding', 'township'),
  'GET /api/exemptions': route('read-findings', 'township'),
  'POST /api/exemptions': route('decide-finding', 'township'),
  'POST /api/exemptions/{id}/end': route('decide-finding', 'township'),

  'GET /api/clues': route('read-clues', 'township'),
  'GET /api/clues/counts': route('read-clues', 'township'),
  'GET /api/clues/{id}': route('read-clues', 'township'),
  'GET /api/clues/{id}/handlers': route('manage-clues', 'township'),
  'POST /api/clues': route('decide-finding', 'township'),
  // Each step has an action of its own: see the table of steps.
  'POST /api/clues/{id}/steps': route('read-clues', 'township'),
  'POST /api/clues/{id}/people/reveal': route('read-clues', 'township'),

  'GET /api/scorecards/figures': route('read-findings', 'none'),
  'GET /api/scorecards/{kind}': route('read-findings', 'township'),
  'GET /api/scorecards/{kind}/{code}': route('read-findings', 'township'),
  'GET /api/surges': route('read-findings', 'township'),
  'GET /api/surges/orders': route('read-findings', 'township'),

  'GET /api/rules': route('read-rules', 'township'),
  'GET /api/rule-form': route('read-rules', 'none'),
  'POST /api/rules/check': route('read-rules', 'none'),
  'GET /api/rules/export': route('read-rules', 'none'),
  'GET /api/rules/{id}': route('read-rules', 'township'),
  'GET /api/rules/{id}/versions': route('read-rules', 'none'),
  'GET /api/rules/{id}/precision': route('read-rules', 'none'),
  'GET /api/rules/{id}/parameters': route('read-rules', 'none'),
  'GET /api/rules/{id}/pauses': route('read-rules', 'none'),
  'GET /api/rules/{id}/runs': route('read-rules', 'county'),
  'GET /api/rules/{id}/coverage': route('read-rules', 'township'),
  'GET /api/rules/{id}/shadow': route('read-rules', 'township'),
  'GET /api/rules/runs/slowest': route('read-run-log', 'county'),
  'GET /api/rules/coverage/gaps': route('count-coverage', 'county'),
  'POST /api/rules/{id}/coverage': route('count-coverage', 'county'),
  'POST /api/rules/trials': route('draft-rules', 'township'),
  'GET /api/rules/trials/{id}': route('draft-rules', 'own'),
  'DELETE /api/rules/trials/{id}': route('draft-rules', 'own'),
  'GET /api/rules/drafts': route('draft-rules', 'none'),
  'POST /api/rules/drafts': route('draft-rules', 'none'),
  'POST /api/rules/drafts/import': route('draft-rules', 'none'),
  'GET /api/rules/drafts/{id}': route('draft-rules', 'township'),
  'PUT /api/rules/drafts/{id}': route('draft-rules', 'none'),
  'POST /api/rules/drafts/{id}/trial': route('draft-rules', 'none'),
  'POST /api/rules/drafts/{id}/submit': route('draft-rules', 'none'),
  'POST /api/rules/drafts/{id}/review': route('review-rules', 'none'),
  'POST /api/rules/drafts/{id}/publish': route('publish-rules', 'county'),
  'POST /api/rules/drafts/{id}/discard': route('draft-rules', 'none'),
  'POST /api/rules/{id}/shadow/live': route('publish-rules', 'county'),
  'POST /api/rules/{id}/shadow/end': route('publish-rules', 'county'),
  'POST /api/rules/{id}/restore': route('publish-rules', 'county'),
  'POST /api/rules/{id}/retire': route('publish-rules', 'county'),
  'POST /api/rules/{id}/resume': route('switch-rules', 'county'),
  'PUT /api/rules/{id}/switch': route('switch-rules', 'county'),
  'PUT /api/rules/packs/{pack}/switch': route('switch-rules', 'county'),
  'POST /api/rules/{id}/parameters/trials': route('publish-rules', 'county'),
  'PUT /api/rules/{id}/parameters': route('publish-rules', 'county'),

  'GET /api/sweeps': route('read-rules', 'none'),
  'GET /api/sweeps/{id}/drift': route('read-rules', 'township'),
  'POST /api/sweeps': route('start-sweep', 'county'),

  'GET /api/sources': route('read-sources', 'township'),
  'GET /api/sources/{id}': route('read-sources', 'township'),
  'POST /api/sources/{id}/held-lists/{feed}': route('decide-held-list', 'county'),
  'GET /api/loads': route('read-sources', 'none'),
  'GET /api/uploads/mappings': route('read-sources', 'none'),
  'POST /api/uploads': route('upload-file', 'county'),
  'GET /api/quarantine': route('read-sources', 'county'),
  'GET /api/quarantine/{id}': route('read-sources', 'county'),
  'GET /api/quarantine/groups': route('read-sources', 'county'),
  'GET /api/quarantine/groups/{key}': route('read-sources', 'county'),
  'POST /api/quarantine/groups/{key}/preview': route('mend-quarantined', 'county'),
  // Giving rows up asks for more.
  'POST /api/quarantine/groups/{key}/mends': route('mend-quarantined', 'county'),
  'GET /api/quarantine/mends': route('read-sources', 'county'),
  'GET /api/quarantine/mends/{id}': route('read-sources', 'county'),
  'POST /api/quarantine/mends/{id}/approve': route('mend-quarantined', 'county'),
  'POST /api/quarantine/mends/{id}/reject': route('mend-quarantined', 'county'),
  'POST /api/quarantine/mends/{id}/withdraw': route('mend-quarantined', 'county'),
  'POST /api/quarantine/mends/{id}/cancel': route('mend-quarantined', 'county'),
  'POST /api/quarantine/{id}/replay': route('replay-quarantined', 'county'),
  'POST /api/quarantine/{id}/corrections': route('mend-quarantined', 'county'),
  'POST /api/quarantine/{id}/discard': route('discard-quarantined', 'county'),
  'POST /api/quarantine/{id}/reopen': route('discard-quarantined', 'county'),

  'GET /api/teams': route('manage-teams', 'county'),
  'POST /api/teams': route('manage-teams', 'county'),
  'PUT /api/teams/{id}': route('manage-teams', 'county'),
  'DELETE /api/teams/{id}': route('manage-teams', 'county'),
  'POST /api/teams/{id}/webhook-key': route('manage-teams', 'county'),
  'GET /api/webhook-hosts': route('manage-teams', 'county'),
  'PUT /api/webhook-hosts': route('manage-teams', 'county'),
  'GET /api/deliveries': route('manage-teams', 'county'),
  'POST /api/deliveries/{id}/retry': route('manage-teams', 'county'),

  'GET /api/people': route('read-people', 'none'),
  'POST /api/people': route('manage-people', 'none'),
  'PUT /api/people/{id}': route('manage-people', 'none'),
  'POST /api/people/{id}/lock': route('manage-people', 'none'),
  'POST /api/people/{id}/unlock': route('manage-people', 'none'),
  'POST /api/people/{id}/reset': route('manage-people', 'none'),
  // Of those who review, by whoever confirmed it.
  'POST /api/people/{id}/first-password': route('read-people', 'none'),
  'POST /api/people/{id}/sessions/end': route('manage-people', 'none'),
  'GET /api/grants': route('read-people', 'none'),
  'POST /api/grants/{id}/confirm': route('review-grants', 'none'),
  'POST /api/grants/{id}/reject': route('review-grants', 'none'),
  'POST /api/grants/{id}/withdraw': route('manage-people', 'none'),
  'GET /api/sign-in-blocks': route('unlock-sign-in', 'none'),
  'POST /api/sign-in-blocks/unlock': route('unlock-sign-in', 'none'),
  'GET /api/audit': route('read-audit', 'none'),
};

export const ROUTE_NAMES: readonly string[] = Object.keys(ROUTES);

/** @param path as the framework has it, `/api/clues/:id` */
export function ruleOf(method: string, path: string): RouteRule | null {
  // What may be read may be asked after, too.
  const asked = method === 'HEAD' ? 'GET' : method;
  const name = `${asked} ${path.replaceAll(/:(\w+)/g, '{$1}')}`;
  return Object.hasOwn(ROUTES, name) ? (ROUTES[name] ?? null) : null;
}

/** What is asked of a role; null: nothing. */
export function actionOf(name: string): Action | null {
  const door = ROUTES[name]?.door;
  return door === undefined || door === 'anybody' || door === 'signed-in' || door === 'first-password' ? null : door;
}
