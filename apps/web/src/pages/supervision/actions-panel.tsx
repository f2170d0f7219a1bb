import { Button } from 'antd';
import { useState } from 'react';
import type { z } from 'zod';
import { Panel } from '../../parts/panel.js';
import styles from '../clue/clue-page.module.css';
import { useUnsentStep } from '../../app/unsent-steps.js';
import { DeputyButtons } from '../delegations/deputy-buttons.js';
import { inPlaceTitle, type InPlace } from '../delegations/in-place.js';
import type { FieldStep } from './field-send.js';
import { StepDialog } from './step-dialog.js';
import type { StepForm } from './step-fields.js';
import type { Values } from './step-input.js';

const RECUSED_WORDS =
  '您已在它所依据的线索或复查上回避，不能办理，也不能代别人办理，须由没有回避的另一人办理；在您手上的，请委领导或案件管理人员移交。';

/** What the signed-in person may do now; what leads on comes first. */
export function ActionsPanel<K extends string, S extends z.ZodType>(props: {
  steps: readonly K[];
  /** The person has withdrawn (回避) from what it came from: then there are none. */
  recused?: boolean;
  /** What the person may do in the place of others; missing: nothing. */
  deputySteps?: readonly (InPlace & { steps: readonly K[] })[];
  forms: Readonly<Record<K, StepForm>>;
  labels: Readonly<Record<K, string>>;
  /** Of a request to take a step. */
  schema: S;
  initialOf?: (step: K) => Values;
  /** `forId`: in whose place. */
  send: (request: z.output<S>, forId?: string) => Promise<unknown>;
  /** Where the steps may be taken without a network; the draft of each is named after it. */
  field?: FieldStep<z.output<S>>;
}) {
  const { steps, recused = false, deputySteps = [], forms, labels, schema, initialOf, send, field } = props;
  const waiting = useUnsentStep(field?.path ?? '');
  const [chosen, setChosen] = useState<{ step: K; deputy: InPlace | null } | null>(null);
  const ordered = [...steps.filter((one) => forms[one].main), ...steps.filter((one) => !forms[one].main)];
  return (
    <Panel title="办理">
      {waiting !== null ? (
        <p role="status" className={styles['soft']}>
          “{waiting.label}”已填好，网络恢复后自动发送。要改的，先在页面下方的“待发送”里取消。
        </p>
      ) : ordered.length === 0 ? (
        <p className={styles['soft']}>{recused ? RECUSED_WORDS : '现在没有要您办理的步骤。'}</p>
      ) : (
        <div className={styles['buttons']}>
          {ordered.map((one) => (
            <Button
              key={one}
              block
              size="large"
              type={forms[one].main ? 'primary' : 'default'}
              onClick={() => setChosen({ step: one, deputy: null })}
            >
              {labels[one]}
            </Button>
          ))}
        </div>
      )}
      {/* A step waits, whoever it is taken for: another would be decided on what is not yet so. */}
      {waiting === null ? (
        <DeputyButtons offers={deputySteps} labels={labels} onChoose={(step, deputy) => setChosen({ step, deputy })} />
      ) : null}
      <StepDialog
        asked={
          chosen === null
            ? null
            : {
                title: inPlaceTitle(labels[chosen.step], chosen.deputy),
                ...forms[chosen.step],
                fixed: { step: chosen.step },
                initial: initialOf?.(chosen.step) ?? {},
                schema,
                send: (request) => send(request, chosen.deputy?.forId),
                // Of liaisons alone, and those are nobody's deputies.
                ...(field && { field: { ...field, draft: `${field.draft}/${chosen.step}` } }),
              }
        }
        onClose={() => setChosen(null)}
      />
    </Panel>
  );
}
