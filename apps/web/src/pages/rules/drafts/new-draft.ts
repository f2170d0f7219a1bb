import type { DraftDetail } from '@tianyan/console-app/api';
import { useLocation, useNavigate } from 'react-router';
import { z } from 'zod';

/** In the address, in the place of the id of a draft that nobody has saved yet: no such draft is kept anywhere. */
export const NEW_DRAFT = 'new';
export const NEW_DRAFT_PATH = `/rules/drafts/${NEW_DRAFT}`;

/** What a draft begins with. */
const beginningSchema = z.object({
  yaml: z.string(),
  /** Digest of the published text that it begins as; null: a new rule. */
  basedOn: z.string().nullable(),
});
type Beginning = z.output<typeof beginningSchema>;

const NOTHING: Beginning = { yaml: '', basedOn: null };

/** Opens the page on which a draft is begun; it is kept once it is saved there. */
export function useBeginDraft(): (beginning?: Beginning) => void {
  const navigate = useNavigate();
  return (beginning = NOTHING) => void navigate(NEW_DRAFT_PATH, { state: beginning });
}

/** Of an address that somebody typed: nothing. */
export function useBeginning(): Beginning {
  return beginningSchema.safeParse(useLocation().state).data ?? NOTHING;
}

/** A draft before it is saved: nothing has been written and nobody has done anything. */
export const UNSAVED: DraftDetail = {
  id: NEW_DRAFT,
  ruleId: '',
  title: '',
  state: 'draft',
  revision: 1,
  createdBy: '',
  createdAtMs: 0,
  changedBy: '',
  changedAtMs: 0,
  hasPassed: false,
  isTried: false,
  isTriedWhole: false,
  yaml: '',
  problem: null,
  standing: null,
  trial: null,
  events: [],
  mayReview: false,
};
