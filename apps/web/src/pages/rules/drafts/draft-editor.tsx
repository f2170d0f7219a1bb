import { UploadOutlined } from '@ant-design/icons';
import { Button, Input, Upload } from 'antd';
import styles from './draft.module.css';

/** The whole text of a rule, typed or from a file. */
export function DraftEditor({
  text,
  onTextChange,
  isLocked = false,
}: {
  text: string;
  onTextChange: (text: string) => void;
  isLocked?: boolean;
}) {
  return (
    <div className={styles['field']}>
      <label htmlFor="draft-text">规则全文（YAML，写法见规则指南）</label>
      <Input.TextArea
        id="draft-text"
        className={styles['text'] ?? ''}
        rows={18}
        spellCheck={false}
        readOnly={isLocked}
        value={text}
        onChange={(event) => onTextChange(event.target.value)}
      />
      {isLocked ? null : (
        <Upload
          accept=".yaml,.yml"
          showUploadList={false}
          beforeUpload={(file) => {
            void file.text().then(onTextChange);
            return false;
          }}
        >
          <Button size="small" icon={<UploadOutlined aria-hidden="true" />}>
            从文件读入
          </Button>
        </Upload>
      )}
    </div>
  );
}
