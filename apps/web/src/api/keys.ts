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
  newestFindings: ['findings', 'newest'],
  finding: (id: string) => ['finding', id],
  rawEvidence: (id: string, index: number) => [LOOKED_AT, 'raw-evidence', id, index],
  clues: ['clues'],
  clueList: (filter: unknown) => ['clues', 'list', filter],
  clueCounts: (filter: unknown) => ['clues', 'counts', filter],
  cluesOfFinding: (findingId: string) => ['clues', 'of-finding', findingId],
  /** Not one of the lists: a step answers with the clue as it is then. */
  clue: (id: string) => ['clue', id],
  clueHandlers: (id: string) => ['clue-handlers', id],
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
  /** Nothing of it is read again by events: nobody who manages people hears them. */
  people: ['people'],
  grants: ['people', 'grants'],
  openSessions: ['open-sessions'],
  audit: (filter: unknown) => ['audit', filter],
  teams: ['teams'],
  webhookHosts: ['webhook-hosts'],
  signInBlocks: ['sign-in-blocks'],
  deliveries: (state: unknown) => ['deliveries', state],
  /** Not read again by events: the figures move by the day. */
  scorecardFigures: ['scorecards', 'figures'],
  scorecardList: (question: unknown) => ['scorecards', 'list', question],
  scorecard: (question: unknown) => ['scorecards', 'one', question],
  surges: (days: string) => ['surges', days],
  surgeOrders: (question: unknown) => ['surges', 'orders', question],
  divisions: ['divisions'],
  units: ['units'],
  dictionary: ['dictionary'],
} as const;
