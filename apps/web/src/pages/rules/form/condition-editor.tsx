import { AddButton, AddSelect, AsText, FieldSelect, Problems, RemoveButton, Select, ValueInput } from './controls.js';
import { fieldsOfInput, inputLabel, labelOfField, useEditing, type FieldGroup, type FieldMeta } from './editing.js';
import styles from './form.module.css';
import { isRecord } from './form-values.js';
import { AmountInput } from './node-editor.js';
import { valueAt, type Path } from './rule-document.js';

const LISTS = ['in', 'notIn'];
const TEXTS = ['contains', 'notContains'];
const LENGTHS = ['shorterThan', 'longerThan'];
const TESTS: readonly { value: string; label: string }[] = [
  { value: 'is', label: '是' },
  { value: 'not', label: '不是' },
  { value: 'in', label: '是其中之一' },
  { value: 'notIn', label: '不在其中' },
  { value: 'above', label: '大于' },
  { value: 'atLeast', label: '不小于' },
  { value: 'below', label: '小于' },
  { value: 'atMost', label: '不大于' },
  { value: 'null', label: '为空（是）或有值（否）' },
  { value: 'contains', label: '含有' },
  { value: 'notContains', label: '不含' },
  { value: 'shorterThan', label: '字数不足' },
  { value: 'longerThan', label: '字数超过' },
];

/** Which records of an input count: sets of tests, of which one must hold. */
export function ConditionEditor({ input }: { input: string }) {
  const { rule, set } = useEditing();
  const path: Path = ['inputs', input, 'where'];
  const where = valueAt(rule, path);
  const fields = fieldsOfInput(useEditing(), input);
  if (where !== undefined && !isRecord(where) && !Array.isArray(where)) return <AsText label="条件" path={path} value={where} />;
  const sets: readonly unknown[] = Array.isArray(where) ? where : [where ?? {}];
  return (
    <fieldset className={styles['group']} data-path={path.join('.')}>
      <legend>条件（都要满足）</legend>
      {sets.map((one, i) => (
        <div key={i} className={styles['stack']}>
          {i === 0 ? null : <p className={styles['or']}>或者</p>}
          <ConditionSet
            input={input}
            fields={fields}
            path={Array.isArray(where) ? [...path, i] : path}
            value={isRecord(one) ? one : {}}
          />
          {sets.length > 1 ? (
            <RemoveButton
              label={`去掉第 ${i + 1} 组条件`}
              onClick={() => set(path, sets.length === 2 ? sets[1 - i] : sets.toSpliced(i, 1))}
            />
          ) : null}
        </div>
      ))}
      {isRecord(where) || Array.isArray(where) ? (
        <AddButton onClick={() => set(path, [...sets, {}])}>或者满足另一组条件</AddButton>
      ) : null}
      <Problems path={path} />
    </fieldset>
  );
}

function ConditionSet(props: {
  input: string;
  fields: readonly FieldMeta[];
  path: Path;
  value: Readonly<Record<string, unknown>>;
}) {
  const { input, fields, path, value } = props;
  const { set } = useEditing();
  return (
    <div className={styles['stack']}>
      {Object.entries(value).map(([field, test]) => (
        <FieldTests
          key={field}
          input={input}
          meta={fields.find(({ name }) => name === field)}
          path={[...path, field]}
          test={test}
        />
      ))}
      <AddSelect
        label="加一个条件"
        choices={fields.filter(({ name }) => !(name in value)).map(({ name, label }) => ({ value: name, label }))}
        onAdd={(field) => set([...path, field], firstValue(fields.find(({ name }) => name === field)))}
      />
    </div>
  );
}

function firstValue(field: FieldMeta | undefined): unknown {
  if (field?.kind === 'flag') return true;
  if (field?.kind === 'integer' || field?.kind === 'money' || field?.kind === 'area') return { atLeast: 0 };
  return field?.values[0]?.value ?? '';
}

