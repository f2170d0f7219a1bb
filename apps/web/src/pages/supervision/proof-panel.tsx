import { useQueryClient } from '@tanstack/react-query';
import type { ProofFiles, ProofKind } from '@tianyan/console-app/api';
import { keys } from '../../api/keys.js';
import { FileList, FilesPanel } from '../../parts/files/files-panel.js';

export interface ProofPlace {
  kind: ProofKind;
  id: string;
  /** The commission's people and liaisons ask apart. */
  side: 'proofs' | 'assignments';
  /** In whose place files are handed in (代理); missing: in the own name. */
  forId?: string | undefined;
}

/** Files by which a unit proves what it answered or reported, and the commission's people what they have seen. */
export function ProofPanel({ of, proof, title = '佐证附件' }: { of: ProofPlace; proof: ProofFiles; title?: string }) {
  const place = useProofPlace(of);
  return <FilesPanel title={title} place={place} files={proof.files} mayAttach={proof.mayAttach} />;
}

/** The same, of one among several. */
export function ProofList({ of, proof }: { of: ProofPlace; proof: ProofFiles }) {
  return <FileList place={useProofPlace(of)} files={proof.files} mayAttach={proof.mayAttach} />;
}

function useProofPlace({ kind, id, side, forId }: ProofPlace) {
  const client = useQueryClient();
  return {
    path: `/${side}/${kind}/${encodeURIComponent(id)}`,
    forId,
    changed: () => client.invalidateQueries({ queryKey: keys.supervision }),
  };
}
