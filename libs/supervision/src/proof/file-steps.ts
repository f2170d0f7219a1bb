import { z } from 'zod';

/** A file as steps name it: by its content, so that a file that is exchanged shows as a step would. */
export interface NamedFile {
  fileId: string;
  sha256: string;
}

/** Steps of whatever a unit proves by files. They decide nothing. */
export type FileStep = ({ step: 'attach' } & NamedFile) | ({ step: 'withdraw-file'; reason: string } & NamedFile);

const namedShape = { fileId: z.string(), sha256: z.string() };
export const namedFilesSchema = z.array(z.object(namedShape)).optional();
export const attachStepSchema = z.object({ step: z.literal('attach'), ...namedShape });
export const withdrawFileStepSchema = z.object({ step: z.literal('withdraw-file'), ...namedShape, reason: z.string() });

/** Those that are there: handed in, and not withdrawn. */
export function filesAfter(files: readonly NamedFile[], step: FileStep): readonly NamedFile[] {
  const { fileId, sha256 } = step;
  return step.step === 'attach' ? [...files, { fileId, sha256 }] : files.filter((file) => file.fileId !== fileId);
}
