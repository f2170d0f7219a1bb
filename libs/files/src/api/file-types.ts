const MIB = 1024 * 1024;

/** What a file can be, by its content. Anything else is refused: it might run where it is opened. */
export const FILE_TYPES = ['png', 'jpeg', 'webp', 'heic', 'pdf', 'docx', 'xlsx', 'mp3', 'm4a', 'amr', 'mp4'] as const;
export type FileType = (typeof FILE_TYPES)[number];

interface TypeRule {
  label: string;
  /** As it is sent: never by what the client claimed. */
  mediaType: string;
  /** Endings of names that say so; the first is given to a name without any. */
  endings: readonly [string, ...string[]];
  maxBytes: number;
}

const OFFICE = 'application/vnd.openxmlformats-officedocument';
/** A photo of a telephone has up to 25 MiB. */
const MAX_PICTURE_BYTES = 30 * MIB;
/** A scanned file of a few hundred pages. */
const MAX_DOCUMENT_BYTES = 50 * MIB;
/** A talk of two hours. */
const MAX_SOUND_BYTES = 100 * MIB;
/** Some minutes of a telephone's video; a longer one belongs into the archive of the case. */
const MAX_VIDEO_BYTES = 200 * MIB;

export const FILE_TYPE_RULES: Readonly<Record<FileType, TypeRule>> = {
  png: { label: '图片（PNG）', mediaType: 'image/png', endings: ['png'], maxBytes: MAX_PICTURE_BYTES },
  jpeg: { label: '图片（JPEG）', mediaType: 'image/jpeg', endings: ['jpg', 'jpeg'], maxBytes: MAX_PICTURE_BYTES },
  webp: { label: '图片（WebP）', mediaType: 'image/webp', endings: ['webp'], maxBytes: MAX_PICTURE_BYTES },
  heic: { label: '图片（HEIC）', mediaType: 'image/heic', endings: ['heic', 'heif'], maxBytes: MAX_PICTURE_BYTES },
  pdf: { label: 'PDF', mediaType: 'application/pdf', endings: ['pdf'], maxBytes: MAX_DOCUMENT_BYTES },
  docx: {
    label: 'Word 文档',
    mediaType: `${OFFICE}.wordprocessingml.document`,
    endings: ['docx'],
    maxBytes: MAX_DOCUMENT_BYTES,
  },
  xlsx: { label: 'Excel 表格', mediaType: `${OFFICE}.spreadsheetml.sheet`, endings: ['xlsx'], maxBytes: MAX_DOCUMENT_BYTES },
  mp3: { label: '录音（MP3）', mediaType: 'audio/mpeg', endings: ['mp3'], maxBytes: MAX_SOUND_BYTES },
  m4a: { label: '录音（M4A）', mediaType: 'audio/mp4', endings: ['m4a'], maxBytes: MAX_SOUND_BYTES },
  amr: { label: '录音（AMR）', mediaType: 'audio/amr', endings: ['amr'], maxBytes: MAX_SOUND_BYTES },
  // Recorders of telephones write sound alone into the same kind of file.
  mp4: { label: '视频（MP4）', mediaType: 'video/mp4', endings: ['mp4', 'm4v', 'm4a'], maxBytes: MAX_VIDEO_BYTES },
};

/** Largest of any kind. */
export const MAX_FILE_BYTES = MAX_VIDEO_BYTES;
/** Longest name, its ending included: file systems take 255 bytes, and a Chinese character has three. */
export const MAX_FILE_NAME_CHARS = 80;
/** Files of one subject, withdrawn ones included: more is an archive, and nobody finds anything in it. */
export const MAX_SUBJECT_FILES = 200;
/** Of one subject together. */
export const MAX_SUBJECT_BYTES = 2_048 * MIB;
/** What one person may hand in within a day: an account in wrong hands must not fill the disk. */
export const MAX_DAY_FILES = 300;
export const MAX_DAY_BYTES = 4_096 * MIB;

/** For a file dialog, and for whoever asks what is taken. */
export const ACCEPTED_ENDINGS: readonly string[] = [...new Set(FILE_TYPES.flatMap((type) => FILE_TYPE_RULES[type].endings))];
export const ACCEPTED_WORDS =
  '图片（PNG、JPEG、WebP、HEIC）、PDF、Word（docx）、Excel（xlsx）、录音（MP3、M4A、AMR）、视频（MP4）';

/** `2.4 MB` and the like, for people. */
export function sizeText(bytes: number): string {
  if (bytes < MIB) return `${Math.max(1, Math.round(bytes / 1024))} KB`;
  return `${(bytes / MIB).toFixed(bytes < 10 * MIB ? 1 : 0)} MB`;
}
