import { maskText } from '@tianyan/access';
import type { Edit } from '@tianyan/contracts';
import type { ShownEdit } from '../api/index.js';

/** Who edited a record, for people; null for one that is its source's own. */
export function shownEdit(edit: Edit | null | undefined): ShownEdit | null {
  if (!edit) return null;
  const { editedBy, reviewedBy, editReason, editOf } = edit;
  return { editedBy, reviewedBy, reason: maskText(editReason), quarantineId: editOf };
}
