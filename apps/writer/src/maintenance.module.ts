import { BullModule } from '@nestjs/bullmq';
import { Module } from '@nestjs/common';
import { Maintenance, MAINTENANCE_QUEUE, MaintenanceSchedule } from './maintenance.js';
import { WriterModule } from './writer.module.js';

/** Upkeep of stream and warehouse, by whichever writer takes the job. BullMQ must be set up by the process. */
@Module({
  imports: [BullModule.registerQueue({ name: MAINTENANCE_QUEUE }), WriterModule],
  providers: [Maintenance, MaintenanceSchedule],
})
export class MaintenanceModule {}
