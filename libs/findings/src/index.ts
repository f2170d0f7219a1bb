export * from './bulk/bulk-decisions.js';
export type { BulkDecision, BulkItem, BulkState } from './bulk/bulk-rows.js';
export * from './causes.js';
export { CohortCheck } from './cohorts/cohort-check.js';
export { CohortReader } from './cohorts/cohort-reader.js';
export { cohortsTouchedBy, cohortTouches, TouchedCohorts, type CohortTouch } from './cohorts/touched-cohorts.js';
export * from './coverage/rule-coverage.js';
export * from './digest.js';
export {
  DRAFT_EVENTS,
  DRAFT_STATES,
  type Draft,
  type DraftEvent,
  type DraftEventKind,
  type DraftState,
  type DraftSummary,
} from './drafts/draft.js';
export * from './drafts/rule-drafts.js';
export * from './evaluation-clock.js';
export * from './evaluation-tickets.js';
export * from './evaluator.js';
export { exceptValues, NamedOrders, recordKey, type ExceptOrders } from './except-orders.js';
export * from './exemptions/exemptions.js';
export { awaitingPeople, setAsideAmong } from './exemptions/set-aside.js';
export * from './finding-decisions.js';
export * from './finding-changes.js';
export type { FindingFilter, FindingSubject } from './finding-conditions.js';
export { MAX_COUNTED, type FindingCounts } from './finding-counts.js';
export * from './finding-groups.js';
export * from './finding-places.js';
export * from './finding-queries.js';
export { isFindingWithin } from './finding-reach.js';
export { FindingSearch } from './finding-search.js';
export * from './finding-store.js';
export { FindingTallies } from './finding-tallies.js';
export { LATE_PACE_MS, LateScopes, type LateBatch, type LateWork } from './late-scopes.js';
export * from './loads/load-queries.js';
export * from './loads/load-scopes.js';
export * from './loads/open-loads.js';
export * from './loads/waiting-scopes.js';
export * from './model.js';
export * from './plan.js';
export * from './ports.js';
export * from './precision/precision.js';
export * from './precision/precision-queries.js';
export * from './precision/verdict.js';
export { PublicationCheck } from './publication-check.js';
export * from './reconciler.js';
export { FindingRecords, type RecordStream } from './records/finding-records.js';
export * from './risk/risk.js';
export { MAX_SAVED_VIEWS, SavedViews, type SavedView } from './views/saved-views.js';
export * from './weekly/queue-team.js';
export { PREVIEW_DAYS, RoutingPreviews, type RoutingCounts } from './weekly/routing-preview.js';
export * from './weekly/week-places.js';
export * from './weekly/week-queries.js';
export * from './rule-sets/epoch.js';
export * from './rule-sets/parameter-settings.js';
export type { PublishedAs } from './rule-sets/publications.js';
export * from './rule-sets/retired-rules.js';
export * from './rule-sets/rule-groups.js';
export * from './rule-sets/rule-registry.js';
export * from './rule-sets/rule-sets.js';
export * from './rule-sets/rule-switches.js';
export type { RetiredRule, RuleProgress, RuleVersion, ShadowRule } from './rule-sets/rule-versions.js';
export * from './rule-sets/running-rules.js';
export { authoredId, isShadowId, isShown, shadowIdOf } from './rule-sets/shadow.js';
export * from './rule-sets/shadow-findings.js';
export * from './rule-sets/switches.js';
export * from './run-log/rule-run-queries.js';
export * from './run-log/rule-runs.js';
export { type FigureValue, type PeerComparison } from './scorecards/comparison.js';
export { type FigureRecord } from './scorecards/figure-records.js';
export {
  figuresOf,
  FIGURES,
  MIN_PEERS,
  PLACE_KINDS,
  recordTypesOf,
  type FigureDefinition,
  type PlaceKind,
} from './scorecards/figures.js';
export {
  MAX_PERIODS_BACK,
  periodsUpTo,
  SCORECARD_PERIODS,
  type ScorecardPeriod,
  type ScorecardPeriodKind,
} from './scorecards/periods.js';
export { Places, type ScorecardPlace } from './scorecards/places.js';
export * from './scorecards/scorecards.js';
export { SURGE_DAYS, type SurgeDays } from './scorecards/surge.js';
export * from './scorecards/surges.js';
export { OwnTime } from './set-aside/own-time.js';
export * from './set-aside/rule-faults.js';
export * from './set-aside/rules-set-aside.js';
export * from './sweep-answers.js';
export * from './sweep-log.js';
export * from './sweep-queries.js';
export * from './sweep.js';
export * from './trials/standing-findings.js';
export * from './trials/switch-preview.js';
export * from './trials/switch-preview-run.js';
export * from './trials/trial.js';
export type { TrialReach } from './trials/trial-reach.js';
export * from './trials/trial-run.js';
export * from './trials/trial-store.js';
export * from './trials/trials.js';
export * from './wake-ups.js';

/** Schema of the findings, for `migrate`. */
export const findingsMigrations = { name: 'findings', directory: new URL('../migrations/', import.meta.url) };
