import { Module, type DynamicModule, type Type } from '@nestjs/common';

/** What one process is composed of. */
@Module({})
export class ProcessModule {
  static of(imports: (DynamicModule | Type)[]): DynamicModule {
    return { module: ProcessModule, imports };
  }
}
