import { useUnsentSteps } from '../../app/unsent-steps.js';
import { newId } from '../../device/new-id.js';
import { takenSchema } from '../../device/unsent-steps.js';
import type { StepField } from './step-fields.js';
import type { Values } from './step-input.js';

/** A step that people take where no network may be. */
export interface FieldStep<Request> {
  /** What it is taken on, as lists call it. */
  subject: string;
  /** Its page, and where it is sent, below /api. */
  page: string;
  path: string;
  bodyOf: (request: Request) => unknown;
  /** Names what is kept of the form until it is sent. */
  draft: string;
}

/** Sends a step at once, or keeps it where no network is and it may be sent later. */
export function useFieldSend<Request>(
  asked: { title: string; send: (request: Request) => Promise<unknown>; field?: FieldStep<Request> },
  lines: () => readonly string[],
): (request: Request) => Promise<unknown> {
  const unsentSteps = useUnsentSteps();
  const { title, send, field } = asked;
  if (!field) return send;
  const { subject, page, path, bodyOf, draft } = field;
  return (request) =>
    unsentSteps.send(takenSchema, {
      key: newId(),
      label: `${title}：${subject}`,
      page,
      path,
      body: bodyOf(request),
      lines: [...lines()],
      draft,
    });
}

/** What was typed, as a person reads it. */
export function linesOfForm(fields: readonly StepField[], values: Values): readonly string[] {
  return fields.flatMap((field) => {
    const value = values[field.name];
    if ((typeof value !== 'string' || value === '') && typeof value !== 'number') return [];
    return [`${field.label}：${field.kind === 'choice' ? (field.options[value] ?? value) : value}`];
  });
}
