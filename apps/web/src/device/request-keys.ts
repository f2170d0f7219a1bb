import { newId } from './new-id.js';

/**
 * Keys of what a dialog sends: the same for the same content, so that what is sent again, because the answer was lost or a button was pressed twice,
 * is done once; another for another content, which is another act.
 */
export class RequestKeys {
  private readonly keys = new Map<string, string>();

  of(content: unknown): string {
    const text = JSON.stringify(content);
    const key = this.keys.get(text) ?? newId();
    this.keys.set(text, key);
    return key;
  }
}
