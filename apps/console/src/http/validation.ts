import { RefusedError } from '@tianyan/kernel';
import { StandardSchemaValidationPipe } from '@nestjs/common';
import { HttpProblem } from './problem.js';

/** Checks every body, query and parameter that names a schema; the first mistake is told, with its field. */
export const validationPipe = new StandardSchemaValidationPipe({
  exceptionFactory: (issues) => {
    const issue = issues[0];
    if (!issue) return new RefusedError('invalid', '请求内容有误');
    const field = (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
    // Messages of the schemas' own are Chinese; zod's built-in ones are not meant for people.
    const message = /\p{Script=Han}/u.test(issue.message) ? issue.message : `${field === '' ? '请求内容' : `“${field}”`}填写有误`;
    return new HttpProblem(400, { code: 'invalid', message, ...(field === '' ? {} : { field }) });
  },
});
