/**
 * What somebody looks at one by one, each reading on record. No event reads it again: that would be one more entry, and cover what they have
 * uncovered while they read it.
 */
export const LOOKED_AT = 'looked-at';

/** Names of cached answers. What an event makes stale is named by its first part. */
export const keys = {
  session: ['session'],
  overview: ['overview'],
  advisories: ['advisories'],
  findings: ['findings'],
  findingList: (filter: unknown) => ['findings', 'list', filter],
  teamWeeks: ['findings', 'weeks'],
  findingGroups: (filter: unknown) => ['findings', 'groups', filter],
  findingCounts: (filter: unknown) => ['findings', 'counts', filter],
  /** Not of the findings: each finding that is decided on would read it again. */
  bulkDecisions: ['bulk-decisions'],
  bulkDecision: (id: string) => ['bulk-decisions', id],
  savedViews: ['saved-views'],
  newestFindings: ['findings', 'newest'],
  finding: (id: string) => ['finding', id],
  /** Of the inbox: what makes that stale makes this stale, too. */
  findingAlerts: (id: string) => ['inbox', 'alerts-of-finding', id],
  timeline: (kind: string, code: string) => ['timeline', kind, code],
  place: (kind: string, code: string) => [LOOKED_AT, 'place', kind, code],
  placeMonth: (kind: string, code: string, month: string) => [LOOKED_AT, 'place-month', kind, code, month],
  placeDay: (kind: string, code: string, day: string) => [LOOKED_AT, 'place-day', kind, code, day],
  relations: (kind: string, code: string) => [LOOKED_AT, 'relations', kind, code],
  /** What was typed is not asked again by itself. */
  search: (text: string) => [LOOKED_AT, 'search', text],
  rawEvidence: (id: string, index: number) => [LOOKED_AT, 'raw-evidence', id, index],
  clues: ['clues'],
  /** Of clues: a step makes it stale, too. */
  bench: ['clues', 'bench'],
  benchWeek: (team: string) => ['findings', 'bench-week', team],
  clueList: (filter: unknown) => ['clues', 'list', filter],
  clueCounts: (filter: unknown) => ['clues', 'counts', filter],
  cluesOfFinding: (findingId: string) => ['clues', 'of-finding', findingId],
  /** Not one of the lists: a step answers with the clue as it is then. */
  clue: (id: string) => ['clue', id],
  cluePerson: (clueId: string, personId: string) => [LOOKED_AT, 'clue-person', clueId, personId],
  clueReaders: (id: string) => ['clue-readers', id],
  clueHandlers: (id: string) => ['clue-handlers', id],
  dossierKey: ['dossier-key'],
  statistics: (query: unknown) => ['clues', 'statistics', query],
  /** Letters, the ledger, and what is given to units: a step of one may change another. */
  supervision: ['supervision'],
  letterList: (filter: unknown) => ['supervision', 'letters', filter],
  letter: (id: string) => ['supervision', 'letter', id],
  rectificationList: (filter: unknown) => ['supervision', 'rectifications', filter],
  rectificationTotals: (filter: unknown) => ['supervision', 'totals', filter],
  rectification: (base: string, id: string) => ['supervision', 'rectification', base, id],
  campaignList: (filter: unknown) => ['supervision', 'campaigns', filter],
  campaign: (id: string) => ['supervision', 'campaign', id],
  campaignTasks: (id: string, filter: unknown) => ['supervision', 'campaign-tasks', id, filter],
  ownCampaignTasks: ['supervision', 'own-campaign-tasks'],
  campaignTask: (id: string) => ['supervision', 'campaign-task', id],
  campaignLeads: ['campaign-leads'],
  circularList: (filter: unknown) => ['supervision', 'circulars', filter],
  circular: (id: string) => ['supervision', 'circular', id],
  assignedCirculars: ['supervision', 'assigned-circulars'],
  assignedCircular: (id: string) => ['supervision', 'assigned-circular', id],
  assignments: ['supervision', 'assignments'],
  assignedLetter: (id: string) => ['supervision', 'assigned-letter', id],
  /** Of clues: a step makes it stale, too. */
  handOvers: ['clues', 'hand-overs'],
  delegations: ['delegations'],
  handledWork: (userId: string) => ['clues', 'hand-overs', userId],
  exemptions: ['exemptions'],
  ruleExemptions: (ruleId: string) => ['exemptions', ruleId],
  sources: ['sources'],
  source: (id: string) => ['sources', id],
  loads: ['loads'],
  quarantine: ['quarantine'],
  quarantineList: (filter: unknown) => ['quarantine', 'list', filter],
  quarantineItem: (id: string) => [LOOKED_AT, 'quarantine-item', id],
  quarantineGroups: (source: string) => ['quarantine', 'groups', source],
  quarantineGroup: (key: string) => ['quarantine', 'group', key],
  mends: (filter: unknown) => ['quarantine', 'mends', filter],
  mend: (id: string) => [LOOKED_AT, 'mend', id],
  mappings: ['mappings'],
  sweeps: ['sweeps'],
  drift: (id: string) => ['sweeps', id, 'drift'],
  rules: ['rules'],
  /** Not one of the rules: changes with the program alone. */
  ruleForm: ['rule-form'],
  ruleCheck: (yaml: string) => ['rule-check', yaml],
  rule: (id: string) => ['rules', id],
  rulePauses: (id: string) => ['rules', id, 'pauses'],
  /** Not one of the rules: every finding would read it again, and it is written twice a minute. */
  ruleRuns: (id: string) => ['rule-runs', id],
  slowestRules: ['slowest-rules'],
  /** Counted once a day. */
  ruleCoverage: (id: string) => ['rule-coverage', id],
  coverageGaps: ['coverage-gaps'],
  rulePrecision: (id: string) => ['rules', id, 'precision'],
  /** Not of the rule: one that is taken away is read once more, its parameters are not there any more. */
  ruleParameters: (id: string) => ['rule-parameters', id],
  /** Not one of the rules: a text that somebody writes is not to be read again by every event. */
  ruleDrafts: ['rule-drafts'],
  ruleDraft: (id: string) => ['rule-drafts', id],
  /** As its parameters: the end of a shadow must not ask for it once more. */
  ruleShadow: (id: string) => ['rule-shadow', id],
  /** Not one of the rules: what an event makes stale is nothing of a trial. */
  ruleTrial: (id: string) => ['rule-trial', id],
  inboxList: (unreadOnly: boolean) => ['inbox', unreadOnly],
  inbox: ['inbox'],
  unread: ['inbox', 'unread'],
  /** Nothing of it is read again by events: nobody who manages people hears them. */
  people: ['people'],
  grants: ['people', 'grants'],
  handledNumbers: (userId: string) => ['people', 'handled', userId],
  openSessions: ['open-sessions'],
  secondFactor: ['second-factor'],
  passkeys: ['passkeys'],
  signInWays: ['sign-in-ways'],
  audit: (filter: unknown) => ['audit', filter],
  teams: ['teams'],
  /** Of all months: one names the other's last week. */
  dutyOf: (teamId: string) => ['duty', teamId],
  /** Null: the month that it is. */
  duty: (teamId: string, month: string | null) => ['duty', teamId, month],
  teamChannels: ['team-channels'],
  webhookHosts: ['webhook-hosts'],
  signInBlocks: ['sign-in-blocks'],
  deliveries: (state: unknown) => ['deliveries', state],
  /** Not read again by events: the figures move by the day. */
  scorecardFigures: ['scorecards', 'figures'],
  scorecardList: (question: unknown) => ['scorecards', 'list', question],
  scorecard: (question: unknown) => ['scorecards', 'one', question],
  figureRecords: (question: unknown) => ['scorecards', 'records', question],
  surges: (days: string) => ['surges', days],
  surgeOrders: (question: unknown) => ['surges', 'orders', question],
  divisions: ['divisions'],
  units: ['units'],
  dictionary: ['dictionary'],
} as const;
