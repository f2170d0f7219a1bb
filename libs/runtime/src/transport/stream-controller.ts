import { applyDecorators, Catch, Controller, type RpcExceptionFilter, UseFilters } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
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

/**
 * `@EventPattern` with the types it lacks: the method gets the batches of these topics (or patterns such as `records.*`)
 * from the transport of that id.
 */
export function OnBatch(topics: string | readonly string[], transportId: symbol): MethodDecorator {
  return EventPattern<string | readonly string[]>(topics, transportId);
}
