import { useInfiniteQuery } from '@tanstack/react-query';
import { circularContentSchema, circularDetailSchema, type CircularOrigin } from '@tianyan/console-app/circular-api';
import { Button } from 'antd';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import type { z } from 'zod';
import { callApi } from '../../api/client.js';
import { useMay } from '../../app/session.js';
import { RequestKeys } from '../../device/request-keys.js';
import { Panel } from '../../parts/panel.js';
import page from '../clue/clue-page.module.css';
import { CIRCULAR_FIELDS } from './circular-fields.js';
import { CircularStateMark } from './circular-parts.js';
import { circularListQuery } from './circular-queries.js';
import { StepDialog } from './step-dialog.js';

interface Given {
  origin: CircularOrigin;
  /** The person has withdrawn (回避) from what that came from, and drafts none. */
  recused?: boolean;
}

/** Circulars drafted from a finding, a clue or a letter, and the way to draft one; for whoever handles letters. */
export function CircularsPanel(props: Given) {
  const mayRead = useMay('read-supervision');
  return mayRead ? <Circulars {...props} /> : null;
}

function Circulars({ origin, recused = false }: Given) {
  const [isOpen, setOpen] = useState(false);
  const [sending] = useState(() => new RequestKeys());
  const mayDraft = useMay('handle-supervision') && !recused;
  const navigate = useNavigate();
  const { data } = useInfiniteQuery(circularListQuery({ origin: origin.id }));
  const circulars = data?.pages.flatMap(({ items }) => items) ?? [];
  const asked = {
    title: '发通报',
    explanation: '拟稿后由委领导或案件管理人员签发。单位只看到您写的内容；有个人信息的不能提交。',
    fields: CIRCULAR_FIELDS,
    initial: { audience: 'named' },
    schema: circularContentSchema,
    send: async (content: z.output<typeof circularContentSchema>) => {
      const body = { origins: [origin], content };
      const { id } = await callApi(circularDetailSchema, '/circulars', { method: 'POST', body, key: sending.of(body) });
      await navigate(`/circulars/${encodeURIComponent(id)}`);
    },
  };
  if (!mayDraft && circulars.length === 0) return null;
  return (
    <Panel title="通报" note={circulars.length === 0 ? undefined : `${circulars.length} 份`}>
      {circulars.length === 0 ? <p className={page['soft']}>问题典型、需要各单位引以为戒的，可以发通报。</p> : null}
      <ul className={page['related']}>
        {circulars.map((circular) => (
          <li key={circular.id}>
            <Link to={`/circulars/${encodeURIComponent(circular.id)}`}>{circular.number ?? circular.title}</Link>
            <CircularStateMark state={circular.state} />
          </li>
        ))}
      </ul>
      {mayDraft ? (
        <div className={page['buttons']}>
          <Button block onClick={() => setOpen(true)}>
            发通报
          </Button>
        </div>
      ) : null}
      <StepDialog asked={isOpen ? asked : null} onClose={() => setOpen(false)} />
    </Panel>
  );
}
