import {
  AddButton,
  AsText,
  FieldSelect,
  InstantInput,
  Labelled,
  Problems,
  RemoveButton,
  Select,
  TextInput,
  ValueInput,
} from './controls.js';
import { fieldGroups, fieldsOfType, inputNamesOf, labelOfField, textAt, useEditing } from './editing.js';
import styles from './form.module.css';
import { isRecord } from './form-values.js';
import { PartEditor } from './node-editor.js';
import { valueAt, type Path } from './rule-document.js';

const NOW = '2026-06-01T09:00:00+08:00';
const AT = '2026-03-02T09:00:00+08:00';
/** Of a record, told by its row; the others are its fields. */
const OF_EVERY_RECORD = ['type', 'id', 'at'];

/** The examples of the rule, which are its tests. */
export function ExamplesSection() {
  const editing = useEditing();
  const { rule, set } = editing;
  const examples = Array.isArray(rule['examples']) ? rule['examples'] : [];
  const [first] = inputNamesOf(editing);
  const begin = { name: '', now: NOW, records: [newRecord(textAt(rule, ['inputs', first ?? '', 'type']), [])], expect: [] };
  return (
    <div className={styles['stack']}>
      {examples.map((example, i) => (
        <div key={i} className={styles['entry']}>
          {isRecord(example) ? (
            <Example path={['examples', i]} />
          ) : (
            <AsText label={`例子 ${i + 1}`} path={['examples', i]} value={example} />
          )}
          <RemoveButton
            label={`去掉例子 ${i + 1}`}
            onClick={() => set(['examples'], examples.length === 1 ? undefined : examples.toSpliced(i, 1))}
          />
        </div>
      ))}
      <AddButton onClick={() => set(['examples', examples.length], begin)}>加一个例子</AddButton>
      <Problems path={['examples']} />
    </div>
  );
}

function newRecord(type: string, records: readonly unknown[]): Record<string, unknown> {
  const last = records.at(-1);
  const copied = isRecord(last) ? last : { type, at: AT };
  return { ...copied, id: `e${records.length + 1}` };
}

function Example({ path }: { path: Path }) {
  const { rule, form, set } = useEditing();
  if (form.example.control !== 'object') return null;
  const records = valueAt(rule, [...path, 'records']);
  return (
    <fieldset className={styles['plain']}>
      <legend>例子 {Number(path.at(-1)) + 1}</legend>
      <div className={styles['parts']}>
        {form.example.parts.map(({ key, label, node }) =>
          key === 'records' ? (
            <div key={key} className={styles['wide']}>
              <Records path={[...path, key]} records={Array.isArray(records) ? records : []} />
            </div>
          ) : (
            <div key={key} className={node.control === 'list' ? styles['wide'] : styles['removable']}>
              <PartEditor node={node} label={key === 'expect' ? '应当怎样' : label} path={[...path, key]} />
            </div>
          ),
        )}
      </div>
      <p className={styles['hint']}>“应当怎样”里没有列出的对象，都不该命中。</p>
      {valueAt(rule, [...path, 'expect']) === undefined ? (
        <AddButton onClick={() => set([...path, 'expect'], [])}>一个都不该命中</AddButton>
      ) : null}
    </fieldset>
  );
}

function Records({ path, records }: { path: Path; records: readonly unknown[] }) {
  const { set } = useEditing();
  return (
    <fieldset className={styles['group']} data-path={path.join('.')}>
      <legend>记录</legend>
      {records.map((record, i) => (
        <div key={i} className={styles['record']}>
          {isRecord(record) ? (
            <RecordRow path={[...path, i]} record={record} />
          ) : (
            <AsText label="记录" path={[...path, i]} value={record} />
          )}
          <RemoveButton label={`去掉记录 ${i + 1}`} onClick={() => set(path, records.toSpliced(i, 1))} />
        </div>
      ))}
      <AddButton onClick={() => set(path, [...records, newRecord('', records)])}>加一条记录（照上一条）</AddButton>
      <Problems path={path} />
    </fieldset>
  );
}

function RecordRow({ path, record }: { path: Path; record: Readonly<Record<string, unknown>> }) {
  const editing = useEditing();
  const { rule, set, types } = editing;
  const inputs = inputNamesOf(editing);
  const used = new Set(inputs.map((input) => textAt(rule, ['inputs', input, 'type'])));
  const type = textAt(record, ['type']);
  const fields = fieldsOfType(editing, type);
  const groups = fieldGroups(
    editing,
    inputs.filter((input) => textAt(rule, ['inputs', input, 'type']) === type),
  );
  const written = Object.keys(record).filter((key) => !OF_EVERY_RECORD.includes(key));
  const open = groups.map((group) => ({
    ...group,
    fields: group.fields.filter(({ name, kind }) => !(name in record) && !(name.startsWith('at') && kind !== 'flag')),
  }));
  const choices = types.filter((known) => used.has(known.type)).map((known) => ({ value: known.type, label: known.label }));
  return (
    <div className={styles['parts']}>
      <Labelled label="记录类型" path={[...path, 'type']}>
        {(id) => <Select id={id} value={type} choices={choices} onChange={(next) => set([...path, 'type'], next)} />}
      </Labelled>
      <Labelled label="编号" path={[...path, 'id']}>
        {(id) => <TextInput id={id} value={textAt(record, ['id'])} onChange={(next) => set([...path, 'id'], next)} />}
      </Labelled>
      <Labelled label="发生时间" path={[...path, 'at']}>
        {(id) => <InstantInput id={id} value={textAt(record, ['at'])} onChange={(next) => set([...path, 'at'], next)} />}
      </Labelled>
      {written.map((key) => {
        const field = fields.find(({ name }) => name === key);
        const label = field?.label ?? labelOfField(editing, key);
        return (
          <div key={key} className={styles['removable']}>
            <Labelled label={label} path={[...path, key]}>
              {(id) => <ValueInput id={id} field={field} value={record[key]} onChange={(next) => set([...path, key], next)} />}
            </Labelled>
            <RemoveButton label={`去掉字段：${label}`} onClick={() => set([...path, key], undefined)} />
          </div>
        );
      })}
      <div className={styles['field']}>
        <FieldSelect
          label="加一个字段"
          value=""
          empty="＋ 加一个字段"
          groups={open}
          onChange={(name) => {
            const field = fields.find((candidate) => candidate.name === name);
            const isNumber = field?.kind === 'integer' || field?.kind === 'money' || field?.kind === 'area';
            set([...path, name], field?.kind === 'flag' ? true : isNumber ? 0 : (field?.values[0]?.value ?? ''));
          }}
        />
      </div>
    </div>
  );
}
