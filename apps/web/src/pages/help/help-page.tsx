import { Input } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import styles from '../../help/help.module.css';
import { HELPED_PAGES } from '../../help/helped-pages.js';
import { DETAIL_TOPICS, PAGE_TOPICS, type Topic } from '../../help/topics.js';
import { navigationOf } from '../../app/navigation.js';
import { useSession } from '../../app/session.js';
import { EmptyPanel } from '../../parts/empty-panel.js';
import { PageHeading } from '../../parts/page-heading.js';
import { Panel } from '../../parts/panel.js';

const MAX_CHARS = 50;

const has = ({ title, paragraphs, terms }: Topic, text: string) =>
  [title, ...paragraphs, ...terms].some((words) => words.toLowerCase().includes(text.toLowerCase()));

/** All help in one place. */
export default function HelpPage() {
  const [text, setText] = useState('');
  const own = new Set(navigationOf(useSession()).flatMap(({ items }) => items.map(({ path }) => path)));
  const asked = text.trim();
  const pages = HELPED_PAGES.filter((page) => has(PAGE_TOPICS[page], asked));
  const details = Object.values<Topic>(DETAIL_TOPICS).filter((topic) => has(topic, asked));
  return (
    <>
      <PageHeading
        title="帮助"
        lead="各页面是做什么的，各处的数字、状态是什么意思。页面上的问号也打开这里的说明。"
        extra={
          <Input.Search
            aria-label="查找帮助"
            placeholder="查找帮助"
            allowClear
            maxLength={MAX_CHARS}
            className={styles['search'] ?? ''}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        }
      />
      {pages.length + details.length === 0 ? <EmptyPanel title="没有找到" hint="换一个更短的词试试，例如“豁免”。" /> : null}
      <div className={styles['topics']}>
        {pages.map((page) => (
          <TopicPanel key={page} topic={PAGE_TOPICS[page]} path={own.has(page) ? page : null} />
        ))}
        {details.map((topic) => (
          <TopicPanel key={topic.title} topic={topic} path={null} />
        ))}
      </div>
    </>
  );
}

function TopicPanel({ topic: { title, paragraphs, terms }, path }: { topic: Topic; path: string | null }) {
  return (
    <Panel
      title={title}
      note={terms.length === 0 ? undefined : `有关的词：${terms.join('、')}`}
      extra={
        path === null ? undefined : (
          <Link to={path} aria-label={`打开${title}`}>
            打开
          </Link>
        )
      }
    >
      {paragraphs.map((paragraph) => (
        <p key={paragraph}>{paragraph}</p>
      ))}
    </Panel>
  );
}
