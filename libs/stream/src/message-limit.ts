import { PoisonedError } from '@tianyan/kernel';

/** A larger message is refused: it would have to be held in memory several times over by producer, server and consumer. */
export const MAX_MESSAGE_BYTES = 32 * 1024 * 1024;

/** Whoever publishes learns that this message can never be stored. */
export function tooLarge(length: number): PoisonedError {
  const limitMb = MAX_MESSAGE_BYTES / 1024 / 1024;
  return new PoisonedError(
    `message of ${length} characters exceeds ${MAX_MESSAGE_BYTES}`,
    `单条记录超过 ${limitMb} MB，请拆分后重新报送`,
  );
}
