import type { FormNode, FormPart } from '@tianyan/console-app/api';
import { use } from 'react';
import {
  AddButton,
  AddSelect,
  AsText,
  FieldSelect,
  FlagSelect,
  InstantInput,
  Labelled,
  Problems,
  QueryInput,
  RemoveButton,
  Select,
  TextInput,
  ValueInput,
} from './controls.js';
import { fieldGroups, FieldsOfContext, inputLabel, inputNamesOf, scopeParts, textAt, useEditing } from './editing.js';
import styles from './form.module.css';
import { Quantity } from './quantity.js';
import { beginningOf, fits, isRecord, replacedPart } from './form-values.js';
import { valueAt, withKey, type Path } from './rule-document.js';

interface PartProps {
  node: FormNode;
  label: string;
  path: Path;
  /** May be left out: a choice then offers that too. */
  optional?: boolean;
}

const GROUPS: ReadonlySet<FormNode['control']> = new Set(['object', 'list', 'pairs', 'either']);

/** One part of a rule, by what its schema says of it. */
export function PartEditor(props: PartProps) {
  const { rule } = useEditing();
  const { node, label, path } = props;
  const value = valueAt(rule, path);
  if (!fits(node, value)) return <AsText label={label} value={value} path={path} />;
  if (!GROUPS.has(node.control)) {
    return (
      <Labelled label={label} path={path}>
        {(id) => <SingleControl {...props} value={value} id={id} />}
      </Labelled>
    );
  }
  return (
    <fieldset className={styles['group']} data-path={path.join('.')}>
      <legend>{label}</legend>
      <GroupEditor node={node} label={label} path={path} value={value} />
      <Problems path={path} />
    </fieldset>
  );
}

function GroupEditor({ node, label, path, value }: PartProps & { value: unknown }) {
  switch (node.control) {
    case 'object':
      return <PartsEditor parts={node.parts} one={node.one} path={path} />;
    case 'list':
      return <ListEditor item={node.item} label={label} path={path} values={Array.isArray(value) ? value : []} />;
    case 'pairs':
      return <PairsEditor node={node} path={path} value={isRecord(value) ? value : {}} />;
    case 'either':
      return <EitherEditor node={node} label={label} path={path} value={value} />;
    default:
      return null;
  }
}

/** Inputs that the parts name directly: fields beside them are of their records. */
function inputsNamed(parts: readonly FormPart[], value: unknown): string[] {
  return parts.flatMap(({ key, node }) => {
    const name = node.control === 'input' ? valueAt(value, [key]) : undefined;
    return typeof name === 'string' && name !== '' ? [name] : [];
  });
}

/** The parts of an object: what is needed, the one that is chosen of an either-or, what was added, and what can be. */
export function PartsEditor({ parts, one, path }: { parts: readonly FormPart[]; one: readonly string[]; path: Path }) {
  const { rule, set } = useEditing();
  const outer = use(FieldsOfContext);
  const value = path.length === 0 ? rule : valueAt(rule, path);
  const named = inputsNamed(parts, value);
  const has = (key: string) => valueAt(value, [key]) !== undefined;
  const others = parts.filter(({ key }) => !one.includes(key));
  const isShown = ({ key, optional, node }: FormPart) =>
    node.control === 'fixed'
      ? node.value === true && has(key)
      : !optional || has(key) || node.control === 'choice' || node.control === 'flag';
  const absent = others.filter((part) => !isShown(part) && !(part.node.control === 'fixed' && part.node.value !== true));
  return (
    <FieldsOfContext value={[...new Set([...named, ...outer])]}>
      <div className={styles['parts']}>
        {others.filter(isShown).map((part) => (
          <ShownPart key={part.key} part={part} path={[...path, part.key]} isThere={has(part.key)} />
        ))}
        {one.length === 0 ? null : <OneOf parts={parts.filter(({ key }) => one.includes(key))} path={path} />}
        {absent.length === 0 ? null : (
          <div className={styles['field']}>
            <AddSelect
              label="加一项"
              choices={absent.map(({ key, label }) => ({ value: key, label }))}
              onAdd={(key) => {
                const part = absent.find((candidate) => candidate.key === key);
                if (part) set([...path, key], beginningOf(part.node) ?? '');
              }}
            />
            {absent.map(({ key }) => (
              <Problems key={key} path={[...path, key]} isWhole />
            ))}
          </div>
        )}
      </div>
    </FieldsOfContext>
  );
}

function ShownPart({ part, path, isThere }: { part: FormPart; path: Path; isThere: boolean }) {
  const { set } = useEditing();
  const { node, label, optional } = part;
  const isRemovable = optional && isThere && node.control !== 'choice' && node.control !== 'flag';
  return (
    <div className={GROUPS.has(node.control) ? styles['wideRemovable'] : styles['removable']}>
      <PartEditor node={node} label={label} path={path} optional={optional} />
      {isRemovable ? <RemoveButton label={`去掉：${label}`} onClick={() => set(path, undefined)} /> : null}
    </div>
  );
}

