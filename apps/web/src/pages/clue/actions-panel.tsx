import { STEP_LABELS, type AskedStep, type ClueDetail } from '@tianyan/console-app/api';
import { Button } from 'antd';
import { useState } from 'react';
import { Panel } from '../../parts/panel.js';
import { StepDialog } from './step-dialog.js';
import { STEP_FORMS, STEPS_ELSEWHERE } from './step-forms.js';
import styles from './clue-page.module.css';

/** What the signed-in person may do now; what leads on comes first. */
export function ActionsPanel({ clue }: { clue: ClueDetail }) {
  const [asked, setAsked] = useState<AskedStep | null>(null);
  const others = [...clue.linked, ...clue.sameSubject].length > 0;
  const offered = clue.allowedSteps.filter((step) => {
    if (STEPS_ELSEWHERE.includes(step)) return false;
    if (step === 'split') return clue.findings.length > 1;
    if (step === 'set-form') return clue.people.length > 0;
    return step === 'merge' || step === 'link' ? others : true;
  });
  const isMain = (step: AskedStep) => STEP_FORMS[step].main === true && !(step === 'assign' && clue.assigneeName !== null);
  const ordered = [...offered.filter(isMain), ...offered.filter((step) => !isMain(step))];
  return (
    <Panel title="办理">
      {ordered.length === 0 ? (
        <p className={styles['soft']}>现在没有要您办理的步骤。</p>
      ) : (
        <div className={styles['buttons']}>
          {ordered.map((step) => (
            <Button key={step} block type={isMain(step) ? 'primary' : 'default'} onClick={() => setAsked(step)}>
              {step === 'assign' && clue.assigneeName !== null ? '改派' : STEP_LABELS[step]}
            </Button>
          ))}
        </div>
      )}
      <StepDialog clue={clue} step={asked} onClose={() => setAsked(null)} />
    </Panel>
  );
}
