import { useQuery } from '@tanstack/react-query';
import { MIN_SEARCH_CHARS, type SearchAnswer } from '@tianyan/console-app/api';
import { Alert, Input } from 'antd';
import { Link, useLocation, useNavigate } from 'react-router';
import { searchPath } from '../../app/search-box.js';
import { useMay } from '../../app/session.js';
import { instantText } from '../../format/time.js';
import { EmptyPanel } from '../../parts/empty-panel.js';
import { Loaded } from '../../parts/loaded.js';
import { PageHeading } from '../../parts/page-heading.js';
import { Panel } from '../../parts/panel.js';
import { PeopleSearch } from '../clue-person/people-search.js';
import { hitPath, searchQuery } from './search-query.js';
import styles from './search-page.module.css';

const MAX_CHARS = 200;

const LEAD =
  '按编号查疑点、线索、工单、合同、项目、资产资源和交易项目，按完整的统一社会信用代码查企业，按完整的工号查坐席，按名称查单位和地方；也可以按主题里的文字查。只查您看得到的内容：遮蔽的姓名、电话查不到，保密工单只能按编号查。';

export default function SearchPage() {
  const text = textOf(useLocation().hash);
  const navigate = useNavigate();
  const query = useQuery(searchQuery(text));
  const [readsClues, reveals] = [useMay('read-clues'), useMay('reveal-personal-data')];
  const mayLook = readsClues && reveals;
  return (
    <>
      <PageHeading title="搜索" lead={LEAD} />
      <Input.Search
        key={text}
        aria-label="编号或文字"
        placeholder="编号或文字"
        enterButton="搜索"
        allowClear
        maxLength={MAX_CHARS}
        defaultValue={text}
        className={styles['input'] ?? ''}
        onSearch={(value) => void navigate(searchPath(value.trim()))}
      />
      {mayLook ? <PeopleSearch /> : null}
      {text.length < MIN_SEARCH_CHARS ? (
        <EmptyPanel title="找什么？" hint={`请输入至少 ${MIN_SEARCH_CHARS} 个字的编号或文字。`} />
      ) : (
        <Loaded query={query}>{(answer) => <Found answer={answer} />}</Loaded>
      )}
    </>
  );
}

function Found({ answer: { groups, unfinished } }: { answer: SearchAnswer }) {
  return (
    <div className={styles['groups']}>
      {unfinished.length === 0 ? null : (
        <Alert type="warning" showIcon title={`${unfinished.join('、')}太多，没有查完。请输入完整编号，或者写得更具体。`} />
      )}
      {groups.length === 0 && unfinished.length === 0 ? (
        <EmptyPanel title="没有找到" hint="请核对编号；按文字找时，换一个更短的词。遮蔽的内容和管辖范围以外的内容查不到。" />
      ) : null}
      {groups.map(({ kind, label, hits, more }) => (
        <Panel
          key={kind}
          title={label}
          note={more ? `最近的 ${hits.length} 条，还有更多，请写得更具体` : `${hits.length} 条`}
          flush
        >
          <ul className={styles['hits']} aria-label={label}>
            {hits.map((hit) => (
              <li key={hit.code}>
                <Link to={hitPath(kind, hit.code)} className={styles['hit']}>
                  <span className={styles['name']}>{hit.name}</span>
                  <span className={styles['title']}>{hit.title}</span>
                  {hit.atMs === null ? null : <span className={`${styles['time']} num`}>{instantText(hit.atMs)}</span>}
                </Link>
              </li>
            ))}
          </ul>
        </Panel>
      ))}
    </div>
  );
}

/** Empty for an address that somebody has cut off. */
function textOf(hash: string): string {
  try {
    return decodeURIComponent(hash.slice(1)).trim().slice(0, MAX_CHARS);
  } catch {
    // A percent sign that stands for nothing.
    return '';
  }
}
