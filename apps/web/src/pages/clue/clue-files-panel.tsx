import { useQueryClient } from '@tanstack/react-query';
import { clueDetailSchema, type ClueDetail } from '@tianyan/console-app/api';
import { keys } from '../../api/keys.js';
import { FilesPanel } from '../../parts/files/files-panel.js';

/** What belongs to the clue on paper, in pictures and in sound. */
export function ClueFilesPanel({ clue: { id, files, mayAttach } }: { clue: ClueDetail }) {
  const client = useQueryClient();
  const place = {
    path: `/clues/${encodeURIComponent(id)}`,
    changed: async (answer: unknown) => {
      client.setQueryData(keys.clue(id), clueDetailSchema.parse(answer));
      await client.invalidateQueries({ queryKey: keys.clues });
    },
  };
  return <FilesPanel place={place} files={files} mayAttach={mayAttach} />;
}