/** All that is demanded of one field. */
function FieldTests({ input, meta, path, test }: { input: string; meta: FieldMeta | undefined; path: Path; test: unknown }) {
  const editing = useEditing();
  const { set } = editing;
  const tests: Readonly<Record<string, unknown>> = isRecord(test) ? test : { is: test };
  const label = meta?.label ?? labelOfField(editing, String(path.at(-1)));
  const known = Object.keys(tests).every((name) => TESTS.some(({ value }) => value === name));
  if (!known || Array.isArray(test)) return <AsText label={label} path={path} value={test} />;
  // A value by itself says the same as `is`, and is how people write it.
  const write = (next: Readonly<Record<string, unknown>>) => {
    const [[only, value] = []] = Object.entries(next);
    const isPlain = Object.keys(next).length === 1 && only === 'is' && !isRecord(value);
    set(path, Object.keys(next).length === 0 ? undefined : isPlain ? value : next);
  };
  return (
    <div className={styles['tests']} data-path={path.join('.')} role="group" aria-label={`条件：${label}`}>
      {Object.entries(tests).map(([name, value]) => (
        <div key={name} className={styles['row']}>
          <b>{label}</b>
          <Select
            label={`${label}：怎么比`}
            value={name}
            choices={TESTS.filter((candidate) => candidate.value === name || !(candidate.value in tests))}
            onChange={(next) =>
              write(
                Object.fromEntries(
                  Object.entries(tests).map(([key, old]) => (key === name ? [next, moved(name, next, old, meta)] : [key, old])),
                ),
              )
            }
          />
          <TestValue
            input={input}
            label={label}
            name={name}
            meta={meta}
            path={isRecord(test) ? [...path, name] : path}
            value={value}
            onChange={(next) => write({ ...tests, [name]: next })}
          />
          <RemoveButton
            label={`去掉条件：${label}`}
            onClick={() => write(Object.fromEntries(Object.entries(tests).filter(([key]) => key !== name)))}
          />
          {isRecord(test) ? <Problems path={[...path, name]} isWhole /> : null}
        </div>
      ))}
      <Problems path={path} isWhole={!isRecord(test)} />
    </div>
  );
}

/** What was compared with, in the shape that the other comparison wants. */
function moved(from: string, to: string, value: unknown, meta: FieldMeta | undefined): unknown {
  if (to === 'null') return true;
  if (LENGTHS.includes(to)) return LENGTHS.includes(from) ? value : 1;
  const single = Array.isArray(value) ? (value[0] as unknown) : value;
  const isLost = from === 'null' || LENGTHS.includes(from);
  const kept = isLost ? scalarOf(firstValue(meta)) : single;
  if (LISTS.includes(to)) return Array.isArray(value) ? value : [isRecord(kept) ? scalarOf(firstValue(meta)) : kept];
  if (TEXTS.includes(to)) return Array.isArray(value) ? value.map(String) : String(isRecord(kept) ? '' : kept);
  return kept;
}

function scalarOf(value: unknown): unknown {
  return isRecord(value) ? Object.values(value)[0] : value;
}

interface TestValueProps {
  input: string;
  label: string;
  name: string;
  meta: FieldMeta | undefined;
  path: Path;
  value: unknown;
  onChange: (value: unknown) => void;
}

function TestValue(props: TestValueProps) {
  const { name, meta, label, value, onChange } = props;
  if (name === 'null') return <ValueInput label={`${label}：是否为空`} field={FLAG} value={value} onChange={onChange} />;
  if (LENGTHS.includes(name))
    return <AmountInput id={`rule-${props.path.join('-')}`} label={`${label}：字数`} path={props.path} value={value} />;
  if (LISTS.includes(name) && meta && meta.values.length > 0)
    return <Several label={label} meta={meta} values={Array.isArray(value) ? value : []} onChange={onChange} />;
  if (LISTS.includes(name) || TEXTS.includes(name))
    return <Words label={label} isNumber={meta?.kind === 'integer'} value={value} onChange={onChange} />;
  return <Operand {...props} />;
}

const FLAG: FieldMeta = { name: '', label: '', kind: 'flag', values: [], privacy: 'public' };

/** Some of the allowed values. */
function Several(props: { label: string; meta: FieldMeta; values: readonly unknown[]; onChange: (values: unknown[]) => void }) {
  return (
    <span className={styles['several']} role="group" aria-label={`${props.label}：取值`}>
      {props.meta.values.map(({ value, label }) => (
        <label key={value}>
          <input
            type="checkbox"
            checked={props.values.includes(value)}
            onChange={(event) =>
              props.onChange(event.target.checked ? [...props.values, value] : props.values.filter((one) => one !== value))
            }
          />
          {label}
        </label>
      ))}
    </span>
  );
}

