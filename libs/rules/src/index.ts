export * from './evaluation.js';
export * from './language/index.js';
export * from './compile/index.js';
export * from './overlay/index.js';
export {
  awaitedQueries,
  inputCoverageQueries,
  isBlind,
  type AwaitedCoverage,
  type AwaitedSource,
  type CoverageCell,
  type InputCoverage,
  type RowsQuery,
} from './coverage/coverage-queries.js';
export * from './pack.js';
export { answerKey, scopeKey, scopeKeySql } from './scope-key.js';
export { countsWorkingDays, withYearsWithoutNotice, YEARS_WITHOUT_NOTICE, type KnownNotices } from './explain/calendar-note.js';
export { explain, percentText, type Names } from './explain/explain.js';
export { yuan } from './explain/yuan.js';
export { figureMeasures, figureUnits, type FigureUnit } from './explain/figure-units.js';
export { NamesDirectory, type Directory } from './explain/names-directory.js';
export { describeRule } from './explain/describe.js';
export { checkDraft, type CheckedDraft } from './form/check-draft.js';
export { ruleFormParts, type RuleFormParts } from './form/rule-form.js';
export { nearnessOf } from './explain/nearness.js';
export { whyNothing } from './explain/no-hits.js';
export { ruleTemplates } from './form/templates.js';
export { toldNames } from './compile/told-parameters.js';
export { TooManyRecordsError } from './compile/gathered-records.js';
export { InexactError } from './expression/operators/values.js';
export { checkRuleFiles, placed, type CheckedFile, type PlacedProblem } from './examples/check-rule-files.js';
export { ExampleProcess, MAX_EXAMPLES_SECONDS } from './examples/example-process.js';
export type { CheckedExample } from './examples/tried-examples.js';
export { ALL_KINDS, FIGURES_OF_THE_MOMENT, kindOf } from './kinds/index.js';
export type { KindDefinition, Nearness } from './kinds/kind.js';
