import { isUnbroken, storedStepSchema, type ClueStep } from '@tianyan/cases';
import { CLUE_STATES } from '@tianyan/cases/api';
import { z } from 'zod';
import { MANIFEST_PATH, type Manifest } from './manifest.js';
import { parseJson } from './seal.js';

/** The history of the clue. */
export const STEPS_PATH = 'steps.json';

const wholeStepSchema = z.object({
  clueId: z.string(),
  seq: z.int(),
  atMs: z.int(),
  takerId: z.string().nullable(),
  takerAccount: z.string().nullable(),
  forId: z.string().nullable().optional(),
  forAccount: z.string().nullable().optional(),
  content: storedStepSchema,
  stateAfter: z.enum(CLUE_STATES),
  hash: z.string(),
});

/** As steps stand in a bundle: whole, so that their chain can be reckoned again; or as a page shows them, with names covered. */
const stepsSchema = z.discriminatedUnion('whole', [
  z.object({ whole: z.literal(true), headHash: z.string(), steps: z.array(wholeStepSchema) }),
  z.object({ whole: z.literal(false), headHash: z.string(), steps: z.array(z.looseObject({ seq: z.int(), hash: z.string() })) }),
]);
export type BundleSteps =
  | { whole: true; headHash: string; steps: readonly ClueStep[] }
  | { whole: false; headHash: string; steps: readonly { seq: number; hash: string }[] };

/**
 * What is wrong with the history: a platform seals it as it finds it, also one that was changed in its database.
 * @param content of the entry {@link STEPS_PATH}; null: there is none
 */
export function stepFault(content: Buffer | null, manifest: Manifest): string | null {
  if (!content) return `目录 ${MANIFEST_PATH} 里没有办理经过 ${STEPS_PATH}，不是一份完整的卷宗。`;
  const parsed = stepsSchema.safeParse(parseJson(content));
  if (!parsed.success) return `${STEPS_PATH} 不是这一版卷宗的办理经过，请用较新的平台核验。`;
  const { headHash, steps } = parsed.data;
  const misplaced = steps.findIndex(({ seq }, index) => seq !== index + 1);
  if (misplaced >= 0) return `${STEPS_PATH} 里第 ${misplaced + 1} 步的次序不对：封存之前，数据库里的办理经过就被改动过。`;
  const isWhole = parsed.data.whole ? isUnbroken(parsed.data.steps, headHash) : (steps.at(-1)?.hash ?? '') === headHash;
  if (!isWhole) return `${STEPS_PATH} 里的办理经过前后不相扣：封存之前，数据库里的办理经过就被改动过。`;
  return parsed.data.whole && manifest.formatVersion !== 1 ? attachmentFault(parsed.data.steps, manifest.attachments) : null;
}

type ListedAttachment = Extract<Manifest, { formatVersion: 2 }>['attachments'][number];

/** What people handed in is named in the history with its content: who exchanges a file in the database does not change the step. */
function attachmentFault(
  steps: readonly { seq: number; content: z.infer<typeof storedStepSchema> }[],
  attachments: readonly ListedAttachment[],
): string | null {
  const listed = new Map(attachments.map((attachment) => [attachment.fileId, attachment]));
  const named = new Set<string>();
  for (const { seq, content: step } of steps) {
    if (step.step !== 'attach') continue;
    named.add(step.fileId);
    const attachment = listed.get(step.fileId);
    if (!attachment) return `第 ${seq} 步登记的附件不在目录 ${MANIFEST_PATH} 里：封存之前，数据库里的附件就被删去。`;
    if (attachment.sha256 !== step.sha256 && 'path' in attachment)
      return `${attachment.path} 不是第 ${seq} 步登记的内容：封存之前，数据库里的附件就被换过。`;
  }
  const unnamed = attachments.find(({ fileId }) => !named.has(fileId));
  if (unnamed && 'path' in unnamed) return `${unnamed.path} 在办理经过里没有登记：封存之前，数据库里就多出了附件。`;
  return null;
}