/** Exactly one of the parts is written: chosen by its name, then filled. */
function OneOf({ parts, path }: { parts: readonly FormPart[]; path: Path }) {
  const { rule, set, edit } = useEditing();
  const value = path.length === 0 ? rule : valueAt(rule, path);
  const given = parts.filter(({ key }) => valueAt(value, [key]) !== undefined);
  const [chosen] = given;
  return (
    <>
      <Labelled label="用哪一种">
        {(id) => (
          <Select
            id={id}
            value={chosen?.key ?? ''}
            choices={parts.map(({ key, label }) => ({ value: key, label }))}
            onChange={(key) => {
              const part = parts.find((candidate) => candidate.key === key);
              if (!part) return;
              // In one change of the text: what was chosen before goes, and a number that fits is taken along.
              const before = chosen && valueAt(value, [chosen.key]);
              edit((text) =>
                replacedPart(text, path, {
                  from: given.map((g) => g.key),
                  to: key,
                  value: fits(part.node, before) && before !== undefined ? before : (beginningOf(part.node) ?? ''),
                }),
              );
            }}
          />
        )}
      </Labelled>
      {given.map((part) => (
        <div key={part.key} className={GROUPS.has(part.node.control) ? styles['wideRemovable'] : styles['removable']}>
          {part.node.control === 'fixed' ? null : <PartEditor node={part.node} label={part.label} path={[...path, part.key]} />}
          {given.length > 1 ? (
            <RemoveButton label={`去掉：${part.label}`} onClick={() => set([...path, part.key], undefined)} />
          ) : null}
        </div>
      ))}
    </>
  );
}

function ListEditor({ item, label, path, values }: { item: FormNode; label: string; path: Path; values: readonly unknown[] }) {
  const { set } = useEditing();
  const isSimple = !GROUPS.has(item.control);
  return (
    <div className={isSimple ? styles['parts'] : styles['stack']}>
      {values.map((value, i) => (
        // The place in the list is what names an entry.
        <div key={i} className={isSimple ? styles['removable'] : styles['entry']}>
          <ListItem item={item} label={`${label} ${i + 1}`} path={[...path, i]} value={value} />
          <RemoveButton
            label={`去掉：${label} ${i + 1}`}
            onClick={() => set(path, values.length === 1 ? undefined : values.toSpliced(i, 1))}
          />
        </div>
      ))}
      <AddButton onClick={() => set([...path, values.length], beginningOf(item) ?? '')}>{`${label}：加一个`}</AddButton>
    </div>
  );
}

function ListItem({ item, label, path, value }: { item: FormNode; label: string; path: Path; value: unknown }) {
  if (item.control !== 'object' || !fits(item, value)) return <PartEditor node={item} label={label} path={path} />;
  return (
    <fieldset className={styles['plain']} data-path={path.join('.')}>
      <legend>{label}</legend>
      <PartsEditor parts={item.parts} one={item.one} path={path} />
      <Problems path={path} />
    </fieldset>
  );
}

function EitherEditor({ node, label, path, value }: PartProps & { value: unknown }) {
  const { set } = useEditing();
  if (node.control !== 'either') return null;
  const at = Math.max(
    0,
    node.options.findIndex((option) => fits(option.node, value)),
  );
  const chosen = node.options[at];
  return (
    <div className={styles['stack']}>
      <Select
        label={`${label}：写法`}
        value={String(at)}
        choices={node.options.map((option, i) => ({ value: String(i), label: option.label }))}
        onChange={(next) =>
          set(path, (node.options[Number(next)] && beginningOf(node.options[Number(next)]?.node ?? { control: 'text' })) ?? '')
        }
      />
      {chosen ? <EitherOption node={chosen.node} label={label} path={path} value={value} /> : null}
    </div>
  );
}

function EitherOption({ node, label, path, value }: PartProps & { value: unknown }) {
  if (GROUPS.has(node.control)) return <GroupEditor node={node} label={label} path={path} value={value} />;
  const id = `rule-${path.join('-')}`;
  return <SingleControl node={node} label={label} path={path} value={value} id={id} name={label} />;
}

function PairsEditor({ node, path, value }: { node: FormNode; path: Path; value: Readonly<Record<string, unknown>> }) {
  const { set, edit } = useEditing();
  const groups = fieldGroups(useEditing(), use(FieldsOfContext));
  if (node.control !== 'pairs') return null;
  const isField = node.key.control === 'field';
  // What an entry begins with has to fit its control: else it is shown as text that nobody can fill in.
  const begun = beginningOf(node.value) ?? '';
  return (
    <div className={styles['stack']}>
      {Object.keys(value).map((key) => (
        <div key={key} className={styles['row']}>
          {isField ? (
            <FieldSelect
              label="字段"
              value={key}
              groups={groups}
              onChange={(next) => edit((text) => withKey(text, [...path, key], next))}
            />
          ) : (
            <TextInput label="名称" value={key} onChange={(next) => edit((text) => withKey(text, [...path, key], next))} />
          )}
          <PartEditor node={node.value} label={`${key} 的值`} path={[...path, key]} />
          <RemoveButton label={`去掉：${key}`} onClick={() => set([...path, key], undefined)} />
        </div>
      ))}
      {isField ? (
        <FieldSelect
          label="加一个字段"
          value=""
          empty="＋ 加一个字段"
          groups={groups}
          onChange={(key) => set([...path, key], begun)}
        />
      ) : (
        <AddButton onClick={() => set([...path, `name${Object.keys(value).length + 1}`], begun)}>加一项</AddButton>
      )}
    </div>
  );
}

