import { MAX_PERSONS_ON_DUTY, type SaveDutyRequest } from '@tianyan/console-app/api';
import { Modal, Select } from 'antd';
import { useState } from 'react';

/** Days that are given the same persons. */
export interface FilledDays {
  title: string;
  days: readonly string[];
  /** Who is on duty as it is. */
  userIds: readonly string[];
}

/** Puts persons down for a day, or for each day of a week. */
export function DutyDialog({
  filled: { title, days, userIds: before },
  members,
  isSaving,
  onSave,
  onClose,
}: {
  filled: FilledDays;
  members: readonly { id: string; displayName: string }[];
  isSaving: boolean;
  onSave: (body: SaveDutyRequest) => void;
  onClose: () => void;
}) {
  const [userIds, setUserIds] = useState<string[]>([...before]);
  return (
    <Modal
      open
      title={`${title}谁值班`}
      okText="保存"
      confirmLoading={isSaving}
      onOk={() => onSave({ days: days.map((day) => ({ day, userIds })) })}
      onCancel={onClose}
    >
      <Select
        mode="multiple"
        aria-label="值班人员"
        placeholder="不选就是没有人值班，预警发给全组"
        style={{ width: '100%' }}
        maxCount={MAX_PERSONS_ON_DUTY}
        value={userIds}
        onChange={setUserIds}
        showSearch={{ optionFilterProp: 'label' }}
        options={members.map(({ id, displayName }) => ({ value: id, label: displayName }))}
      />
      <p style={{ marginTop: 8 }}>从当天上班起，到第二天上班前，都由当天的人值班。</p>
    </Modal>
  );
}
