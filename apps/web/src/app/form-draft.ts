import type { FormInstance } from 'antd';
import { useEffect, useState } from 'react';
import { z } from 'zod';
import { noteDraft, noteUnkeptForm } from '../device/drafts.js';
import { drop, keep, kept } from '../device/kept.js';
import { useSession } from './session.js';

export const RESTORED_WORDS = '已填回上次没有提交的内容，请看过再提交。';

/** As forms have them: what is typed, picked or ticked. */
const valuesSchema = z.record(z.string(), z.unknown());

/**
 * What is typed into a form and not sent is kept on the device of whoever typed it, and filled in again.
 * @param name null: what is typed there is left on no telephone
 */
export function useFormDraft<Values extends object>(form: FormInstance<Values>, name: string | null) {
  const { userId } = useSession();
  const [restored, setRestored] = useState(false);
  useEffect(() => {
    if (name === null) return undefined;
    let gone = false;
    const restore = async () => {
      const values = await kept(valuesSchema, userId, name);
      // What is typed already is newer.
      if (gone || values === null || form.isFieldsTouched()) return;
      // Kept from this very form; a field that it has no more is passed over.
      form.setFieldsValue(values as Parameters<typeof form.setFieldsValue>[0]);
      setRestored(true);
    };
    void restore();
    return () => {
      gone = true;
    };
  }, [form, name, userId]);
  useEffect(() => (name === null ? noteUnkeptForm() : noteDraft()), [name]);
  return {
    restored,
    keep: (values: Values) => (name === null ? undefined : void keep(userId, name, values)),
    drop: async () => {
      if (name !== null) await drop(userId, name);
    },
  };
}
