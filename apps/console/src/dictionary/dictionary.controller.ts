import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { dictionarySchema, divisionListSchema, unitListSchema } from '../api/index.js';
import { DictionaryCases } from './dictionary-cases.js';

@ApiTags('名录与字典')
@Controller('api')
export class DictionaryController {
  constructor(@Inject(DictionaryCases) private readonly cases: DictionaryCases) {}

  @Get('divisions')
  @ApiOperation({ summary: '区划：县、乡镇、村的编码和名称' })
  @ApiResponse({ status: 200, standardSchema: divisionListSchema })
  divisions() {
    return this.cases.divisions();
  }

  @Get('units')
  @ApiOperation({ summary: '办理单位的编号和名称' })
  @ApiResponse({ status: 200, standardSchema: unitListSchema })
  units() {
    return this.cases.units();
  }

  @Get('dictionary')
  @ApiOperation({ summary: '数据字典：每种记录的字段、含义和能否查看' })
  @ApiResponse({ status: 200, standardSchema: dictionarySchema })
  dictionary() {
    return this.cases.dictionary();
  }
}
