import { Modal } from 'antd';
import { Link } from 'react-router';
import type { HelpedPage } from './helped-pages.js';
import styles from './help.module.css';
import { DETAIL_TOPICS, PAGE_TOPICS, type DetailTopic, type Topic } from './topics.js';

/** One help, over the page that it is about. */
export default function HelpDialog(props: {
  of: { topic: DetailTopic } | { page: HelpedPage };
  open: boolean;
  onClose: () => void;
}) {
  const { of, open, onClose } = props;
  const { title, paragraphs }: Topic = 'page' in of ? PAGE_TOPICS[of.page] : DETAIL_TOPICS[of.topic];
  return (
    <Modal open={open} onCancel={onClose} footer={null} title={title} destroyOnHidden>
      <div className={styles['text']}>
        {paragraphs.map((paragraph) => (
          <p key={paragraph}>{paragraph}</p>
        ))}
        <p>
          <Link to="/help">全部帮助</Link>
        </p>
      </div>
    </Modal>
  );
}
