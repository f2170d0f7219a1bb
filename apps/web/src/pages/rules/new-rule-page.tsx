import { ArrowLeftOutlined } from '@ant-design/icons';
import Button from 'antd/es/button';
import { useState } from 'react';
import { Link } from 'react-router';
import { useIsAdministrator } from '../../app/session.js';
import { PageHeading } from '../../parts/page-heading.js';
import { RuleForm } from './form/index.js';
import { PublishDialog } from './publish-dialog.js';
import styles from './rule-page.module.css';

/** A new rule, written in the form; it is tried and published as any text is. */
export default function NewRulePage() {
  const [text, setText] = useState('');
  const [draft, setDraft] = useState<string | null>(null);
  const isAdministrator = useIsAdministrator();
  return (
    <>
      <Link to="/rules" className={styles['back']}>
        <ArrowLeftOutlined aria-hidden="true" /> 返回规则
      </Link>
      <PageHeading
        title="新建规则"
        lead="填表单，不用写代码；旁边是它的意思和全文。没有保存到平台上：离开本页前请发布，或把全文复制下来。"
        extra={
          isAdministrator ? (
            <Button type="primary" disabled={text.trim() === ''} onClick={() => setDraft(text)}>
              试一试、发布
            </Button>
          ) : null
        }
      />
      <RuleForm text={text} onTextChange={setText} />
      <PublishDialog yaml={draft} onClose={() => setDraft(null)} />
    </>
  );
}