interface SingleProps extends PartProps {
  value: unknown;
  id: string;
  /** Where no label stands at the control. */
  name?: string;
}

const NO_CHOICE = '不写（按默认）';

function SingleControl(props: SingleProps) {
  const editing = useEditing();
  const around = use(FieldsOfContext);
  const { node, path, value, id, name: label, optional } = props;
  const { set } = editing;
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  const write = (next: unknown) => set(path, next === '' && optional ? undefined : next);
  const empty = optional ? { empty: NO_CHOICE } : {};
  const inputs = inputNamesOf(editing);
  const nameChoices = inputs.map((input) => ({ value: input, label: inputLabel(editing, input) }));
  switch (node.control) {
    case 'choice':
      return <Select id={id} label={label} value={text} choices={node.values} {...empty} onChange={write} />;
    case 'flag':
      return <FlagSelect id={id} label={label} value={value} {...empty} onChange={write} />;
    case 'integer':
      return <Quantity id={id} label={label} path={path} value={value} onChange={write} />;
    case 'amount':
      return <AmountInput id={id} label={label} path={path} value={value} />;
    case 'input':
      return <Select id={id} label={label} value={text} choices={nameChoices} onChange={write} />;
    case 'moment':
      return <Select id={id} label={label} value={text} choices={[...nameChoices, ...marksOf(editing.rule)]} onChange={write} />;
    case 'scopePart':
      return <Select id={id} label={label} value={text} choices={scopeParts(editing)} onChange={write} />;
    case 'field':
      return (
        <FieldSelect
          id={id}
          label={label}
          value={text}
          groups={fieldGroups(editing, around.length > 0 ? around : inputs)}
          onChange={write}
        />
      );
    case 'day':
      return <ValueInput id={id} label={label} field={DAY_FIELD} value={text} onChange={write} />;
    case 'instant':
      return <InstantInput id={id} label={label} value={text} onChange={write} />;
    case 'query':
      return <QueryInput id={id} label={label} value={text} onChange={write} />;
    case 'scalar':
      return (
        <TextInput
          id={id}
          label={label}
          value={text}
          onChange={(next) => write(/^-?\d{1,15}$/.test(next) ? Number(next) : next)}
        />
      );
    default:
      return <TextInput id={id} label={label} value={text} onChange={write} />;
  }
}

const DAY_FIELD = { name: '', label: '', kind: 'day', values: [], privacy: 'public' as const };

/** Names that the author has given to records, wherever they stand. */
function marksOf(value: unknown): { value: string; label: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'mark' && typeof inner === 'string' ? [{ value: inner, label: `标记：${inner}` }] : marksOf(inner),
  );
}

const WRITTEN = '直接写数';

/** A number that is written here, or one of the rule's parameters, which may be a table by place and day. */
export function AmountInput({ id, label, path, value }: { id: string; label?: string | undefined; path: Path; value: unknown }) {
  const editing = useEditing();
  const around = use(FieldsOfContext);
  const parameters = isRecord(editing.rule['parameters']) ? editing.rule['parameters'] : {};
  const chosen = isRecord(value) && typeof value['parameter'] === 'string' ? value['parameter'] : '';
  const isTable = chosen !== '' && valueAt(parameters, [chosen, 'table']) !== undefined;
  const choices = Object.keys(parameters).map((name) => ({
    value: name,
    label: `参数：${textAt(parameters, [name, 'label']) || name}`,
  }));
  const groups = fieldGroups(editing, around);
  return (
    <span className={styles['amount']}>
      {chosen === '' ? (
        <Quantity id={id} label={label} path={path} value={value} onChange={(next) => editing.set(path, next ?? 0)} />
      ) : null}
      {choices.length === 0 && chosen === '' ? null : (
        <Select
          {...(chosen === '' ? { label: `${label ?? ''}数从哪里来` } : { id, label })}
          value={chosen}
          empty={WRITTEN}
          choices={choices}
          onChange={(name) => editing.set(path, name === '' ? 1 : { parameter: name })}
        />
      )}
      {isTable ? (
        <>
          {(['region', 'day'] as const).map((key) => (
            <FieldSelect
              key={key}
              label={key === 'region' ? '按哪个区划字段取值' : '按哪个日期字段取值'}
              value={textAt(value, [key])}
              empty={key === 'region' ? '不分区划' : '不分日期'}
              groups={key === 'day' ? [START_OF_DEADLINE, ...groups] : groups}
              onChange={(field) => editing.set([...path, key], field === '' ? undefined : field)}
            />
          ))}
        </>
      ) : null}
    </span>
  );
}

/** The day from which a deadline is counted; only in a deadline. */
const START_OF_DEADLINE = {
  label: '期限',
  fields: [{ name: 'start', label: '起算日', kind: 'day', values: [], privacy: 'public' as const }],
};
