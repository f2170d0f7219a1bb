export * from './api/index.js';
export {
  ATTACHMENTS_FOLDER,
  jsonBytes,
  MAX_BUNDLE_ENTRIES,
  sha256Of,
  type Attachment,
  type BundleAbout,
  type BundleEntry,
} from './bundle/manifest.js';
export { sealBundle, type SealedBundle } from './bundle/bundle-writer.js';
export { fingerprintOfPem, freshSealKey, keptSealKey, sealKeyOfSecret, type SealKey } from './bundle/seal.js';
export { STEPS_PATH, type BundleSteps } from './bundle/step-order.js';
export { verifyBundle, type BundleVerdict } from './bundle/verify-bundle.js';
export { cellText } from './ledger/cell-text.js';
export { workbookOf, MAX_LEDGER_ROWS, type Cell, type CoverLine, type Ledger, type LedgerColumn } from './ledger/workbook.js';
export { MAX_PDF_PAGES, printPdf } from './pdf/print-pdf.js';
export {
  LEVELS,
  StatisticsQueries,
  type ClueStatistics,
  type FindingStatistics,
  type Level,
  type MonthStatistics,
  type RectificationStatistics,
  type StatisticsRange,
} from './statistics/statistics-queries.js';
export { fillTemplate, type WordData } from './word/fill-template.js';
export { readTemplate, TEMPLATE_NAMES, type TemplateName } from './word/templates.js';
