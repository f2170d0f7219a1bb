import { useInfiniteQuery } from '@tanstack/react-query';
import { draftLetterRequestSchema, letterDetailSchema, type FindingSummary, type LetterOrigin } from '@tianyan/console-app/api';
import { Button } from 'antd';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { z } from 'zod';
import { callApi } from '../../api/client.js';
import { useMay } from '../../app/session.js';
import { RequestKeys } from '../../device/request-keys.js';
import { Panel } from '../../parts/panel.js';
import page from '../clue/clue-page.module.css';
import { LetterStateMark } from './parts.js';
import { StepDialog } from './step-dialog.js';
import { CONTENT_FIELDS } from './step-fields.js';
import { letterListQuery } from './supervision-queries.js';

/** In the form content and agreement stand side by side. */
const formSchema = draftLetterRequestSchema.shape.content.extend({ cover: z.boolean().default(false) });
const USUAL_REPLY_DAYS = 5;

interface Given {
  origin: LetterOrigin;
  /** The findings that it comes from. */
  about: readonly Pick<FindingSummary, 'subjects'>[];
  /** The person has withdrawn (回避) from what it would come from, and drafts none. */
  recused?: boolean;
}

/** Letters drafted from a finding or a clue, and the way to draft one; for whoever handles letters. */
export function LettersPanel(props: Given) {
  const mayRead = useMay('read-supervision');
  return mayRead ? <Letters {...props} /> : null;
}

/** The one unit that all of them name; null: there is none, or there are several, and a person chooses. */
function unitOf(about: Given['about']): string | null {
  const [first, ...others] = about.map(
    ({ subjects }) => subjects.find(({ kind }) => kind === 'unitId' || kind === 'leadUnitId')?.code ?? null,
  );
  return first !== undefined && others.every((code) => code === first) ? first : null;
}

function Letters({ origin, about, recused = false }: Given) {
  const [isOpen, setOpen] = useState(false);
  const [sending] = useState(() => new RequestKeys());
  const mayDraft = useMay('handle-supervision') && !recused;
  const navigate = useNavigate();
  const { data } = useInfiniteQuery(letterListQuery({ origin: origin.id }));
  const unitCode = unitOf(about);
  const letters = data?.pages.flatMap(({ items }) => items) ?? [];
  const asked = {
    title: '发督办函',
    explanation: '拟稿后由委领导或案件管理人员签发。单位只看到您写的内容，看不到疑点、线索和来电人。',
    fields: CONTENT_FIELDS,
    initial: { kind: 'supervision-order', replyWorkingDays: USUAL_REPLY_DAYS, ...(unitCode !== null && { unitCode }) },
    schema: formSchema,
    send: async ({ cover, ...content }: z.output<typeof formSchema>) => {
      const body = { origin, content, cover };
      const { id } = await callApi(letterDetailSchema, '/letters', { method: 'POST', body, key: sending.of(body) });
      await navigate(`/letters/${encodeURIComponent(id)}`);
    },
  };
  return (
    <Panel title="督办函" note={letters.length === 0 ? undefined : `${letters.length} 份`}>
      {letters.length === 0 ? <p className={page['soft']}>需要单位答复或整改的，可以发督办函。</p> : null}
      <ul className={page['related']}>
        {letters.map((letter) => (
          <li key={letter.id}>
            <Link to={`/letters/${encodeURIComponent(letter.id)}`}>{letter.number ?? letter.title}</Link>
            <LetterStateMark state={letter.state} />
          </li>
        ))}
      </ul>
      {mayDraft ? (
        <div className={page['buttons']}>
          <Button block onClick={() => setOpen(true)}>
            发督办函
          </Button>
        </div>
      ) : null}
      <StepDialog asked={isOpen ? asked : null} onClose={() => setOpen(false)} />
    </Panel>
  );
}
