import type { FactoryProvider, InjectionToken } from '@nestjs/common';

/**
 * Offers what a `compose…` function returned to controllers, member by member, each under its class or token.
 * @param composed under which the module provides the whole
 */
export function membersOf<T extends object>(
  composed: symbol,
  tokens: { readonly [K in keyof T]?: InjectionToken<T[K]> },
): FactoryProvider[] {
  return Object.entries<InjectionToken | undefined>(tokens).flatMap(([name, provide]) =>
    provide === undefined
      ? []
      : {
          provide,
          inject: [composed],
          useFactory: (whole: T) => whole[name as keyof T], // the keys of the tokens are members of the whole
        },
  );
}
