import { z } from 'zod';
import { asItem, itemNote, sectionNote } from '../item-note.js';
import { EMPTY_WORDS } from './cells.js';
import { conditionSchema, path } from './condition.js';
import { valueSchema } from './value-spec.js';

const deleteSchema = z
  .strictObject({
    when: asItem(
      conditionSchema,
      itemNote('这一行在什么条件下表示“记录已删除”；写法见“条件”', { from: '办件状态', is: '已作废' }),
    ),
    at: valueSchema.optional().meta(itemNote('何时删除的；不写则用记录的 `at`', '作废时间')),
  })
  .meta(
    sectionNote('mapping-delete', '删除（delete）', '来源用一行数据说明记录没有了。不写，则这一行总是记录本身。', {
      when: { from: '办件状态', is: '已作废' },
      at: '作废时间',
    }),
  );

export const recordSchema = z
  .strictObject({
    type: z.string().min(1).meta(itemNote('成为哪一类记录，见“记录类型和字段”', 'hotline.order')),
    when: conditionSchema
      .optional()
      .meta(itemNote('符合条件的行才成为这一类记录；不写则每行都是', { from: '办结时间', present: true })),
    each: path
      .optional()
      .meta(
        itemNote(
          '行里一个数组的路径：数组的每一项成为一条记录，此后的列名在这一项里找，外层的列在名称前加 `^`。用于 JSON',
          'steps',
        ),
      ),
    evidence: z
      .array(path)
      .min(1)
      .optional()
      .meta(
        itemNote('作为这条记录原文留存的列；不写则留整行。同一条记录在许多行里重复时写上，重复的才认得出来', [
          '工单编号',
          '诉求主题',
          '受理时间',
        ]),
      ),
    id: asItem(
      valueSchema,
      itemNote(
        '记录编号，同一类记录里不重复；同一编号再来就是这条记录的更新。编号全是数字的列请在来源文件中设为“文本”格式',
        '工单编号',
      ),
    ),
    version: valueSchema.optional().meta(
      itemNote('版本，整数，大的为准。不写则为 0：内容不同的，后到的为准；内容相同的算重复', {
        from: '更新时间戳',
        as: 'integer',
      }),
    ),
    at: asItem(valueSchema, itemNote('发生时间：业务上的时间，不是导出或收到的时间。空的、读不出的使这一行进隔离区', '受理时间')),
    delete: deleteSchema
      .optional()
      .meta(itemNote('怎样看出记录已删除', { when: { from: '办件状态', is: '已作废' }, at: '作废时间' })),
    fields: z
      .record(z.string(), valueSchema)
      .meta(
        itemNote('字段名 → 取值。必填的字段都要写，见“记录类型和字段”', { orderId: '工单编号', confidential: { value: false } }),
      ),
  })
  .meta(
    sectionNote(
      'mapping-record',
      '记录（records 的一项）',
      '一行可以成为几条记录，各写一项。哪一项的条件都不符合的行进隔离区，不会悄悄丢掉。',
      {
        type: 'hotline.order-event',
        when: { from: '办结时间', present: true },
        id: { join: ['工单编号', { value: 'completed' }], with: '-' },
        at: '办结时间',
        fields: { orderId: '工单编号', unitId: '办理单位', action: { value: 'completed' } },
      },
    ),
  );
export type RecordMapping = z.infer<typeof recordSchema>;

