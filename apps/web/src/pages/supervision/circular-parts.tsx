import {
  CIRCULAR_PROGRESS_LABELS,
  CIRCULAR_STATE_LABELS,
  IMPROVEMENT_KIND_LABELS,
  IMPROVEMENT_STATE_LABELS,
  IMPROVEMENT_STEP_LABELS,
  type AskedImprovementStep,
  type CircularSummary,
  type CircularUnit,
  type Improvement,
} from '@tianyan/console-app/circular-api';
import { Button } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import type { z } from 'zod';
import { instantText } from '../../format/time.js';
import page from '../clue/clue-page.module.css';
import marks from '../clues/clue-marks.module.css';
import { DeputyButtons } from '../delegations/deputy-buttons.js';
import { inPlaceTitle, type InPlace } from '../delegations/in-place.js';
import { IMPROVEMENT_FIELDS, IMPROVEMENT_FORMS } from './circular-fields.js';
import styles from './circulars.module.css';
import { ProofList, type ProofPlace } from './proof-panel.js';
import { StepDialog } from './step-dialog.js';

const OVER: ReadonlySet<string> = new Set(['closed', 'withdrawn', 'counted', 'dropped', 'done', 'excused']);
const lookOf = (state: string): string => `${marks['state']} ${OVER.has(state) ? marks['over'] : ''}`;

export function CircularStateMark({ state }: { state: CircularSummary['state'] }) {
  return <span className={lookOf(state)}>{CIRCULAR_STATE_LABELS[state]}</span>;
}

export function ProgressMark({ progress }: { progress: CircularUnit['progress'] }) {
  return <span className={lookOf(progress)}>{CIRCULAR_PROGRESS_LABELS[progress]}</span>;
}

interface Named {
  id: string;
  number: string;
}

/** What it puts right, and what puts it right. */
export function Corrections({
  base,
  corrects,
  correctedBy,
}: {
  base: string;
  corrects: Named | null;
  correctedBy: readonly Named[];
}) {
  const link = ({ id, number }: Named) => (
    <Link key={id} to={`${base}/${encodeURIComponent(id)}`}>
      {number}
    </Link>
  );
  if (corrects === null && correctedBy.length === 0) return null;
  return (
    <p>
      {corrects === null ? null : <>更正 {link(corrects)}。</>}
      {correctedBy.length === 0 ? null : <>已由 {correctedBy.map(link)} 更正。</>}
    </p>
  );
}

interface Taking {
  item: Improvement;
  step: AskedImprovementStep;
  /** In whose place; null: in the own name. */
  deputy: InPlace | null;
}

/** Systems that units reported, each with its proof and what may be done about it. */
export function ImprovementList<S extends z.ZodType>(props: {
  items: readonly Improvement[];
  side: ProofPlace['side'];
  /** Of a request to take a step. */
  schema: S;
  /** `forId`: in whose place. */
  send: (item: Improvement, request: z.output<S>, forId?: string) => Promise<unknown>;
}) {
  const { items, side, schema, send } = props;
  const [taking, setTaking] = useState<Taking | null>(null);
  const asked = taking && {
    title: inPlaceTitle(IMPROVEMENT_STEP_LABELS[taking.step], taking.deputy),
    ...IMPROVEMENT_FORMS[taking.step],
    fixed: { step: taking.step },
    initial: initialOf(taking.item),
    schema,
    send: (request: z.output<S>) => send(taking.item, request, taking.deputy?.forId),
    // While it waits to be checked, its files stay as they are.
    ...(side === 'assignments' && { filesFirst: [improvementPath(taking.item)] }),
  };
  return (
    <>
      <ul className={styles['items']} aria-label="建章立制">
        {items.map((item) => (
          <ImprovementRow key={item.id} item={item} side={side} onTake={(step, deputy) => setTaking({ item, step, deputy })} />
        ))}
      </ul>
      <StepDialog asked={asked} onClose={() => setTaking(null)} />
    </>
  );
}

/** Where a unit hands in its files. */
export const improvementPath = ({ id }: Pick<Improvement, 'id'>): string => `/assignments/improvements/${encodeURIComponent(id)}`;

const initialOf = (item: Improvement) => Object.fromEntries(IMPROVEMENT_FIELDS.map(({ name }) => [name, valueOf(item, name)]));
const valueOf = (item: Improvement, name: string): unknown =>
  Object.hasOwn(item, name) ? item[name as keyof Improvement] : undefined; // just looked for

function ImprovementRow(props: {
  item: Improvement;
  side: ProofPlace['side'];
  onTake: (step: AskedImprovementStep, deputy: InPlace | null) => void;
}) {
  const { item, side, onTake } = props;
  const last = item.steps.at(-1);
  const there = item.files.filter(({ withdrawn }) => withdrawn === null).length;
  return (
    <li>
      <p className={styles['name']}>
        <b>{item.name}</b>
        <span className={lookOf(item.state)}>{IMPROVEMENT_STATE_LABELS[item.state]}</span>
      </p>
      <p className={page['soft']}>
        {item.unitName} · {item.documentNumber} · <span className="num">{item.documentDay}</span> ·{' '}
        {IMPROVEMENT_KIND_LABELS[item.kind]}
      </p>
      {item.state === 'sent-back' && last
        ? item.steps
            .filter(({ kindLabel }) => kindLabel === IMPROVEMENT_STEP_LABELS['send-back'])
            .slice(-1)
            .map((step) => <p key={step.seq}>退回理由：{step.lines[0]?.text}</p>)
        : null}
      {item.unbroken ? null : <p role="alert">办理经过与记录时的校验值不一致，请联系审计管理员核对。</p>}
      <details>
        <summary>
          佐证附件 {there} 个{last ? `，最近办理 ${instantText(last.atMs)}` : ''}
        </summary>
        <ProofList of={{ kind: 'improvements', id: item.id, side }} proof={item} />
      </details>
      {item.allowedSteps.length === 0 ? null : (
        <div className={styles['actions']}>
          {item.allowedSteps.map((step) => (
            <Button
              key={step}
              type={IMPROVEMENT_FORMS[step].main ? 'primary' : 'default'}
              onClick={() => onTake(step, null)}
              aria-label={`${IMPROVEMENT_STEP_LABELS[step]} ${item.name}`}
            >
              {IMPROVEMENT_STEP_LABELS[step]}
            </Button>
          ))}
        </div>
      )}
      <DeputyButtons offers={item.deputySteps} labels={IMPROVEMENT_STEP_LABELS} onChoose={onTake} />
    </li>
  );
}
