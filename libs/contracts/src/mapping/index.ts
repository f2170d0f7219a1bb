export { columnUses, type ColumnUse, type ColumnUses } from './columns.js';
export * from './field-columns.js';
export * from './digest.js';
export { mappingSchema, type FileFormat, type MappingDocument, type RecordMapping } from './document.js';
export type { ValueSpec } from './value-spec.js';
export * from './mapping.js';
export { amountColumns, missingColumns, type ColumnChoice } from './missing-columns.js';
export { problemOf, type FieldProblem } from './problems.js';
export { valueAt, type Row } from './rows.js';
