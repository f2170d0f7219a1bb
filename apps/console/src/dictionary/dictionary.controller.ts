import { Controller, Get, Inject } from '@nestjs/common';
import { ApiResponse, ApiTags } from '@nestjs/swagger';
import { dictionarySchema, divisionListSchema, unitListSchema } from '../api/index.js';
import { DictionaryCases } from './dictionary-cases.js';

@ApiTags('名录与字典')
@Controller('api')
export class DictionaryController {
  constructor(@Inject(DictionaryCases) private readonly cases: DictionaryCases) {}

  @Get('divisions')
  @ApiResponse({ status: 200, standardSchema: divisionListSchema })
  divisions() {
    return this.cases.divisions();
  }

  @Get('units')
  @ApiResponse({ status: 200, standardSchema: unitListSchema })
  units() {
    return this.cases.units();
  }

  @Get('dictionary')
  @ApiResponse({ status: 200, standardSchema: dictionarySchema })
  dictionary() {
    return this.cases.dictionary();
  }
}
