import { ConnectorModule, type LoadedSource } from '@tianyan/connector-app';
import { jobsOnPostgres, RuntimeModule, type RuntimeParts } from '@tianyan/runtime';
import { WriterModule } from '@tianyan/writer-app';
import { Module, type DynamicModule } from '@nestjs/common';

export interface AppOptions {
  parts: RuntimeParts;
  postgresUrl: string;
  sources: readonly LoadedSource[];
  digestKey: string;
}

/** All modules of the product in one process, in the order in which a record passes them. */
@Module({})
export class AppModule {
  static forRoot(options: AppOptions): DynamicModule {
    return {
      module: AppModule,
      imports: [
        RuntimeModule.forRoot(options.parts),
        jobsOnPostgres(options.postgresUrl),
        ConnectorModule.forRoot({ sources: options.sources, digestKey: options.digestKey }),
        WriterModule,
      ],
    };
  }
}
