export * from './api/circular-words.js';
export * from './api/index.js';
export { circularMachine, refusalOfUnit, type CircularFacts, type CircularStep } from './circulars/circular-facts.js';
export { CircularHandOver } from './circulars/circular-hand-over.js';
export * from './circulars/circular-queries.js';
export { circularName, type Circular } from './circulars/circular-rows.js';
export { CircularWatch } from './circulars/circular-watch.js';
export { NO_CIRCULAR } from './circulars/circular-writes.js';
export { Circulars } from './circulars/circulars.js';
export { improvementMachine, refusalOfFiles, type ImprovementStep } from './improvements/improvement-facts.js';
export {
  ImprovementQueries,
  type ImprovementCounts,
  type ImprovementDetail,
  type ImprovementFigures,
} from './improvements/improvement-queries.js';
export type { Improvement } from './improvements/improvement-rows.js';
export { Improvements, improvementSubject, NO_IMPROVEMENT } from './improvements/improvements.js';
export type { LetterFacts, LetterStep } from './letters/letter-facts.js';
export { derivedSubjects } from './derived-subjects.js';
export { countHandledWork } from './handled-work.js';
export { LetterHandOver } from './letters/letter-hand-over.js';
export { LetterQueries, type LetterDetail, type LetterFilter } from './letters/letter-queries.js';
export { nameOf as letterName, type Letter } from './letters/letter-rows.js';
export { REMIND_WORKING_DAYS } from './deadlines.js';
export * from './letters/letter-watch.js';
export { Letters, letterSubject, type LetterParts } from './letters/letters.js';
export { NO_LETTER } from './letters/letter-writes.js';
export { PlaceLetters } from './letters/place-letters.js';
export { letterMachine } from './letters/step-table.js';
export {
  LedgerImports,
  NO_IMPORT,
  type LedgerChange,
  type LedgerImport,
  type LedgerImportRow,
  type ReadLedgerRow,
} from './ledger-imports/ledger-imports.js';
export * from './migrations.js';
export type { NamedFile } from './proof/file-steps.js';
export { ProofFiles, type Proof } from './proof/proof-files.js';
export { rectificationMachine, type RectificationStep } from './rectifications/rectification-facts.js';
export * from './rectifications/rectification-queries.js';
export { isRectificationSeen, type Rectification } from './rectifications/rectification-rows.js';
export { assertOpenToUnit, NO_ITEM, Rectifications, rectificationSubject } from './rectifications/rectifications.js';
export type { ClosingRecords, StepRecord } from './sent-before.js';
export type { ClosingReceipt, StoredStep, SupervisionReceipt } from './step-history.js';
export { campaignMachine, type CampaignStep } from './campaigns/campaign-facts.js';
export { givingAction } from './campaigns/campaign-giving.js';
export { CampaignQueries, type CampaignDetail, type CampaignTaskDetail } from './campaigns/campaign-queries.js';
export type { CampaignResults, ResultCounts } from './campaigns/campaign-results.js';
export type { Campaign, CampaignTask } from './campaigns/campaign-rows.js';
export { CampaignReminders } from './campaigns/campaign-reminders.js';
export { CampaignWatch } from './campaigns/campaign-watch.js';
export { CampaignTasks, taskSubject } from './campaigns/campaign-tasks.js';
export { NO_TASK } from './campaigns/task-locks.js';
export { TaskOutcomes, type OutcomeRecord } from './campaigns/task-outcomes.js';
export { Campaigns, NO_CAMPAIGN } from './campaigns/campaigns.js';
export { OrderPopulation, PICK_TOO_SLOW } from './campaigns/order-population.js';
export { taskMachine, type TaskFacts, type TaskStep } from './campaigns/task-facts.js';
