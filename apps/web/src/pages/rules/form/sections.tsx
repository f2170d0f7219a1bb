import { useState } from 'react';
import { AddButton, AsText, FieldSelect, Labelled, NumberInput, Problems, RemoveButton, Select, TextInput } from './controls.js';
import {
  fieldGroups,
  FieldsOfContext,
  fieldsOfInput,
  fieldsOfType,
  inputLabel,
  inputNamesOf,
  textAt,
  useEditing,
} from './editing.js';
import styles from './form.module.css';
import { changedKind, freeName, INPUT_NAME, isRecord } from './form-values.js';
import { PartEditor, PartsEditor } from './node-editor.js';
import { withKey, withValue } from './rule-document.js';

/** One text of the rule, such as its title. */
function TextPart({ part, label, rows, hint }: { part: string; label: string; rows?: number; hint?: string }) {
  const { rule, set } = useEditing();
  const value = textAt(rule, [part]);
  return (
    <Labelled label={label} path={[part]} wide={rows !== undefined} {...(hint === undefined ? {} : { hint })}>
      {(id) =>
        rows === undefined ? (
          <TextInput id={id} value={value} onChange={(next) => set([part], next)} />
        ) : (
          <textarea
            id={id}
            className={styles['control']}
            rows={rows}
            value={value}
            onChange={(event) => set([part], event.target.value)}
          />
        )
      }
    </Labelled>
  );
}

export function HeaderSection() {
  const { rule, form, set } = useEditing();
  return (
    <div className={styles['parts']}>
      <TextPart part="title" label="规则名称" />
      <TextPart part="id" label="编号" hint="小写字母、数字、连字符；定了不要再改" />
      <Labelled label="版本" path={['version']} hint="改了判断标准就加一">
        {(id) => <NumberInput id={id} value={rule['version']} onChange={(next) => set(['version'], next)} />}
      </Labelled>
      <Labelled label="问题类别" path={['class']}>
        {(id) => (
          <Select id={id} value={textAt(rule, ['class'])} choices={form.classes} onChange={(next) => set(['class'], next)} />
        )}
      </Labelled>
      <Labelled label="严重程度" path={['severity']}>
        {(id) => (
          <Select
            id={id}
            value={textAt(rule, ['severity'])}
            choices={form.severities}
            onChange={(next) => set(['severity'], next)}
          />
        )}
      </Labelled>
      <TextPart part="description" label="查什么（给决定是否启用的人看）" rows={2} />
    </div>
  );
}

const MAX_SCOPE_PARTS = 3;

/** What one finding is about: up to three fields. */
export function ScopeSection() {
  const editing = useEditing();
  const { rule, set, findings } = editing;
  const scope = Array.isArray(rule['scope']) ? rule['scope'].map(String) : [];
  const inputs = inputNamesOf(editing);
  const groups =
    inputs.length > 0
      ? fieldGroups(editing, inputs)
      : editing.types.map(({ type, label }) => ({ label, fields: fieldsOfType(editing, type) }));
  return (
    <div className={styles['parts']}>
      {scope.map((name, i) => (
        <div key={i} className={styles['removable']}>
          <Labelled label={`判断对象 ${i + 1}`} path={['scope', i]}>
            {(id) => <FieldSelect id={id} value={name} groups={groups} onChange={(next) => set(['scope', i], next)} />}
          </Labelled>
          <RemoveButton
            label={`去掉判断对象 ${i + 1}`}
            onClick={() => set(['scope'], scope.length === 1 ? undefined : scope.toSpliced(i, 1))}
          />
        </div>
      ))}
      {scope.length >= MAX_SCOPE_PARTS ? null : (
        <div className={styles['field']}>
          <FieldSelect
            label="加一个判断对象"
            value=""
            empty="＋ 加一个判断对象"
            groups={groups}
            onChange={(next) => set(['scope'], [...scope, next])}
          />
        </div>
      )}
      {findings === null ? null : <p className={`${styles['wide']} ${styles['hint']}`}>{findings}。</p>}
      <Problems path={['scope']} />
    </div>
  );
}

export function KindSection() {
  const { rule, form, edit } = useEditing();
  const current = form.kinds.find(({ kind }) => kind === rule['kind']);
  return (
    <div className={styles['stack']}>
      <Labelled label="怎么判断" path={['kind']}>
        {(id) => (
          <Select
            id={id}
            value={textAt(rule, ['kind'])}
            choices={form.kinds.map(({ kind, label }) => ({ value: kind, label }))}
            onChange={(kind) => {
              const next = form.kinds.find((candidate) => candidate.kind === kind);
              if (next) edit((text) => changedKind(text, current?.parts ?? [], next));
            }}
          />
        )}
      </Labelled>
      {current ? <PartsEditor parts={current.parts} one={current.one} path={[]} /> : null}
    </div>
  );
}

export function ParametersSection() {
  const { rule, form, set, edit } = useEditing();
  const parameters = isRecord(rule['parameters']) ? rule['parameters'] : {};
  const labelOf = (name: string) => textAt(parameters, [name, 'label']) || name;
  return (
    <div className={styles['stack']}>
      {Object.keys(parameters).map((name, i) => (
        <div key={i} className={styles['entry']}>
          <PartEditor node={form.parameter} label={`参数：${labelOf(name)}`} path={['parameters', name]} />
          <RemoveButton
            label={`去掉参数：${labelOf(name)}`}
            onClick={() => set(Object.keys(parameters).length === 1 ? ['parameters'] : ['parameters', name], undefined)}
          />
        </div>
      ))}
      <NewName
        label="加一个参数（代号）"
        taken={Object.keys(parameters)}
        onAdd={(name) => edit((text) => withValue(text, ['parameters', name], { label: name, value: 1 }))}
      />
    </div>
  );
}

