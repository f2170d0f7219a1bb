import type { ShownRule } from '@tianyan/console-app/api';
import { Tabs } from 'antd';
import { Link } from 'react-router';
import { Panel } from '../../parts/panel.js';
import { RuleWords } from '../../parts/rule-words.js';
import { SqlText } from '../../parts/sql-text.js';

export function RulePanel({ rule }: { rule: ShownRule }) {
  return (
    <Panel
      title="为什么算疑点"
      note={versionNote(rule)}
      extra={<Link to={`/rules/${encodeURIComponent(rule.id)}`}>规则详情</Link>}
    >
      <Tabs
        items={[
          { key: 'words', label: '文字说明', children: <RuleWords words={rule.words} legalBasis={rule.legalBasis} /> },
          { key: 'sql', label: '比对语句（SQL）', children: <SqlText sql={rule.sql} /> },
        ]}
      />
    </Panel>
  );
}

function versionNote({ version, newerVersion }: ShownRule): string {
  const found = `由规则第 ${version} 版发现`;
  return newerVersion === null ? found : `${found}；规则现为第 ${newerVersion} 版，这里是发现时的原文`;
}
