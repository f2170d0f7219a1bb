import { RefusedError } from '@tianyan/kernel';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { Request } from 'express';

/** Made by whoever sends, for one act: what comes again under it is done once, and answered as it is then. */
const HEADER = 'idempotency-key';
/** Long enough that two senders do not meet by chance, short enough for an index. */
const FORM = /^[\w-]{16,100}$/;

/** Null: the request may not be sent twice. Throws RefusedError('invalid') for a key of another form. */
export const RequestKey = createParamDecorator((_: unknown, context: ExecutionContext): string | null => {
  const given = context.switchToHttp().getRequest<Request>().get(HEADER);
  if (given === undefined) return null;
  if (!FORM.test(given)) throw new RefusedError('invalid', '提交的编号格式不对，请刷新页面后重新提交');
  return given;
});

/** What the documentation of the route says of it. */
export const TakesRequestKey = () =>
  ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description:
      '发送方为这次提交生成的编号（16 到 100 个字母、数字、_、-）；同一编号、同一内容再发送只办一次，内容不同则不受理（409）',
  });