/** Several words, one a line: a word may hold any sign. */
function Words(props: { label: string; isNumber: boolean; value: unknown; onChange: (value: unknown) => void }) {
  const lines = [props.value].flat().map(String);
  return (
    <textarea
      aria-label={`${props.label}：一行一个`}
      placeholder="一行一个"
      className={styles['control']}
      rows={Math.min(6, lines.length + 1)}
      value={lines.join('\n')}
      onChange={(event) => {
        const next = event.target.value.split('\n');
        props.onChange(props.isNumber ? next.map((line) => Number(line) || 0) : next);
      }}
    />
  );
}

const SHIFTS = [
  { value: 'plusDays', label: '再加几天' },
  { value: 'plusHours', label: '再加几小时' },
  { value: 'plusWorkingDays', label: '再加几个工作日' },
  { value: 'percent', label: '的百分之几' },
];

/** By how much the other field is moved; days and hours may stand in a field themselves. */
function ShiftAmount({
  label,
  path,
  value,
  groups,
}: {
  label: string;
  path: Path;
  value: unknown;
  groups: readonly FieldGroup[];
}) {
  const { set } = useEditing();
  const isField = isRecord(value) && 'field' in value;
  const numbers = groups.map((group) => ({ ...group, fields: group.fields.filter(({ kind }) => kind === 'integer') }));
  return (
    <>
      {path.at(-1) === 'percent' ? null : (
        <Select
          label={`${label}：写法`}
          value={isField ? 'field' : 'amount'}
          choices={[
            { value: 'amount', label: '写数，或用参数' },
            { value: 'field', label: '字段里写的' },
          ]}
          onChange={(next) => set(path, next === 'field' ? { field: numbers[0]?.fields[0]?.name ?? '' } : 1)}
        />
      )}
      {isField ? (
        <FieldSelect
          label={`${label}：哪个字段`}
          value={String(value['field'])}
          groups={numbers}
          onChange={(field) => set(path, { field })}
        />
      ) : (
        <AmountInput id={`rule-${path.join('-')}`} label={label} path={path} value={value} />
      )}
    </>
  );
}

/** What a field is compared with: a value, one of the rule's parameters, or another field of the same record. */
function Operand({ input, label, meta, path, value, onChange }: TestValueProps) {
  const editing = useEditing();
  const mode = !isRecord(value) ? 'value' : 'field' in value ? 'field' : 'parameter';
  const parameters = Object.keys(isRecord(editing.rule['parameters']) ? editing.rule['parameters'] : {});
  const groups = [{ label: inputLabel(editing, input), fields: fieldsOfInput(editing, input) }];
  const shift = isRecord(value) ? SHIFTS.find(({ value: name }) => name in value)?.value : undefined;
  const field = isRecord(value) && typeof value['field'] === 'string' ? value['field'] : '';
  return (
    <span className={styles['amount']}>
      <Select
        label={`${label}：与什么比`}
        value={mode}
        choices={[
          { value: 'value', label: '值' },
          ...(parameters.length > 0 || mode === 'parameter' ? [{ value: 'parameter', label: '参数' }] : []),
          { value: 'field', label: '另一个字段' },
        ]}
        onChange={(next) =>
          onChange(
            next === 'value'
              ? scalarOf(firstValue(meta))
              : next === 'field'
                ? { field: meta?.name ?? 'id' }
                : { parameter: parameters[0] },
          )
        }
      />
      {mode === 'value' ? <ValueInput label={`${label}：值`} field={meta} value={value} onChange={onChange} /> : null}
      {mode === 'parameter' ? (
        <AmountInput id={`rule-${path.join('-')}`} label={`${label}：参数`} path={path} value={value} />
      ) : null}
      {mode === 'field' ? (
        <>
          <FieldSelect
            label={`${label}：另一个字段`}
            value={field}
            groups={groups}
            onChange={(next) => onChange({ ...(isRecord(value) ? value : {}), field: next })}
          />
          <Select
            label={`${label}：挪动`}
            value={shift ?? ''}
            empty="不挪动"
            choices={SHIFTS}
            onChange={(next) => onChange({ field, ...(next === '' ? {} : { [next]: next === 'percent' ? 100 : 1 }) })}
          />
          {shift === undefined ? null : (
            <ShiftAmount label={`${label}：挪动多少`} path={[...path, shift]} value={valueAt(value, [shift])} groups={groups} />
          )}
        </>
      ) : null}
    </span>
  );
}
