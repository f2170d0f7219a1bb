import { useQuery } from '@tanstack/react-query';
import type { ClueDetail } from '@tianyan/console-app/api';
import { Checkbox, Form, Input, InputNumber, Radio, Select } from 'antd';
import { handlersQuery, readersQuery } from '../clues/clue-queries.js';
import { IdentityChoice } from '../clue-person/identity-choice.js';
import type { StepField } from './step-forms.js';

const MAX_TEXT_CHARS = 2_000;
const MAX_LINE_CHARS = 100;

/** One field of a step; the form gives `id`, `value` and `onChange`. */
export function StepInput({ field, clue, ...given }: { field: StepField; clue: ClueDetail }) {
  switch (field.kind) {
    case 'text':
      return <Input.TextArea {...given} rows={4} maxLength={MAX_TEXT_CHARS} showCount placeholder={field.example} />;
    case 'line':
      return <Input {...given} maxLength={MAX_LINE_CHARS} placeholder={field.example} />;
    case 'days':
      return <InputNumber {...given} min={1} precision={0} suffix="个工作日" style={{ width: '100%' }} />;
    case 'yuan':
      return <InputNumber {...given} min={0} precision={2} suffix="元" style={{ width: '100%' }} />;
    case 'choice':
      return (
        <Radio.Group
          {...given}
          options={Object.entries(field.options).map(([value, label]) => ({ value, label, style: { display: 'flex' } }))}
        />
      );
    case 'assignee':
    case 'account':
      return <HandlerSelect {...given} clue={clue} toAssign={field.kind === 'assignee'} />;
    case 'person':
      return (
        <Select
          {...given}
          placeholder="请选择"
          options={clue.people.map(({ id, name, unit }) => ({ value: id, label: `${name}（${unit}）` }))}
        />
      );
    case 'findings':
      return (
        <Checkbox.Group
          {...given}
          style={{ display: 'grid', gap: 6 }}
          options={clue.findings.map(({ id, explanation }) => ({ value: id, label: explanation }))}
        />
      );
    case 'readers':
      return <ReaderSelect {...given} clue={clue} />;
    case 'identity':
      return <TypedNameIdentity {...given} clue={clue} />;
    case 'clue':
      return <Select {...given} placeholder="请选择" options={otherClues(clue)} />;
  }
}

/** Whether whoever is named is somebody who is known: asked of the name that stands in the form. */
function TypedNameIdentity({ clue, ...given }: { clue: ClueDetail; value?: string; onChange?: (value?: string) => void }) {
  const typed: unknown = Form.useWatch('name');
  const name = typeof typed === 'string' ? typed.trim() : '';
  return <IdentityChoice key={name} {...given} clueId={clue.id} name={name} />;
}

function otherClues({ linked, sameSubject }: ClueDetail) {
  const others = new Map([...sameSubject, ...linked].map((one) => [one.id, one]));
  return [...others.values()].map(({ id, number, title }) => ({ value: id, label: `${number} ${title}` }));
}

function ReaderSelect({ clue, ...given }: { clue: ClueDetail }) {
  const { data, isError } = useQuery(readersQuery(clue.id));
  return (
    <Select
      {...given}
      mode="multiple"
      optionFilterProp="label"
      loading={data === undefined && !isError}
      placeholder={isError ? '读不到名单，请关闭后再试' : '请选择，可选多人'}
      options={(data?.items ?? []).map(({ userId, name, roleLabel }) => ({ value: userId, label: `${name}（${roleLabel}）` }))}
    />
  );
}

function HandlerSelect({ clue, toAssign, ...given }: { clue: ClueDetail; toAssign: boolean }) {
  const { data, isError } = useQuery(handlersQuery(clue.id));
  return (
    <Select
      {...given}
      loading={data === undefined && !isError}
      placeholder={isError ? '读不到名单，请关闭后再试' : '请选择'}
      options={(data?.items ?? []).map(({ userId, name, open, overdue, recused, current }) => {
        const load = `手上 ${open} 条${overdue === 0 ? '' : `，超期 ${overdue} 条`}`;
        const mark = recused ? '（已回避）' : current && toAssign ? '（现承办人）' : '';
        return { value: userId, label: `${name}${mark} · ${load}`, disabled: recused || (toAssign && current) };
      })}
    />
  );
}
