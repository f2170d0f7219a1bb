import { STEP_LABELS, type AskedStep, type ClueDetail } from '@tianyan/console-app/api';
import { Button } from 'antd';
import { useState } from 'react';
import { Help } from '../../help/help-button.js';
import { Panel } from '../../parts/panel.js';
import { useUnsentStep } from '../../app/unsent-steps.js';
import { DeputyButtons } from '../delegations/deputy-buttons.js';
import type { ChosenStep } from './chosen-step.js';
import { clueStepsPath, StepDialog } from './step-dialog.js';
import { STEP_FORMS, STEPS_ELSEWHERE } from './step-forms.js';
import styles from './clue-page.module.css';

const RECUSED_WORDS = '您已在这条线索或它由来的线索上回避，不能办理，也不能代别人办理，须由没有回避的另一人办理。';

/** What the signed-in person may do now; what leads on comes first. */
export function ActionsPanel({ clue }: { clue: ClueDetail }) {
  const [asked, setAsked] = useState<ChosenStep | null>(null);
  const waiting = useUnsentStep(clueStepsPath(clue.id));
  const others = [...clue.linked, ...clue.sameSubject].length > 0;
  const isOffered = (step: AskedStep) => {
    if (STEPS_ELSEWHERE.includes(step)) return false;
    if (step === 'split') return clue.findings.length > 1;
    if (step === 'set-form') return clue.people.length > 0;
    return step === 'merge' || step === 'link' ? others : true;
  };
  const offered = clue.allowedSteps.filter(isOffered);
  const isMain = (step: AskedStep) => STEP_FORMS[step].main === true && !(step === 'assign' && clue.assigneeName !== null);
  const ordered = [...offered.filter(isMain), ...offered.filter((step) => !isMain(step))];
  return (
    <Panel title="办理" extra={<Help topic="clue-step" label="办理的步骤" />}>
      {waiting !== null ? (
        <p role="status" className={styles['soft']}>
          “{waiting.label}”已填好，网络恢复后自动发送。要改的，先在页面下方的“待发送”里取消。
        </p>
      ) : ordered.length === 0 ? (
        <p className={styles['soft']}>{clue.recused ? RECUSED_WORDS : '现在没有要您办理的步骤。'}</p>
      ) : (
        <div className={styles['buttons']}>
          {ordered.map((step) => (
            <Button key={step} block type={isMain(step) ? 'primary' : 'default'} onClick={() => setAsked({ step, deputy: null })}>
              {step === 'assign' && clue.assigneeName !== null ? '改派' : STEP_LABELS[step]}
            </Button>
          ))}
        </div>
      )}
      {/* A step waits, whoever it is taken for: another would be decided on what is not yet so. */}
      {waiting === null ? (
        <DeputyButtons
          offers={clue.deputySteps.map((one) => ({ ...one, steps: one.steps.filter(isOffered) }))}
          labels={STEP_LABELS}
          onChoose={(step, deputy) => setAsked({ step, deputy })}
        />
      ) : null}
      <StepDialog clue={clue} chosen={asked} onClose={() => setAsked(null)} />
    </Panel>
  );
}
