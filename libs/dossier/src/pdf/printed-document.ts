import { z } from 'zod';

/** Lengths in points. */
const points = z.number().min(0).max(5_000);

const runSchema = z.strictObject({
  text: z.string(),
  size: z.number().min(1).max(200),
  bold: z.boolean(),
  color: z.string().regex(/^[0-9a-fA-F]{6}$/),
  font: z.string(),
});
export type PrintedRun = z.infer<typeof runSchema>;

const paragraphSchema = z.strictObject({
  kind: z.literal('paragraph'),
  align: z.enum(['start', 'center', 'end', 'justify']),
  before: points,
  after: points,
  /** From one line to the next. */
  line: points,
  indent: points,
  /** Of a heading, from 1; 0: none. */
  level: z.int().min(0).max(9),
  runs: z.array(runSchema),
});
export type PrintedParagraph = z.infer<typeof paragraphSchema>;

export interface PrintedTable {
  kind: 'table';
  /** Of the columns, each as its share of the line. */
  widths: number[];
  /** Rows that stand again on every page. */
  headRows: number;
  rows: { span: number; blocks: PrintedBlock[] }[][];
}
export type PrintedBlock = PrintedParagraph | PrintedTable;

const blockSchema: z.ZodType<PrintedBlock> = z.lazy(() =>
  z.discriminatedUnion('kind', [
    paragraphSchema,
    z.strictObject({
      kind: z.literal('table'),
      widths: z.array(z.number().positive()).min(1).max(100),
      headRows: z.int().nonnegative(),
      rows: z.array(z.array(z.strictObject({ span: z.int().positive(), blocks: z.array(blockSchema) }))),
    }),
  ]),
);

/** What is printed: a filled Word document, by what it says and how it looks. */
export const printedDocumentSchema = z.strictObject({
  title: z.string(),
  page: z.strictObject({ width: points, height: points, top: points, right: points, bottom: points, left: points }),
  blocks: z.array(blockSchema),
});
export type PrintedDocument = z.infer<typeof printedDocumentSchema>;
