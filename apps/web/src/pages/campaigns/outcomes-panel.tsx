import {
  campaignTaskDetailSchema,
  clueOfTaskSchema,
  letterOfTaskSchema,
  rectifyTaskSchema,
  type CampaignTaskDetail,
} from '@tianyan/console-app/api';
import { Button } from 'antd';
import { useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { z } from 'zod';
import { callApi } from '../../api/client.js';
import { useMay } from '../../app/session.js';
import { Panel } from '../../parts/panel.js';
import page from '../clue/clue-page.module.css';
import { ClueStateMark } from '../clues/clue-marks.js';
import { LetterStateMark } from '../supervision/parts.js';
import { StepDialog } from '../supervision/step-dialog.js';
import { CONTENT_FIELDS } from '../supervision/step-fields.js';
import { CLUE_FIELDS, RECTIFY_FIELDS } from './task-forms.js';

type Outcome = 'rectification' | 'letter' | 'clue';
const USUAL_REPLY_DAYS = 5;

/** In the form content and agreement stand side by side. */
const letterFormSchema = letterOfTaskSchema.shape.content.extend({ cover: z.boolean().default(false) });

/** What a confirmed problem becomes: put right by the unit, asked about by a letter, worked on as a clue. */
export function OutcomesPanel({ task, path }: { task: CampaignTaskDetail; path: string }) {
  const [open, setOpen] = useState<Outcome | null>(null);
  const mayReadClues = useMay('read-clues');
  const offered = offeredOf(task);
  const cameOfIt = linksOf(task, mayReadClues);
  if (offered.length === 0 && cameOfIt.length === 0) return null;
  const send = (place: string, body: object) =>
    callApi(campaignTaskDetailSchema, `${path}/${place}`, { method: 'POST', body: { revision: task.revision, ...body } });
  const close = () => setOpen(null);
  return (
    <Panel title="问题去向">
      <ul className={page['related']}>{cameOfIt}</ul>
      <div className={page['buttons']}>
        {offered.map(({ outcome, label }) => (
          <Button key={outcome} block size="large" onClick={() => setOpen(outcome)}>
            {label}
          </Button>
        ))}
      </div>
      <RectifyDialog isOpen={open === 'rectification'} onClose={close} task={task} send={send} />
      <LetterDialog isOpen={open === 'letter'} onClose={close} task={task} send={send} />
      <ClueDialog isOpen={open === 'clue'} onClose={close} send={send} />
    </Panel>
  );
}

function offeredOf({ mayRectify, mayDraftLetter, mayRegisterClue }: CampaignTaskDetail): { outcome: Outcome; label: string }[] {
  return [
    ...(mayRectify ? [{ outcome: 'rectification', label: '记入整改台账' } as const] : []),
    ...(mayDraftLetter ? [{ outcome: 'letter', label: '发督办函' } as const] : []),
    ...(mayRegisterClue ? [{ outcome: 'clue', label: '转为问题线索' } as const] : []),
  ];
}

function linksOf({ rectificationIds, letters, clues }: CampaignTaskDetail, mayReadClues: boolean): ReactNode[] {
  return [
    ...rectificationIds.map((id) => (
      <li key={id}>
        <Link to={`/rectifications/${encodeURIComponent(id)}`}>查看整改事项</Link>
      </li>
    )),
    ...letters.map(({ id, name, state }) => (
      <li key={id}>
        <Link to={`/letters/${encodeURIComponent(id)}`}>{name}</Link>
        <LetterStateMark state={state} />
      </li>
    )),
    ...clues.map(({ id, number, state }) => (
      <li key={id}>
        {mayReadClues ? <Link to={`/clues/${encodeURIComponent(id)}`}>{number}</Link> : number}
        <ClueStateMark state={state} />
      </li>
    )),
  ];
}

interface DialogProps {
  isOpen: boolean;
  onClose: () => void;
  send: (place: string, body: object) => Promise<unknown>;
}

function RectifyDialog({ isOpen, onClose, task, send }: DialogProps & { task: CampaignTaskDetail }) {
  const asked = {
    title: '记入整改台账',
    explanation: `由${task.unitName ?? '承办单位'}整改，验收后销号。`,
    fields: RECTIFY_FIELDS,
    initial: { problem: task.problemKinds.join('、') },
    schema: rectifyTaskSchema,
    send: (item: object) => send('rectifications', { item }),
  };
  return <StepDialog asked={isOpen ? asked : null} onClose={onClose} />;
}

function LetterDialog({ isOpen, onClose, task, send }: DialogProps & { task: CampaignTaskDetail }) {
  const asked = {
    title: '发督办函',
    explanation: '拟稿后由委领导或案件管理人员签发。单位只看到您写的内容，看不到复查结果、照片和来电人。',
    fields: CONTENT_FIELDS,
    initial: {
      kind: 'supervision-order',
      replyWorkingDays: USUAL_REPLY_DAYS,
      ...(task.unitCode !== null && { unitCode: task.unitCode }),
    },
    schema: letterFormSchema,
    send: ({ cover, ...content }: z.output<typeof letterFormSchema>) => send('letters', { letter: { content, cover } }),
  };
  return <StepDialog asked={isOpen ? asked : null} onClose={onClose} />;
}

function ClueDialog({ isOpen, onClose, send }: DialogProps) {
  const asked = {
    title: '转为问题线索',
    explanation: '登记一条线索，由案件管理人员分办、承办人核实；结果仍计入本专项。',
    fields: CLUE_FIELDS,
    schema: clueOfTaskSchema,
    send: (clue: object) => send('clues', { clue }),
  };
  return <StepDialog asked={isOpen ? asked : null} onClose={onClose} />;
}
