import { useQuery } from '@tanstack/react-query';
import {
  dictionarySchema,
  ruleFormSchema,
  type CheckedRule,
  type Dictionary,
  type RuleForm as FormOfRules,
} from '@tianyan/console-app/api';
import { useMemo, useRef, type ReactNode } from 'react';
import { callApi } from '../../../api/client.js';
import { keys } from '../../../api/keys.js';
import { Loaded } from '../../../parts/loaded.js';
import { Panel } from '../../../parts/panel.js';
import { EditingContext, type Editing } from './editing.js';
import { ExamplesSection } from './examples-section.js';
import styles from './form.module.css';
import { readRule, withValue } from './rule-document.js';
import {
  BasisSection,
  ExceptionsSection,
  HeaderSection,
  KindSection,
  ParametersSection,
  ReadOnlyParts,
  ReferencesSection,
  ScopeSection,
} from './sections.js';
import { InputsSection } from './inputs-section.js';
import { checkByServer, useRuleCheck, type CheckRule } from './use-rule-check.js';
import { WordsSection } from './words-section.js';

export interface RuleFormProps {
  /** The whole rule as YAML: the one truth; the form shows it and writes it. */
  text: string;
  onTextChange: (text: string) => void;
  /** What is wrong with a text; the server's check where none is given. */
  check?: CheckRule;
}

/** A rule as a form, with the sentence it means, what is wrong, and its text beside it. */
export function RuleForm(props: RuleFormProps) {
  const query = useQuery({
    queryKey: keys.ruleForm,
    queryFn: async ({ signal }) => {
      const [form, dictionary] = await Promise.all([
        callApi(ruleFormSchema, '/rule-form', { signal }),
        callApi(dictionarySchema, '/dictionary', { signal }),
      ]);
      return { form, dictionary };
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  return <Loaded query={query}>{({ form, dictionary }) => <Form {...props} form={form} dictionary={dictionary} />}</Loaded>;
}

function Form({
  text,
  onTextChange,
  check = checkByServer,
  form,
  dictionary,
}: RuleFormProps & { form: FormOfRules; dictionary: Dictionary }) {
  const { checked, error, isCurrent } = useRuleCheck(text, check);
  const rule = useMemo(() => readRule(text), [text]);
  // Two changes within one event must both arrive: the second begins with what the first has written.
  const newest = useRef(text);
  newest.current = text;
  const edit = (change: (text: string) => string) => {
    newest.current = change(newest.current);
    onTextChange(newest.current);
  };
  const editing: Editing = {
    rule: rule ?? {},
    form,
    types: dictionary.types,
    problems: checked?.problems ?? [],
    findings: checked?.meaning?.findings ?? null,
    figures: checked?.figures ?? [],
    edit,
    set: (path, value) => edit((before) => withValue(before, path, value)),
  };
  return (
    <EditingContext value={editing}>
      <div className={styles['layout']}>
        <div className={styles['stack']}>
          {text.trim() === '' ? <Templates form={form} onChoose={onTextChange} /> : null}
          {rule === null ? (
            <p className={styles['broken']} role="alert">
              右边的 YAML 现在读不出一条规则，请先在那里改正（出错的行已列出），表单随后恢复。
            </p>
          ) : (
            <Sections />
          )}
        </div>
        <aside className={styles['beside']}>
          <Meaning checked={checked} isCurrent={isCurrent} failure={error?.message ?? null} />
          <Panel title="全文（YAML）" note="与表单是同一份，两边都能改">
            <textarea
              aria-label="规则全文（YAML）"
              className={`${styles['control']} ${styles['yaml']}`}
              rows={24}
              spellCheck={false}
              value={text}
              onChange={(event) => onTextChange(event.target.value)}
            />
          </Panel>
        </aside>
      </div>
    </EditingContext>
  );
}

const SECTIONS: readonly { title: string; note?: string; content: ReactNode }[] = [
  { title: '基本情况', content: <HeaderSection /> },
  { title: '1 判断对象', note: '同一对象的记录放在一起看，一个对象最多一条疑点', content: <ScopeSection /> },
  { title: '2 看哪些记录', note: '每种记录满足什么条件', content: <InputsSection /> },
  { title: '3 怎么判断', content: <KindSection /> },
  { title: '4 参数', note: '各地可以改的数', content: <ParametersSection /> },
  {
    title: '5 涉及谁',
    note: '写了乡镇的，预警才发给管那个乡镇的组，那里的人才看得到',
    content: <ReferencesSection part="subjects" noun="涉及对象" />,
  },
  { title: '6 说明文字', content: <WordsSection /> },
  { title: '7 依据', content: <BasisSection /> },
  { title: '8 例子', note: '例子就是测试：该报的、像但不该报的', content: <ExamplesSection /> },
  { title: '9 例外', note: '有文件允许的，这样的记录不算问题；没有就不填', content: <ExceptionsSection /> },
];

function Sections() {
  return (
    <>
      {SECTIONS.map(({ title, note, content }) => (
        <Panel key={title} title={title} note={note}>
          {content}
        </Panel>
      ))}
      <ReadOnlyParts />
    </>
  );
}

/** Whole rules to begin with, each a usual question. */
function Templates({ form, onChoose }: { form: FormOfRules; onChoose: (yaml: string) => void }) {
  return (
    <Panel title="从样板开始" note="选一个改成自己的；也可以直接在下面填">
      <ul className={styles['templates']}>
        {form.templates.map(({ name, description, yaml }) => (
          <li key={name}>
            <button type="button" onClick={() => onChoose(yaml)}>
              <b>{name}</b>
              <span>{description}</span>
            </button>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** The sentence that the rule means, and what is wrong with it, each problem with the way to its place. */
function Meaning({
  checked,
  isCurrent,
  failure,
}: {
  checked: CheckedRule | undefined;
  isCurrent: boolean;
  failure: string | null;
}) {
  const problems = checked?.problems ?? [];
  return (
    <Panel title="这条规则的意思" note={isCurrent ? '' : '正在检查……'}>
      {failure === null ? null : <p role="alert">{failure}</p>}
      {checked?.meaning ? (
        <div className={styles['meaning']}>
          <p>{checked.meaning.judged}。</p>
          <p>{checked.meaning.findings}。</p>
          <ul>
            {checked.meaning.inputs.map(({ name, words }) => (
              <li key={name}>{words}</li>
            ))}
          </ul>
        </div>
      ) : (
        <p className={styles['hint']}>填到能说成一句话时，这里显示它的意思。</p>
      )}
      <div role="status" className={styles['state']}>
        {checked && isCurrent
          ? problems.length === 0
            ? '写法没有问题；例子请用“试一试”来跑。'
            : `还有 ${problems.length} 处要改：`
          : null}
      </div>
      <ul className={styles['problemList']}>
        {problems.map(({ path, place, message, line }, i) => (
          <li key={i}>
            <button type="button" onClick={() => showPlace(path)}>
              {place}
              {line === null ? '' : `（第 ${line} 行）`}
            </button>
            ：{message}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** Goes to the control of a path, or of the nearest part around it. */
function showPlace(path: string): void {
  for (let keys = path.split('.'); keys.length > 0; keys = keys.slice(0, -1)) {
    const place = document.querySelector(`[data-path="${CSS.escape(keys.join('.'))}"]`);
    if (!place) continue;
    place.scrollIntoView({ block: 'center' });
    place.querySelector<HTMLElement>('input, select, textarea')?.focus();
    return;
  }
}
