import { join } from 'node:path';
import type { EpochMs } from '@tianyan/kernel';
import iconv from 'iconv-lite';
import { z } from 'zod';
import { LIVE_STARTS, PAST_STARTS } from '../../options.js';
import type { SandboxWorld } from '../../sandbox.js';
import { replaceFile, StateFile } from '../../state/state-file.js';
import { Dice, STREAM } from '../../world/dice.js';
import { exportedAtMs, type LedgerKind, type LedgerRow } from '../../world/ledger.js';
import { chinaDateTime, dayNumberOf, dayText, type DayNumber } from '../../world/work-time.js';
import { contractCells, csvCells, CSV_HEADERS, FILE_KINDS, projectCells } from './rows.js';
import { CONTRACT_LAYOUT, PROJECT_LAYOUT, workbookBytes } from './sheets.js';

const stateSchema = z.object({ exportedThrough: z.number().int() });

/** Days that one file holds, and when the file is dropped. */
export interface ExportSlot {
  label: string;
  days: readonly DayNumber[];
  atMs: EpochMs;
}

/** Drops the villages' ledgers into a folder: the past year by month, then every night what was typed the day before. */
export class LedgerExporter {
  private exportedThrough: DayNumber;
  private running: Promise<void> = Promise.resolve();
  private readonly state: StateFile<z.output<typeof stateSchema>>;

  constructor(
    private readonly world: SandboxWorld,
    private readonly folder: string,
    dataFolder: string,
    /** While the office's server is down nothing is dropped; the files follow afterwards. */
    private readonly isOut: () => boolean,
  ) {
    this.state = new StateFile(join(dataFolder, 'exports.json'), stateSchema);
    this.exportedThrough = this.state.read()?.exportedThrough ?? PAST_STARTS - 1;
  }

  /** Writes all files that are due and not written yet. Calls run one after the other. */
  catchUp(nowMs: EpochMs): Promise<void> {
    const run = this.running.then(() => this.writeDue(nowMs));
    this.running = run.catch(() => undefined); // told to whoever asked; the next call tries again
    return run;
  }

  private async writeDue(nowMs: EpochMs): Promise<void> {
    for (const slot of slotsAfter(this.exportedThrough, nowMs)) {
      if (this.isOut()) return;
      this.world.ensureThrough(dayNumberOf(slot.atMs));
      const rows = slot.days.flatMap((day) => [...this.world.ledgers.ledger.rowsOf(day)]);
      for (const kind of Object.keys(FILE_KINDS) as LedgerKind[]) await this.writeKind(kind, slot, rows);
      // Afterwards: a kill in between drops some files a second time, byte by byte the same, which readers must stand anyhow.
      this.exportedThrough = slot.days.at(-1) ?? this.exportedThrough;
      this.state.save({ exportedThrough: this.exportedThrough });
    }
  }

  private async writeKind(kind: LedgerKind, slot: ExportSlot, all: readonly LedgerRow[]): Promise<void> {
    const rows = all.filter((row) => row.kind === kind);
    if (rows.length === 0) return;
    const { name, extension } = FILE_KINDS[kind];
    this.drop(`三资_${name}_${slot.label}.${extension}`, await this.bytesOf(kind, slot, rows));
    if (isDroppedTwice(this.world.seed, kind, slot)) {
      const good = rows.filter((row) => !row.malformed);
      if (good.length > 0) this.drop(`三资_${name}_${slot.label}_重传.${extension}`, await this.bytesOf(kind, slot, good));
    }
  }

  private async bytesOf(kind: LedgerKind, slot: ExportSlot, rows: readonly LedgerRow[]): Promise<Uint8Array> {
    const { county } = this.world;
    if (kind === 'contract' || kind === 'project') {
      const cells = rows.flatMap((row) =>
        row.kind === 'contract' ? [contractCells(county, row)] : row.kind === 'project' ? [projectCells(county, row)] : [],
      );
      return workbookBytes(
        kind === 'contract' ? CONTRACT_LAYOUT : PROJECT_LAYOUT,
        `导出时间：${chinaDateTime(slot.atMs)}    金额单位：万元`,
        cells,
        slot.atMs,
      );
    }
    const lines = [CSV_HEADERS[kind], ...rows.map((row) => csvCells(county, row))];
    return iconv.encode(lines.map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join(''), 'gb18030');
  }

  private drop(name: string, bytes: Uint8Array): void {
    replaceFile(join(this.folder, name), bytes);
  }
}

/** Whole months of the past first, then single nights. */
export function* slotsAfter(exportedThrough: DayNumber, nowMs: EpochMs): Generator<ExportSlot> {
  let day = exportedThrough + 1;
  while (day < LIVE_STARTS) {
    const month = dayText(day).slice(0, 7);
    const days: DayNumber[] = [];
    for (; day < LIVE_STARTS && dayText(day).startsWith(month); day++) days.push(day);
    yield { label: month.replace('-', ''), days, atMs: exportedAtMs(LIVE_STARTS - 1) };
  }
  for (; exportedAtMs(day) <= nowMs; day++)
    yield { label: dayText(day).replaceAll('-', ''), days: [day], atMs: exportedAtMs(day) };
}

/** About every twelfth file is uploaded a second time. */
export function isDroppedTwice(seed: number, kind: LedgerKind, slot: ExportSlot): boolean {
  return new Dice(seed, STREAM.junk, slot.days[0] ?? 0, Object.keys(FILE_KINDS).indexOf(kind)).chance(1 / 12);
}

function csvCell(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
