import { RuntimeModule, type RuntimeParts } from '@tianyan/runtime';
import { WriterModule } from '@tianyan/writer-app';
import { Module, type DynamicModule } from '@nestjs/common';

/** The writer alone, beside the import of a file. */
@Module({})
export class ImportWriterModule {
  static forParts(parts: RuntimeParts): DynamicModule {
    return { module: ImportWriterModule, imports: [RuntimeModule.forRoot(parts), WriterModule] };
  }
}
