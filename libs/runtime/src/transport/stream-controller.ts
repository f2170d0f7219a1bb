import { applyDecorators, Catch, Controller, type RpcExceptionFilter, UseFilters } from '@nestjs/common';
import { type Observable, throwError } from 'rxjs';

/** Lets a handler's error through as it is; Nest's default would replace it by "Internal server error". */
@Catch()
export class StreamErrorFilter implements RpcExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}

/** A controller whose `@EventPattern` handlers get batches from a {@link StreamTransport}. */
export function StreamController(): ClassDecorator {
  return applyDecorators(Controller(), UseFilters(StreamErrorFilter));
}
