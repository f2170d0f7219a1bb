import type { FieldValues } from '@tianyan/contracts';

/** Of an order about water that has stopped, handled and closed. */
export function waterComplaint(orderId: string, more: FieldValues = {}): FieldValues {
  return {
    orderId,
    title: '停水',
    content: '停水三天',
    channel: '电话',
    category: 'complaint',
    matter: 'water',
    confidential: false,
    urgency: 'normal',
    status: 'done',
    ...more,
  };
}
