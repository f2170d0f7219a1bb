const MIB = 1024 * 1024;

/** One attachment: the largest that can be handed in, a video, has 200 MiB. */
export const MAX_ATTACHMENT_BYTES = 256 * MIB;
/** All attachments of one dossier: what a browser takes in one piece, and a stick carries on. They are never in memory as a whole. */
export const MAX_ATTACHMENTS_BYTES = 512 * MIB;

/** Why a file that was handed in is named in a dossier, and not contained. */
export const OMISSIONS = ['withdrawn', 'covered', 'too-large', 'missing', 'altered', 'unlike-step'] as const;
export type Omission = (typeof OMISSIONS)[number];

export const OMISSION_LABELS: Readonly<Record<Omission, string>> = {
  withdrawn: '已撤回',
  covered: '附件无法遮蔽，只列名称和校验值',
  'too-large': `一份卷宗的附件合计最多 ${MAX_ATTACHMENTS_BYTES / MIB} MB，放不下了`,
  missing: '存储里找不到',
  altered: '存储里的内容与登记时不同',
  'unlike-step': '与办理经过登记的不同',
};

interface HandedIn {
  sizeBytes: number;
  withdrawn: object | null;
  fault: 'missing' | 'altered' | 'unlike-step' | null;
}

/**
 * Which files a dossier contains, in the order given; null: it is contained. A picture cannot be covered, so a covered dossier contains none.
 * The page asks it before an export, and the export itself.
 */
export function omissionsOf<F extends HandedIn>(
  files: readonly F[],
  uncovered: boolean,
): { file: F; omission: Omission | null }[] {
  let usedBytes = 0;
  return files.map((file) => {
    const standing = file.withdrawn === null ? file.fault : 'withdrawn';
    if (standing !== null) return { file, omission: standing };
    if (!uncovered) return { file, omission: 'covered' };
    if (usedBytes + file.sizeBytes > MAX_ATTACHMENTS_BYTES) return { file, omission: 'too-large' };
    usedBytes += file.sizeBytes;
    return { file, omission: null };
  });
}
