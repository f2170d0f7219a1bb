import { Button } from 'antd';
import { useState } from 'react';
import type { z } from 'zod';
import { Panel } from '../../parts/panel.js';
import styles from '../clue/clue-page.module.css';
import { useUnsentStep } from '../../app/unsent-steps.js';
import type { FieldStep } from './field-send.js';
import { StepDialog } from './step-dialog.js';
import type { StepForm } from './step-fields.js';
import type { Values } from './step-input.js';

/** What the signed-in person may do now; what leads on comes first. */
export function ActionsPanel<K extends string, S extends z.ZodType>(props: {
  steps: readonly K[];
  forms: Readonly<Record<K, StepForm>>;
  labels: Readonly<Record<K, string>>;
  /** Of a request to take a step. */
  schema: S;
  initialOf?: (step: K) => Values;
  send: (request: z.output<S>) => Promise<unknown>;
  /** Where the steps may be taken without a network; the draft of each is named after it. */
  field?: FieldStep<z.output<S>>;
}) {
  const { steps, forms, labels, schema, initialOf, send, field } = props;
  const waiting = useUnsentStep(field?.path ?? '');
  const [step, setStep] = useState<K | null>(null);
  const ordered = [...steps.filter((one) => forms[one].main), ...steps.filter((one) => !forms[one].main)];
  return (
    <Panel title="办理">
      {waiting !== null ? (
        <p role="status" className={styles['soft']}>
          “{waiting.label}”已填好，网络恢复后自动发送。要改的，先在页面下方的“待发送”里取消。
        </p>
      ) : ordered.length === 0 ? (
        <p className={styles['soft']}>现在没有要您办理的步骤。</p>
      ) : (
        <div className={styles['buttons']}>
          {ordered.map((one) => (
            <Button key={one} block size="large" type={forms[one].main ? 'primary' : 'default'} onClick={() => setStep(one)}>
              {labels[one]}
            </Button>
          ))}
        </div>
      )}
      <StepDialog
        asked={
          step === null
            ? null
            : {
                title: labels[step],
                ...forms[step],
                fixed: { step },
                initial: initialOf?.(step) ?? {},
                schema,
                send,
                ...(field && { field: { ...field, draft: `${field.draft}/${step}` } }),
              }
        }
        onClose={() => setStep(null)}
      />
    </Panel>
  );
}
