import type { AskedStep, ClueDetail } from '@tianyan/console-app/api';
import type { FormInstance } from 'antd';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { z } from 'zod';
import { useSession } from '../../app/session.js';
import { noteDraft, noteUnkeptForm } from '../../device/drafts.js';
import { drop, keep, kept } from '../../device/kept.js';
import { newId } from '../../device/new-id.js';
import { stepDraftOf, type ChosenStep } from './chosen-step.js';

export type StepValues = Readonly<Record<string, string | string[] | number | null | undefined>>;

/**
 * What these ask for are names of others, who is whose relative, or why something is secret: they are typed again, and are not left on a telephone.
 * Whoever recuses themselves may not see the clue again, and could not clear it away.
 */
const NEVER_KEPT: readonly AskedStep[] = ['add-person', 'set-form', 'restrict', 'unrestrict', 'recuse'];

const draftSchema = z.object({
  values: z.record(z.string(), z.union([z.string(), z.array(z.string()), z.number()]).nullish()),
  /** What was sent last, without an answer: under which key, and how many steps the clue had then; null: nothing. */
  sent: z.object({ content: z.string(), key: z.string(), revision: z.int() }).nullable(),
});
type Sent = z.output<typeof draftSchema>['sent'];

/** Whether it arrived all the same: then it must not be filled in again, nor its key be used for another act. */
function hasArrived({ steps }: ClueDetail, step: AskedStep, sent: { revision: number }): boolean {
  return steps.some(({ own, kind, seq }) => own && kind === step && seq > sent.revision);
}

/** What was typed into the form of a step and not sent: kept on the device of whoever typed it, and filled in again. */
export function useStepDraft(clue: ClueDetail, chosen: ChosenStep, form: FormInstance<StepValues>) {
  const { step } = chosen;
  const { userId } = useSession();
  const [restored, setRestored] = useState(false);
  const sent = useRef<Sent>(null);
  const name = stepDraftOf(clue.id, chosen);
  const isKept = !NEVER_KEPT.includes(step);
  const arrived = useEffectEvent(async (before: NonNullable<Sent>) => {
    if (!hasArrived(clue, step, before)) return false;
    await drop(userId, name);
    return true;
  });
  useEffect(() => {
    if (!isKept) return;
    let gone = false;
    const restore = async () => {
      const draft = await kept(draftSchema, userId, name);
      if (draft?.sent && (await arrived(draft.sent))) return;
      // What is typed already is newer.
      if (gone || draft === null || form.isFieldsTouched()) return;
      form.setFieldsValue(draft.values);
      sent.current = draft.sent;
      setRestored(true);
    };
    void restore();
    return () => {
      gone = true;
    };
  }, [form, isKept, name, userId]);
  useEffect(() => (isKept ? noteDraft() : noteUnkeptForm()), [isKept]);
  const keepAll = (values: StepValues) => (isKept ? keep(userId, name, { values, sent: sent.current }) : undefined);
  return {
    restored,
    /** Under which it is kept; null: nothing of it is left on the device. */
    name: isKept ? name : null,
    keep(values: StepValues) {
      void keepAll(values);
    },
    /**
     * The key under which it is sent: on the device before it leaves, so that the same sent again is done once, also where the page was closed before
     * the answer. Another content has another.
     */
    async keyOf(request: unknown): Promise<string> {
      const content = JSON.stringify(request);
      if (sent.current?.content !== content) sent.current = { content, key: newId(), revision: clue.revision };
      const { key } = sent.current;
      await keepAll(form.getFieldsValue());
      return key;
    },
    /** Whether what was sent from here has become a step, though its answer was lost. */
    hasArrived: () => sent.current !== null && hasArrived(clue, step, sent.current),
    drop: () => drop(userId, name),
  };
}
