import type { Action } from '@tianyan/access';

/**
 * Whom a route lets in: people whose role allows the action; or `anybody`, also who is not signed in; `signed-in`, whatever the
 * role; `first-password`, also who still has the first password: to see who they are, change it, or leave; `enrolment`, also who
 * has to set up a second factor before anything else; `half-signed-in`, who has shown the password and owes the code, and nobody else.
 */
type Door = Action | (typeof OTHER_DOORS)[number];
const OTHER_DOORS = ['anybody', 'half-signed-in', 'first-password', 'enrolment', 'signed-in'] as const;

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
  'GET /api/session/ways': route('anybody', 'none'),
  'GET /api/session/identity-service': route('anybody', 'none'),
  'GET /api/session/identity-service/callback': route('anybody', 'none'),
  'POST /api/session/code': route('half-signed-in', 'own'),
  'POST /api/session/code/cancel': route('half-signed-in', 'own'),
  'POST /api/session/code/passkey/options': route('half-signed-in', 'own'),
  'POST /api/session/code/passkey': route('half-signed-in', 'own'),
  'GET /api/session': route('first-password', 'own'),
  'DELETE /api/session': route('first-password', 'own'),
  'POST /api/session/password': route('first-password', 'own'),
  'GET /api/session/second-factor': route('enrolment', 'own'),
  'POST /api/session/second-factor': route('enrolment', 'own'),
  'POST /api/session/second-factor/confirm': route('enrolment', 'own'),
  'POST /api/session/second-factor/remove': route('signed-in', 'own'),
  'GET /api/session/passkeys': route('signed-in', 'own'),
  'POST /api/session/passkeys/options': route('signed-in', 'own'),
  'POST /api/session/passkeys': route('signed-in', 'own'),
  'POST /api/session/passkeys/{id}/remove': route('signed-in', 'own'),
  'GET /api/session/all': route('signed-in', 'own'),
  'POST /api/session/all/end': route('signed-in', 'own'),

  'GET /api/inbox': route('signed-in', 'own'),
  'POST /api/inbox/read': route('signed-in', 'own'),
  'POST /api/inbox/acknowledge': route('read-findings', 'own'),
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
  'POST /api/findings/bulk-decisions': route('decide-finding', 'township'),
  'GET /api/findings/bulk-decisions': route('decide-finding', 'own'),
  'GET /api/findings/bulk-decisions/{id}': route('decide-finding', 'own'),
  'POST /api/findings/bulk-decisions/{id}/cancel': route('decide-finding', 'own'),
  'GET /api/findings/bulk-decisions/{id}/result': route('decide-finding', 'own'),
  'POST /api/findings/bulk-decisions/{id}/export': route('export', 'township'),
  'GET /api/findings/{id}': route('read-findings', 'township'),
  'GET /api/findings/{id}/evidence/{index}/raw': route('read-findings', 'township'),
  'GET /api/findings/{id}/alerts': route('read-findings', 'township'),
  'POST /api/findings/{id}/alerts/acknowledge': route('read-findings', 'township'),
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
  'GET /api/clues/{id}/readers': route('manage-clues', 'township'),
  'POST /api/clues': route('decide-finding', 'township'),
  // Each step has an action of its own: see the table of steps.
  'POST /api/clues/{id}/steps': route('read-clues', 'township'),
  'POST /api/clues/{id}/people/reveal': route('read-clues', 'township'),
  'GET /api/clues/{id}/people/{personId}': route('read-clues', 'township'),
  'POST /api/clues/{id}/people/same-name': route('handle-clues', 'township'),
  'POST /api/clues/{id}/people/{personId}/identity': route('handle-clues', 'township'),
  // What is found is a look at personal data: see Reveals.
  'POST /api/clue-people/search': route('read-clues', 'township'),
  // Whoever handles clues on those in hand, whoever leads handling on all: see refusalOfFiles of libs/cases.
  'POST /api/clues/{id}/files': route('read-clues', 'township'),
  'GET /api/clues/{id}/files/{fileId}/content': route('read-clues', 'township'),
  'GET /api/clues/{id}/files/{fileId}/thumbnail': route('read-clues', 'township'),
  'POST /api/clues/{id}/files/{fileId}/withdraw': route('read-clues', 'township'),

  'POST /api/findings/export': route('export', 'township'),
  'POST /api/clues/export': route('export', 'township'),
  'POST /api/clues/{id}/dossier': route('export', 'township'),
  'GET /api/dossier-key': route('export', 'none'),
  'GET /api/statistics': route('read-clues', 'township'),
  'POST /api/statistics/export': route('export', 'township'),
  'POST /api/statistics/bulletin': route('export', 'township'),
  // Each list by whoever may read it and take files out; those of administrators by whoever may read them, since none of them takes anything else out.
  'POST /api/letters/export': route('export', 'township'),
  'POST /api/rectifications/export': route('export', 'township'),
  'POST /api/circulars/export': route('export', 'township'),
  'POST /api/campaigns/export': route('export', 'township'),
  'POST /api/findings/groups/export': route('export', 'township'),
  'POST /api/exemptions/export': route('export', 'township'),
  'POST /api/scorecards/export': route('export', 'township'),
  'POST /api/surges/export': route('export', 'township'),
  'POST /api/rules/export': route('export-platform-lists', 'township'),
  'POST /api/sweeps/export': route('export-platform-lists', 'none'),
  'POST /api/sources/export': route('export-platform-lists', 'township'),
  'POST /api/quarantine/export': route('export-platform-lists', 'county'),
  'POST /api/quarantine/groups/export': route('export-platform-lists', 'county'),
  'POST /api/deliveries/export': route('manage-teams', 'county'),
  'POST /api/people/export': route('read-people', 'none'),
  'POST /api/grants/export': route('read-people', 'none'),
  'POST /api/audit/export': route('read-audit', 'none'),
  'POST /api/letters/{id}/document': route('export', 'township'),
  'POST /api/circulars/{id}/document': route('export', 'township'),
  'GET /api/bench': route('read-clues', 'township'),
  'GET /api/timelines/{kind}/{code}': route('read-findings', 'township'),
  'GET /api/places/{kind}/{code}': route('read-findings', 'township'),
  'GET /api/places/{kind}/{code}/months/{month}': route('read-findings', 'township'),
  'GET /api/places/{kind}/{code}/days/{day}': route('read-findings', 'township'),
  'GET /api/relations/{kind}/{code}': route('read-findings', 'township'),
  'GET /api/views': route('read-findings', 'own'),
  'POST /api/views': route('read-findings', 'own'),
  'DELETE /api/views/{id}': route('read-findings', 'own'),
  'POST /api/search': route('read-findings', 'township'),

  'GET /api/letters': route('read-supervision', 'township'),
  'POST /api/letters': route('handle-supervision', 'township'),
  'GET /api/letters/{id}': route('read-supervision', 'township'),
  // Each step has an action of its own: see the table of steps.
  'POST /api/letters/{id}/steps': route('read-supervision', 'township'),
  'GET /api/rectifications': route('read-supervision', 'township'),
  'GET /api/rectifications/totals': route('read-supervision', 'township'),
  'POST /api/rectifications': route('handle-supervision', 'township'),
  'GET /api/rectifications/{id}': route('read-supervision', 'township'),
  'POST /api/rectifications/{id}/steps': route('read-supervision', 'township'),
  'POST /api/rectifications/{id}/people/reveal': route('read-supervision', 'township'),
  // Rows are taken by steps, each with an action of its own.
  'POST /api/rectification-imports': route('handle-supervision', 'township'),
  'GET /api/rectification-imports/{id}': route('handle-supervision', 'own'),
  'POST /api/rectification-imports/{id}/apply': route('handle-supervision', 'own'),
  'POST /api/rectification-imports/{id}/cancel': route('handle-supervision', 'own'),
  'GET /api/circulars': route('read-supervision', 'township'),
  'POST /api/circulars': route('handle-supervision', 'township'),
  'GET /api/circulars/{id}': route('read-supervision', 'township'),
  'POST /api/circulars/{id}/steps': route('read-supervision', 'township'),
  'POST /api/improvements/{id}/steps': route('read-supervision', 'township'),
  'GET /api/campaigns': route('read-supervision', 'township'),
  'GET /api/campaigns/leads': route('manage-supervision', 'none'),
  'POST /api/campaigns/population': route('manage-supervision', 'township'),
  'POST /api/campaigns': route('manage-supervision', 'township'),
  'GET /api/campaigns/{id}': route('read-supervision', 'township'),
  'GET /api/campaigns/{id}/tasks': route('read-supervision', 'township'),
  'POST /api/campaigns/{id}/assignments': route('handle-supervision', 'township'),
  'POST /api/campaigns/{id}/steps': route('read-supervision', 'township'),
  'POST /api/campaigns/{id}/export': route('export', 'township'),
  'GET /api/campaign-tasks': route('handle-supervision', 'own'),
  'GET /api/campaign-tasks/{id}': route('read-supervision', 'township'),
  'POST /api/campaign-tasks/{id}/steps': route('handle-supervision', 'township'),
  'POST /api/campaign-tasks/{id}/rectifications': route('handle-supervision', 'township'),
  'POST /api/campaign-tasks/{id}/letters': route('handle-supervision', 'township'),
  'POST /api/campaign-tasks/{id}/clues': route('decide-finding', 'township'),
  // What is the units' of whoever asks.
  'GET /api/assignments/circulars': route('answer-for-unit', 'own'),
  'GET /api/assignments/circulars/{id}': route('answer-for-unit', 'own'),
  'POST /api/assignments/circulars/{id}/receipts': route('answer-for-unit', 'own'),
  'POST /api/assignments/circulars/{id}/steps': route('answer-for-unit', 'own'),
  'POST /api/assignments/circulars/{id}/improvements': route('answer-for-unit', 'own'),
  'POST /api/assignments/improvements/{id}/steps': route('answer-for-unit', 'own'),
  'GET /api/assignments': route('answer-for-unit', 'own'),
  'GET /api/assignments/letters/{id}': route('answer-for-unit', 'own'),
  'POST /api/assignments/letters/{id}/steps': route('answer-for-unit', 'own'),
  'GET /api/assignments/rectifications/{id}': route('answer-for-unit', 'own'),
  'POST /api/assignments/rectifications/{id}/steps': route('answer-for-unit', 'own'),
  'POST /api/assignments/{kind}/{id}/files': route('answer-for-unit', 'own'),
  'GET /api/assignments/{kind}/{id}/files/{fileId}/content': route('answer-for-unit', 'own'),
  'GET /api/assignments/{kind}/{id}/files/{fileId}/thumbnail': route('answer-for-unit', 'own'),
  'POST /api/assignments/{kind}/{id}/files/{fileId}/withdraw': route('answer-for-unit', 'own'),
  // What units proved, as the commission's people see it; who adds to it is decided by its table of steps.
  'POST /api/proofs/{kind}/{id}/files': route('read-supervision', 'township'),
  'GET /api/proofs/{kind}/{id}/files/{fileId}/content': route('read-supervision', 'township'),
  'GET /api/proofs/{kind}/{id}/files/{fileId}/thumbnail': route('read-supervision', 'township'),
  'POST /api/proofs/{kind}/{id}/files/{fileId}/withdraw': route('read-supervision', 'township'),

  // Of the whole county numbers alone.
  'GET /api/hand-overs': route('hand-over-work', 'none'),
  'GET /api/hand-overs/{userId}': route('hand-over-work', 'township'),
  'POST /api/hand-overs/{userId}': route('hand-over-work', 'township'),
  'GET /api/delegations': route('read-delegations', 'own'),
  'POST /api/delegations': route('delegate', 'own'),
  // Neither by whom it is named nor by the deputy: the store sees to that.
  'POST /api/delegations/{id}/confirm': route('review-grants', 'none'),
  'POST /api/delegations/{id}/reject': route('review-grants', 'none'),
  'POST /api/delegations/{id}/end': route('read-delegations', 'own'),

  'GET /api/scorecards/figures': route('read-findings', 'none'),
  'GET /api/scorecards/{kind}': route('read-findings', 'township'),
  'GET /api/scorecards/{kind}/{code}': route('read-findings', 'township'),
  'GET /api/scorecards/{kind}/{code}/figures/{figure}/records': route('read-findings', 'township'),
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
  'PUT /api/rules/switch': route('switch-rules', 'county'),
  'POST /api/rules/switch/trials': route('switch-rules', 'county'),
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
  'POST /api/teams/preview': route('manage-teams', 'county'),
  'PUT /api/teams/{id}': route('manage-teams', 'county'),
  'DELETE /api/teams/{id}': route('manage-teams', 'county'),
  'POST /api/teams/{id}/webhook-key': route('manage-teams', 'county'),
  'GET /api/teams/{id}/duty': route('manage-teams', 'county'),
  'PUT /api/teams/{id}/duty': route('manage-teams', 'county'),
  'PUT /api/teams/{id}/duty/hours': route('manage-teams', 'county'),
  'GET /api/webhook-hosts': route('manage-teams', 'county'),
  'PUT /api/webhook-hosts': route('manage-teams', 'county'),
  'GET /api/team-channels': route('manage-teams', 'county'),
  'POST /api/teams/{id}/channels': route('manage-teams', 'county'),
  'DELETE /api/team-channels/{id}': route('manage-teams', 'county'),
  'POST /api/team-channels/{id}/test': route('manage-teams', 'county'),
  'GET /api/deliveries': route('manage-teams', 'county'),
  'POST /api/deliveries/{id}/retry': route('manage-teams', 'county'),

  'GET /api/people': route('read-people', 'none'),
  'POST /api/people': route('manage-people', 'none'),
  'PUT /api/people/{id}': route('manage-people', 'none'),
  // Numbers alone.
  'GET /api/people/{id}/handled': route('manage-people', 'none'),
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
  return door === undefined || isOtherDoor(door) ? null : door;
}

function isOtherDoor(door: Door): door is (typeof OTHER_DOORS)[number] {
  return (OTHER_DOORS as readonly string[]).includes(door);
}