/** Not needed for rows that come as JSON. */
export const fileSchema = z
  .strictObject({
    encoding: z
      .enum(['auto', 'utf-8', 'gb18030'])
      .default('auto')
      .meta(itemNote('CSV 的编码', 'gb18030', { auto: '自动辨认', 'utf-8': 'UTF-8', gb18030: 'GB18030（含 GBK、GB2312）' })),
    delimiter: z.string().length(1).default(',').meta(itemNote('CSV 的分隔符，一个字符；制表符写成 "\\t"', ';')),
    sheet: z.string().optional().meta(itemNote('XLSX 的工作表名；不写则读第一张', '2026年合同')),
    header: z
      .array(z.string().min(1))
      .min(1)
      .meta(itemNote('表头里一定有的几个列名，用来在标题行下面找到表头；不必写全', ['工单编号', '受理时间'])),
    headerRows: z
      .int()
      .min(1)
      .max(4)
      .default(1)
      .meta(
        itemNote('表头占几行。几行叠起来的，以最下面有字的那一格为列名；没有名字的列叫“第 3 列”，重名的第二个叫“金额（2）”', 2),
      ),
  })
  .meta(
    sectionNote('mapping-file', '文件怎么读（file）', '读 CSV、XLSX 时必须写；JSON 接口和推送不用。', {
      header: ['工单编号', '受理时间'],
      headerRows: 1,
    }),
  );
export type FileFormat = z.infer<typeof fileSchema>;

export const mappingSchema = z
  .strictObject({
    mapping: z
      .string()
      .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, '名称只能用小写字母、数字和连字符')
      .meta(
        itemNote(
          '映射的名称：小写字母、数字、连字符。命令行导入时，数据源就叫 `import-` 加这个名称，定了不要再改',
          'sample-orders',
        ),
      ),
    label: z.string().min(1).meta(itemNote('给人看的名称', '示例工单')),
    description: z.string().optional().meta(itemNote('说明，给以后改映射的人看', '由热线平台“工单导出”功能生成')),
    zone: z.string().default('Asia/Shanghai').meta(itemNote('来源的时间没有写时区时，按哪个时区（IANA 名称）', 'Asia/Shanghai')),
    dates: z
      .array(z.string().min(1))
      .min(1)
      .default(['yyyy-M-d H:mm:ss', 'yyyy/M/d H:mm:ss', 'yyyy-M-d', 'yyyy/M/d', 'iso'])
      .meta(itemNote('日期时间的写法，依次试；写了就代替默认的。写法见“时间、日期和先后”', ['yyyy-MM-dd HH:mm', 'yyyy年M月d日'])),
    empty: z
      .array(z.string().min(1))
      .optional()
      .meta(
        itemNote(`表示“没有内容”的文字（空值词），写了就代替默认的：${EMPTY_WORDS.map((word) => `\`${word}\``).join(' ')}`, [
          '未填',
          '-',
        ]),
      ),
    file: fileSchema.optional().meta(itemNote('文件怎么读；CSV、XLSX 必须写', { header: ['工单编号', '受理时间'] })),
    skip: conditionSchema
      .optional()
      .meta(itemNote('不是数据的行：合计、说明。跳过，不进隔离区', { from: '工单编号', startsWith: '合计' })),
    // Any other column without a field is closed until somebody gives a reason; personal data is looked for in these too.
    public: z
      .array(path)
      .min(1)
      .max(500)
      .optional()
      .meta(
        itemNote(
          '没有对应字段、又没有个人信息的列，写在这里人人可看（其中的号码仍会遮蔽）；别的未登记的列显示“（未登记的列，已遮蔽）”',
          ['版面', '来源批次'],
        ),
      ),
    records: z
      .array(recordSchema)
      .min(1)
      .meta(
        itemNote('一行成为哪些记录，见“记录”', [
          {
            type: 'directory.unit',
            id: '编码',
            at: '更新时间',
            fields: { unitId: '编码', name: '名称', kind: { value: 'department' } },
          },
        ]),
      ),
  })
  .meta(
    sectionNote('mapping', '最外层', '一种表格或一个接口写一个映射：哪一列是什么。', {
      mapping: 'permits',
      label: '许可办件',
      file: { header: ['办件编号', '受理时间'] },
      skip: { from: '办件编号', startsWith: '合计' },
      records: [
        {
          type: 'hotline.order-event',
          id: { join: ['办件编号', { value: 'accepted' }], with: '-' },
          at: '受理时间',
          fields: { orderId: '办件编号', unitId: '承办单位', action: { value: 'accepted' } },
        },
      ],
    }),
  );
export type MappingDocument = z.output<typeof mappingSchema>;
