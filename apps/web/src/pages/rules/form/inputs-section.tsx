import { useState } from 'react';
import { ConditionEditor } from './condition-editor.js';
import { AddButton, AddSelect, AsText, FieldSelect, Labelled, Problems, RemoveButton, Select, TextInput } from './controls.js';
import { fieldGroups, inputLabel, inputNamesOf, labelOfField, scopeParts, textAt, useEditing } from './editing.js';
import styles from './form.module.css';
import { freeName, INPUT_NAME, isRecord, renamedInput } from './form-values.js';
import { valueAt, withKey, withValue, type Path } from './rule-document.js';

export function InputsSection() {
  const editing = useEditing();
  const { types, edit } = editing;
  const names = inputNamesOf(editing);
  const add = (type: string) => {
    const base = (type.split('.')[1] ?? 'records').replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
    edit((text) => withValue(text, ['inputs', freeName(base, names), 'type'], type));
  };
  return (
    <div className={styles['stack']}>
      {names.map((name, i) => (
        // By its place: the name itself is edited here.
        <InputCard key={i} name={name} />
      ))}
      <AddSelect
        label="加一种记录"
        choices={types.map(({ type, label, systemLabel }) => ({ value: type, label: `${systemLabel}：${label}` }))}
        onAdd={add}
      />
      <Problems path={['inputs']} />
    </div>
  );
}

function InputCard({ name }: { name: string }) {
  const editing = useEditing();
  const { rule, types, set } = editing;
  const path: Path = ['inputs', name];
  const link = valueAt(rule, [...path, 'link']);
  const others = inputNamesOf(editing).filter((other) => other !== name);
  return (
    <fieldset className={styles['entry']} data-path={path.join('.')}>
      <legend>{inputLabel(editing, name)}</legend>
      <div className={styles['parts']}>
        <Labelled label="叫什么（中文）" path={['roles', name]}>
          {(id) => (
            <TextInput
              id={id}
              value={textAt(rule, ['roles', name])}
              placeholder="如：退回"
              onChange={(next) => set(['roles', name], next === '' ? undefined : next)}
            />
          )}
        </Labelled>
        <NameField name={name} />
        <Labelled label="记录类型" path={[...path, 'type']}>
          {(id) => (
            <Select
              id={id}
              value={textAt(rule, [...path, 'type'])}
              choices={types.map(({ type, label, systemLabel }) => ({ value: type, label: `${systemLabel}：${label}` }))}
              onChange={(next) => set([...path, 'type'], next)}
            />
          )}
        </Labelled>
        {others.length === 0 ? null : (
          <Labelled label="怎样归到判断对象" path={[...path, 'link', 'to']}>
            {(id) => (
              <Select
                id={id}
                value={textAt(link, ['to'])}
                empty="按自己的字段"
                choices={others.map((other) => ({ value: other, label: `连到：${inputLabel(editing, other)}` }))}
                onChange={(to) => set([...path, 'link'], to === '' ? undefined : { to, on: valueAt(link, ['on']) ?? [{}] })}
              />
            )}
          </Labelled>
        )}
      </div>
      {isRecord(link) ? <LinkEditor name={name} to={textAt(link, ['to'])} /> : <ScopeMapping name={name} />}
      <ConditionEditor input={name} />
      <RemoveButton label={`去掉记录：${inputLabel(editing, name)}`} onClick={() => set(path, undefined)} />
      {[path, [...path, 'link'], [...path, 'scope']].map((place) => (
        <Problems key={place.join('.')} path={place} />
      ))}
    </fieldset>
  );
}

/** The name in the text; it is changed wherever it is referred to, once it is a name and free. */
function NameField({ name }: { name: string }) {
  const editing = useEditing();
  const [typed, setTyped] = useState<string | null>(null);
  const shown = typed ?? name;
  const isTaken = shown !== name && inputNamesOf(editing).includes(shown);
  const commit = () => {
    setTyped(null);
    if (shown === name || isTaken || !INPUT_NAME.test(shown)) return;
    const parts = editing.form.kinds.find(({ kind }) => kind === editing.rule['kind'])?.parts ?? [];
    editing.edit((text) => renamedInput(text, parts, name, shown));
  };
  const hint = isTaken ? '已经有了，请换一个' : INPUT_NAME.test(shown) ? '规则里用它指代' : '小写字母开头的字母和数字';
  return (
    <Labelled label="代号" path={['inputs', name, '']} hint={hint}>
      {(id) => (
        <input
          id={id}
          className={`${styles['control']} mono`}
          value={shown}
          spellCheck={false}
          onChange={(event) => setTyped(event.target.value)}
          onBlur={commit}
          onKeyDown={(event) => {
            if (event.key === 'Enter') commit();
          }}
        />
      )}
    </Labelled>
  );
}

