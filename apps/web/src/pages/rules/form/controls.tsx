import { useId, type ReactNode } from 'react';
import { FEN_PER_YUAN } from '../../../format/parameter-value.js';
import { labelOfField, useEditing, type Editing, type FieldGroup, type FieldMeta } from './editing.js';
import styles from './form.module.css';
import type { Path } from './rule-document.js';

const CHINA = '+08:00';

/** What is wrong at exactly this part, beside it; `isWhole`: and in what is below it, which has no place of its own in the form. */
export function Problems({ path, isWhole = false }: { path: Path; isWhole?: boolean }) {
  const { problems } = useEditing();
  const place = path.join('.');
  const here = problems.filter((problem) => problem.path === place || (isWhole && problem.path.startsWith(`${place}.`)));
  if (here.length === 0) return null;
  const messages = new Set(here.map(({ message }) => message));
  return (
    <ul className={styles['problems']}>
      {[...messages].map((message) => (
        <li key={message}>{message}</li>
      ))}
    </ul>
  );
}

/** A control with its label above and what is wrong below. */
export function Labelled(props: {
  label: string;
  /** Where its problems are told; without it they stand at the part around. */
  path?: Path;
  hint?: string;
  wide?: boolean;
  children: (id: string) => ReactNode;
}) {
  const id = useId();
  return (
    <div className={props.wide ? styles['wide'] : styles['field']} data-path={props.path?.join('.')}>
      <label htmlFor={id}>{props.label}</label>
      {props.children(id)}
      {props.hint === undefined ? null : <p className={styles['hint']}>{props.hint}</p>}
      {props.path === undefined ? null : <Problems path={props.path} isWhole />}
    </div>
  );
}

interface ControlProps {
  id?: string | undefined;
  label?: string | undefined;
}

export interface Choice {
  value: string;
  label: string;
}

