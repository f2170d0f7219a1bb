import { RefusedError } from '@tianyan/kernel';
import { StandardSchemaValidationPipe, type ArgumentMetadata } from '@nestjs/common';
import { HttpProblem } from './problem.js';

/**
 * Checks every body, query and parameter that names a schema; the first mistake is told, with its field. Before that, all
 * text in it is one that the stores can hold: PostgreSQL refuses NUL, and half a character is no text.
 */
class ValidationPipe extends StandardSchemaValidationPipe {
  override async transform<T>(value: T, metadata: ArgumentMetadata): Promise<T> {
    if (metadata.type !== 'custom' && !isStorable(value))
      throw new HttpProblem(400, { code: 'invalid', message: '内容中含有无法保存的字符，请删除后再提交' });
    return super.transform(value, metadata);
  }
}

export const validationPipe = new ValidationPipe({
  exceptionFactory: (issues) => {
    const issue = issues[0];
    if (!issue) return new RefusedError('invalid', '请求内容有误');
    const field = (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
    // Messages of the schemas' own are Chinese; zod's built-in ones are not meant for people.
    const message = /\p{Script=Han}/u.test(issue.message) ? issue.message : `${field === '' ? '请求内容' : `“${field}”`}填写有误`;
    return new HttpProblem(400, { code: 'invalid', message, ...(field === '' ? {} : { field }) });
  },
});

/** Follows the value by recursion: bodies are not nested deeper than `MAX_BODY_DEPTH`. */
function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return !value.includes('\0') && value.isWellFormed();
  if (Array.isArray(value)) return value.every(isStorable);
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, item]) => isStorable(key) && isStorable(item));
}