/** From which fields the parts of the scope are read, where they are called otherwise. */
function ScopeMapping({ name }: { name: string }) {
  const editing = useEditing();
  const { rule, set } = editing;
  const scope = Array.isArray(rule['scope']) ? rule['scope'].map(String) : [];
  const groups = fieldGroups(editing, [name]);
  const has = (field: string) => groups.some(({ fields }) => fields.some((known) => known.name === field));
  const path: Path = ['inputs', name, 'scope'];
  const mapped = scope.filter((part) => !has(part) || valueAt(rule, [...path, part]) !== undefined);
  const parts = scopeParts(editing);
  const labelOf = (part: string) => parts.find(({ value }) => value === part)?.label ?? part;
  if (mapped.length === 0) return null;
  const write = (part: string, field: string) => {
    const rest = Object.entries(isRecord(valueAt(rule, path)) ? (valueAt(rule, path) as object) : {}).filter(
      ([key]) => key !== part,
    );
    const next = Object.fromEntries(field === '' ? rest : [...rest, [part, field]]);
    set(path, Object.keys(next).length === 0 ? undefined : next);
  };
  return (
    <div className={styles['parts']}>
      {mapped.map((part) => (
        <Labelled key={part} label={`判断对象“${labelOf(part)}”取自`} path={[...path, part]}>
          {(id) => (
            <FieldSelect
              id={id}
              value={textAt(rule, [...path, part])}
              empty="同名字段"
              groups={groups}
              onChange={(field) => write(part, field)}
            />
          )}
        </Labelled>
      ))}
    </div>
  );
}

/** Which fields say that records belong together: groups, of which one must fit. */
function LinkEditor({ name, to }: { name: string; to: string }) {
  const editing = useEditing();
  const { rule, set, edit } = editing;
  const path: Path = ['inputs', name, 'link', 'on'];
  const groups = valueAt(rule, path);
  if (!Array.isArray(groups) || !groups.every(isRecord)) return <AsText label="连接条件" path={path} value={groups} />;
  const own = fieldGroups(editing, [name]);
  const theirs = fieldGroups(editing, [to]);
  return (
    <fieldset className={styles['group']} data-path={path.join('.')}>
      <legend>哪些字段相等就算连上</legend>
      {groups.map((group, i) => (
        <div key={i} className={styles['stack']}>
          {i === 0 ? null : <p className={styles['or']}>或者</p>}
          {Object.entries(group).map(([field, other]) => (
            <div key={field} className={styles['row']}>
              <FieldSelect
                label="自己的字段"
                value={field}
                groups={own}
                onChange={(next) => edit((text) => withKey(text, [...path, i, field], next))}
              />
              <span>等于</span>
              <FieldSelect
                label="对方的字段"
                value={String(other)}
                groups={theirs}
                onChange={(next) => set([...path, i, field], next)}
              />
              <RemoveButton
                label={`去掉连接字段：${labelOfField(editing, field)}`}
                onClick={() => set([...path, i, field], undefined)}
              />
            </div>
          ))}
          <FieldSelect
            label="加一个连接字段"
            value=""
            empty="＋ 加一个连接字段"
            groups={own}
            onChange={(field) => set([...path, i, field], hasField(theirs, field) ? field : '')}
          />
          <Problems path={[...path, i]} isWhole />
        </div>
      ))}
      <AddButton onClick={() => set([...path, groups.length], {})}>或者按另一组字段连</AddButton>
      <Problems path={path} />
    </fieldset>
  );
}

function hasField(groups: ReturnType<typeof fieldGroups>, field: string): boolean {
  return groups.some(({ fields }) => fields.some(({ name }) => name === field));
}