/** The empty choice stands first where nothing is chosen, or nothing may be. */
export function Select(
  props: ControlProps & { value: string; choices: readonly Choice[]; empty?: string; onChange: (value: string) => void },
) {
  const known = props.choices.some(({ value }) => value === props.value);
  return (
    <select
      id={props.id}
      aria-label={props.label}
      className={styles['control']}
      value={props.value}
      onChange={(event) => props.onChange(event.target.value)}
    >
      {props.empty !== undefined || props.value === '' ? <option value="">{props.empty ?? '请选择'}</option> : null}
      {known || props.value === '' ? null : <option value={props.value}>原来选的（现在没有了）</option>}
      {props.choices.map(({ value, label }) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </select>
  );
}

/** Something to add: chosen, and gone back to the invitation. */
export function AddSelect(props: { label: string; choices: readonly Choice[]; onAdd: (value: string) => void }) {
  if (props.choices.length === 0) return null;
  return <Select label={props.label} value="" empty={`＋ ${props.label}`} choices={props.choices} onChange={props.onAdd} />;
}

export function FieldSelect(
  props: ControlProps & { value: string; groups: readonly FieldGroup[]; empty?: string; onChange: (field: string) => void },
) {
  const editing = useEditing();
  const known = props.groups.some(({ fields }) => fields.some(({ name }) => name === props.value));
  return (
    <select
      id={props.id}
      aria-label={props.label}
      className={styles['control']}
      value={props.value}
      onChange={(event) => props.onChange(event.target.value)}
    >
      {props.empty !== undefined || props.value === '' ? <option value="">{props.empty ?? '请选择字段'}</option> : null}
      {known || props.value === '' ? null : <option value={props.value}>{lostField(editing, props.value)}</option>}
      {props.groups.map(({ label, fields }) => (
        <optgroup key={label} label={label}>
          {fields.map((field) => (
            <option key={field.name} value={field.name}>
              {field.label}
            </option>
          ))}
        </optgroup>
      ))}
    </select>
  );
}

/** A field that was chosen before the records were others; of one that is read from an input, the field. */
function lostField(editing: Editing, value: string): string {
  return `${labelOfField(editing, value.split('.').at(-1) ?? '')}（这里没有）`;
}

export function TextInput(
  props: ControlProps & { value: string; placeholder?: string; mono?: boolean; onChange: (value: string) => void },
) {
  return (
    <input
      id={props.id}
      aria-label={props.label}
      className={`${styles['control']} ${props.mono ? 'mono' : ''}`}
      value={props.value}
      placeholder={props.placeholder}
      spellCheck={false}
      autoComplete="off"
      onChange={(event) => props.onChange(event.target.value)}
    />
  );
}

/** Text of many lines, such as a query. */
export function QueryInput(props: ControlProps & { value: string; onChange: (value: string) => void }) {
  return (
    <textarea
      id={props.id}
      aria-label={props.label}
      className={`${styles['control']} ${styles['query']}`}
      value={props.value}
      rows={12}
      spellCheck={false}
      autoComplete="off"
      onChange={(event) => props.onChange(event.target.value)}
    />
  );
}

/** A whole number; one that is taken away is `undefined`. */
export function NumberInput(
  props: ControlProps & { value: unknown; scale?: number; onChange: (value: number | undefined) => void },
) {
  const scale = props.scale ?? 1;
  const shown = typeof props.value === 'number' ? String(props.value / scale) : '';
  return (
    <input
      id={props.id}
      aria-label={props.label}
      type="number"
      step={1 / scale}
      className={`${styles['control']} ${styles['number']}`}
      value={shown}
      onChange={(event) => props.onChange(event.target.value === '' ? undefined : Math.round(event.target.valueAsNumber * scale))}
    />
  );
}

/** An instant of the county, `2026-03-02T09:00:00+08:00`. One with another zone is shown as it is written. */
export function InstantInput(props: ControlProps & { value: string; onChange: (value: string) => void }) {
  const isChina = props.value === '' || props.value.endsWith(CHINA);
  if (!isChina) return <TextInput {...props} mono />;
  return (
    <input
      id={props.id}
      aria-label={props.label}
      type="datetime-local"
      step="0.001"
      className={styles['control']}
      value={props.value.slice(0, -CHINA.length)}
      onChange={(event) => {
        const { value } = event.target;
        const seconds = value.length === 'YYYY-MM-DDTHH:MM'.length ? `${value}:00` : value;
        props.onChange(value === '' ? '' : `${seconds.replace(/\.000$/, '')}${CHINA}`);
      }}
    />
  );
}

const YES_NO: readonly Choice[] = [
  { value: 'true', label: '是' },
  { value: 'false', label: '否' },
];

export function FlagSelect(
  props: ControlProps & { value: unknown; empty?: string; onChange: (value: boolean | undefined) => void },
) {
  const { value, onChange, ...rest } = props;
  return (
    <Select
      {...rest}
      value={typeof value === 'boolean' ? String(value) : ''}
      choices={YES_NO}
      onChange={(chosen) => onChange(chosen === '' ? undefined : chosen === 'true')}
    />
  );
}

/** The value of a field, by the control that fits its kind: allowed values are chosen, money is typed in yuan. */
export function ValueInput(
  props: ControlProps & { field: FieldMeta | undefined; value: unknown; onChange: (value: unknown) => void },
) {
  const { field, value, onChange, ...rest } = props;
  const text = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
  if (field && field.values.length > 0) return <Select {...rest} value={text} choices={field.values} onChange={onChange} />;
  switch (field?.kind) {
    case 'flag':
      return <FlagSelect {...rest} value={value} onChange={onChange} />;
    case 'integer':
    case 'area':
      return <NumberInput {...rest} value={value} onChange={(number) => onChange(number ?? 0)} />;
    case 'money':
      return (
        <span className={styles['unit']}>
          <NumberInput {...rest} value={value} scale={FEN_PER_YUAN} onChange={(number) => onChange(number ?? 0)} /> 元
        </span>
      );
    case 'day':
      return (
        <input
          id={rest.id}
          aria-label={rest.label}
          type="date"
          className={styles['control']}
          value={text}
          onChange={(event) => onChange(event.target.value)}
        />
      );
    case 'instant':
      return <InstantInput {...rest} value={text} onChange={onChange} />;
    default:
      return <TextInput {...rest} value={text} onChange={onChange} />;
  }
}

export function RemoveButton({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <button type="button" className={styles['remove']} aria-label={label} title={label} onClick={onClick}>
      ✕
    </button>
  );
}

export function AddButton({ children, onClick }: { children: ReactNode; onClick: () => void }) {
  return (
    <button type="button" className={styles['add']} onClick={onClick}>
      ＋ {children}
    </button>
  );
}

/** A part that the form cannot show: as it is written, to be changed as text. */
export function AsText({ label, value, path }: { label: string; value: unknown; path: Path }) {
  return (
    <div className={styles['asText']} data-path={path.join('.')}>
      <p>{label}：这一项表单里改不了，会原样保留；要改请在旁边的全文（YAML）里改。</p>
      <pre>{JSON.stringify(value, null, 1)}</pre>
      <Problems path={path} isWhole />
    </div>
  );
}
