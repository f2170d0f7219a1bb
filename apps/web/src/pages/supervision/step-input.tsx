import { MAX_SUPERVISION_LINE_CHARS, MAX_SUPERVISION_TEXT_CHARS } from '@tianyan/console-app/api';
import { Checkbox, Input, InputNumber, Radio, Select } from 'antd';
import { useTownships } from '../../app/divisions.js';
import { useUnits } from '../../app/units.js';
import type { StepField } from './step-fields.js';

const FEN_PER_YUAN = 100;

/** One field; the form gives `id`, and `value` and `onChange`, or `checked` for a check. */
export function StepInput({ field, ...given }: { field: StepField }) {
  switch (field.kind) {
    case 'text':
    case 'lines':
      return (
        <Input.TextArea
          {...given}
          rows={field.name === 'text' ? 7 : 3}
          maxLength={MAX_SUPERVISION_TEXT_CHARS}
          placeholder={field.example}
        />
      );
    case 'line':
      return <Input {...given} maxLength={MAX_SUPERVISION_LINE_CHARS} placeholder={field.example} />;
    case 'choice':
      return <Radio.Group {...given} options={Object.entries(field.options).map(([value, label]) => ({ value, label }))} />;
    case 'days':
      return <InputNumber {...given} min={1} max={250} precision={0} suffix="天" style={{ width: 140 }} />;
    case 'yuan':
      return <InputNumber {...given} min={0} precision={2} suffix="元" style={{ width: 200 }} />;
    case 'day':
      return <Input {...given} type="date" style={{ width: 200 }} />;
    case 'unit':
      return <Names {...given} names={useUnits()} />;
    case 'units':
      return <Names {...given} names={useUnits()} several />;
    case 'township':
      return <Names {...given} names={useTownships()} />;
    case 'check':
      return <Checkbox {...given}>{field.label}</Checkbox>;
  }
}

function Names(props: { names: readonly { code: string; name: string }[]; several?: true }) {
  const { names, several, ...given } = props;
  return (
    <Select
      {...given}
      {...(several && { mode: 'multiple' as const })}
      allowClear
      placeholder="请选择"
      showSearch={{ optionFilterProp: 'label' }}
      options={names.map(({ code, name }) => ({ value: code, label: name }))}
    />
  );
}

/** As typed in a form. */
export type Values = Readonly<Record<string, unknown>>;

/** As the request has it: what was left empty is left out. */
export function givenOf(fields: readonly StepField[], values: Values): Values {
  const given: Record<string, unknown> = {};
  for (const { name, kind } of fields) {
    const value = values[name];
    if (kind === 'lines') given[name] = linesOf(value);
    else if (kind === 'yuan') given[name] = typeof value === 'number' ? Math.round(value * FEN_PER_YUAN) : 0;
    else if (value !== undefined && value !== null && (typeof value !== 'string' || value.trim() !== '')) given[name] = value;
  }
  return given;
}

const linesOf = (value: unknown): string[] =>
  typeof value !== 'string'
    ? []
    : value
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '');