/** A name of the author's own for something that is added. */
function NewName({ label, taken, onAdd }: { label: string; taken: readonly string[]; onAdd: (name: string) => void }) {
  const [name, setName] = useState('');
  const isFree = INPUT_NAME.test(name) && !taken.includes(name);
  const add = () => {
    if (!isFree) return;
    onAdd(name);
    setName('');
  };
  return (
    <div className={styles['row']}>
      <input
        aria-label={label}
        placeholder={label}
        className={`${styles['control']} mono`}
        value={name}
        onChange={(event) => setName(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') add();
        }}
      />
      <button type="button" className={styles['add']} disabled={!isFree} onClick={add}>
        ＋ 加上
      </button>
    </div>
  );
}

/** Names with the field of an input each: who is concerned, or what else the explanation says. */
export function ReferencesSection({ part, noun }: { part: 'subjects' | 'figures'; noun: string }) {
  const editing = useEditing();
  const { rule, set, edit } = editing;
  const references = isRecord(rule[part]) ? rule[part] : {};
  const inputs = inputNamesOf(editing);
  const groups = inputs.map((input) => ({
    label: inputLabel(editing, input),
    fields: fieldsOfInput(editing, input)
      .filter(({ privacy }) => privacy !== 'personal' && privacy !== 'secret')
      .map((field) => ({ ...field, name: `${input}.${field.name}` })),
  }));
  return (
    <div className={styles['stack']}>
      {Object.entries(references).map(([name, reference], i) => (
        <div key={i} className={styles['row']}>
          <TextInput
            label={`${noun} ${i + 1} 的名称`}
            mono
            value={name}
            onChange={(next) => INPUT_NAME.test(next) && edit((text) => withKey(text, [part, name], next))}
          />
          <span>取自</span>
          <FieldSelect
            label={`${noun} ${name} 取自`}
            value={String(reference)}
            groups={groups}
            onChange={(next) => set([part, name], next)}
          />
          <RemoveButton
            label={`去掉${noun}：${name}`}
            onClick={() => set(Object.keys(references).length === 1 ? [part] : [part, name], undefined)}
          />
          <Problems path={[part, name]} />
        </div>
      ))}
      <FieldSelect
        label={`加一个${noun}`}
        value=""
        empty={`＋ 加一个${noun}`}
        groups={groups}
        onChange={(reference) => set([part, freeName(reference.split('.')[1] ?? 'name', Object.keys(references))], reference)}
      />
    </div>
  );
}

export function BasisSection() {
  const { rule, set } = useEditing();
  const basis = Array.isArray(rule['basis']) ? rule['basis'] : [];
  return (
    <div className={styles['stack']}>
      {basis.map((_, i) => (
        <div key={i} className={styles['entry']}>
          <div className={styles['parts']}>
            {[['document', '文件（名称和文号）'] as const, ['demands', '它的要求'] as const].map(([key, label]) => (
              <Labelled key={key} label={label} path={['basis', i, key]} wide>
                {(id) => (
                  <TextInput id={id} value={textAt(rule, ['basis', i, key])} onChange={(next) => set(['basis', i, key], next)} />
                )}
              </Labelled>
            ))}
          </div>
          <RemoveButton
            label={`去掉依据 ${i + 1}`}
            onClick={() => set(['basis'], basis.length === 1 ? undefined : basis.toSpliced(i, 1))}
          />
        </div>
      ))}
      <AddButton onClick={() => set(['basis', basis.length], { document: '', demands: '' })}>加一条依据</AddButton>
      <Problems path={['basis']} />
    </div>
  );
}

/** What is permitted, each with its reason: records that fit make no problem. */
export function ExceptionsSection() {
  const editing = useEditing();
  const { rule, form, set } = editing;
  const exceptions = Array.isArray(rule['exceptions']) ? rule['exceptions'] : [];
  return (
    <FieldsOfContext value={inputNamesOf(editing)}>
      <div className={styles['stack']}>
        {exceptions.map((_, i) => (
          <div key={i} className={styles['entry']}>
            <PartEditor node={form.exception} label={`例外 ${i + 1}`} path={['exceptions', i]} />
            <RemoveButton
              label={`去掉例外 ${i + 1}`}
              onClick={() => set(['exceptions'], exceptions.length === 1 ? undefined : exceptions.toSpliced(i, 1))}
            />
          </div>
        ))}
        <AddButton onClick={() => set(['exceptions', exceptions.length], { reason: '' })}>加一条例外</AddButton>
        <Problems path={['exceptions']} />
      </div>
    </FieldsOfContext>
  );
}

export function ReadOnlyParts() {
  const { rule } = useEditing();
  const given = [['sources', '只看哪些数据源'] as const].filter(([key]) => rule[key] !== undefined);
  return (
    <>
      {given.map(([key, label]) => (
        <AsText key={key} label={label} path={[key]} value={rule[key]} />
      ))}
    </>
  );
}
