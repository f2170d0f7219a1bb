import { Input, Select } from 'antd';
import filterBar from './filter-bar.module.css';

const MAX_TEXT_CHARS = 200;

interface Choice {
  name: string;
  label: string;
  options: readonly { value: string; label: string }[];
}

/** As options, of things that have a code and a name. */
export const named = (all: readonly { code: string; name: string }[]): Choice['options'] =>
  all.map(({ code, name }) => ({ value: code, label: name }));

/** As options, of states and the like. */
export const labelled = <T extends string>(all: readonly T[], labels: Readonly<Record<T, string>>): Choice['options'] =>
  all.map((value) => ({ value, label: labels[value] }));

/** What a list can be narrowed by; with `text`, what words its titles hold too. */
export function ListFilters(props: {
  filter: Readonly<Partial<Record<string, string>>>;
  choices: readonly Choice[];
  text?: string;
  onChange: (name: string, value: string | undefined) => void;
}) {
  const { filter, choices, text, onChange } = props;
  return (
    <div className={filterBar['filters']}>
      {choices.map(({ name, label, options }) => (
        <Select
          key={name}
          aria-label={label}
          allowClear
          placeholder={label}
          showSearch={{ optionFilterProp: 'label' }}
          value={filter[name]}
          onChange={(value: string | undefined) => onChange(name, value)}
          options={[...options]}
        />
      ))}
      {text === undefined ? null : (
        <Input.Search
          aria-label={text}
          placeholder={text}
          allowClear
          maxLength={MAX_TEXT_CHARS}
          defaultValue={filter['text'] ?? ''}
          onSearch={(value) => onChange('text', value.trim())}
        />
      )}
    </div>
  );
}
