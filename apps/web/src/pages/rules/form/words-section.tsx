import { useRef, useState } from 'react';
import { Labelled, Select } from './controls.js';
import { textAt, useEditing, type Editing } from './editing.js';
import styles from './form.module.css';
import { ReferencesSection } from './sections.js';
import { placeholderOf, usualFormat } from './usual-format.js';

/** The sentence that people read, with what the rule can fill in. */
export function WordsSection() {
  const { rule, form, figures, set } = useEditing();
  const area = useRef<HTMLTextAreaElement>(null);
  const [format, setFormat] = useState('usual');
  const value = textAt(rule, ['explanation']);
  const insert = ({ name, unit, measure }: Editing['figures'][number]) => {
    const usual = usualFormat(name, unit);
    const chosen = format === 'usual' ? usual : format === 'plain' ? '' : format;
    const at = area.current?.selectionStart ?? value.length;
    const written = placeholderOf({ name, measure }, chosen);
    set(['explanation'], `${value.slice(0, at)}${written}${value.slice(area.current?.selectionEnd ?? at)}`);
    requestAnimationFrame(() => {
      area.current?.focus();
      area.current?.setSelectionRange(at + written.length, at + written.length);
    });
  };
  return (
    <div className={styles['stack']}>
      <Labelled
        label="说明文字"
        path={['explanation']}
        wide
        hint="写清楚：谁、什么时候、差多少、要核实什么。花括号里的内容由系统填入。"
      >
        {(id) => (
          <textarea
            id={id}
            ref={area}
            className={styles['control']}
            rows={4}
            value={value}
            onChange={(event) => set(['explanation'], event.target.value)}
          />
        )}
      </Labelled>
      <div className={styles['insert']} role="group" aria-label="插入系统能填的内容">
        <Select
          label="插入时显示为"
          value={format}
          choices={[
            { value: 'usual', label: '按常用格式' },
            { value: 'plain', label: '原样' },
            ...form.formats.map((name) => ({ value: name, label: `显示为${name}` })),
          ]}
          onChange={setFormat}
        />
        {figures.map((figure) => (
          <button key={figure.name} type="button" className={styles['chip']} onClick={() => insert(figure)}>
            {figure.label}
          </button>
        ))}
      </div>
      <h4 className={styles['small']}>说明里还要用的其他字段</h4>
      <ReferencesSection part="figures" noun="说明字段" />
    </div>
  );
}
