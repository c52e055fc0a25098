import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import {
  ApiExcludeEndpoint,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import {
  decisionPageSchema,
  listPackagesQuerySchema,
  packageDecisionsQuerySchema,
  packageDetailSchema,
  packagePageSchema,
  packageQuerySchema,
  type DecisionPage,
  type ListPackagesQuery,
  type PackageDecisionsQuery,
  type PackageDetail,
  type PackagePage,
  type PackageQuery,
} from '@weir/contracts';
import { Needs } from '@weir/service';
import { API_PORTS, type ApiPorts } from '../api-ports.js';
import { listDecisions } from '../decisions/list-decisions.js';
import { findAccepted } from '../accepted/find-accepted.js';
import { lookUpPackages } from '../verdict/look-up-packages.js';
import { askedPackage } from './asked-package.js';
import { findPackage, type FindPackagePorts } from './find-package.js';
import { listPackages } from './list-packages.js';

const PURL = {
  name: 'purl',
  description: 'Package URL with a version, percent-encoded',
  example: 'pkg%3Anpm%2Flodash%404.17.20',
};

@ApiTags('packages')
@Controller('v1/packages')
export class PackageViewController {
  private readonly finding: FindPackagePorts;

  constructor(@Inject(API_PORTS) private readonly ports: ApiPorts) {
    this.finding = {
      ...ports,
      lookUp: lookUpPackages(ports.verdicts),
      findAccepted: findAccepted({ ...ports, pool: ports.verdicts }),
    };
  }

  @Get()
  @Needs('read')
  @ApiOperation({ operationId: 'listPackages', summary: 'Packages with state, tags and reasons, a page at a time' })
  @ApiOkResponse({ standardSchema: packagePageSchema })
  list(@Query({ schema: listPackagesQuerySchema }) query: ListPackagesQuery): Promise<PackagePage> {
    return this.ports.lists.read((pool) => listPackages(pool, query));
  }

  @Get(':purl')
  @Needs('read')
  @ApiOperation({ operationId: 'getPackage', summary: 'A package in every repository that has it' })
  @ApiParam(PURL)
  @ApiOkResponse({ standardSchema: packageDetailSchema })
  @ApiNotFoundResponse({ description: 'Being judged (ask again after Retry-After), could not be judged, or not known' })
  find(
    @Param('purl') purl: string,
    @Query({ schema: packageQuerySchema }) query: PackageQuery,
  ): Promise<PackageDetail> {
    return findPackage(this.finding, askedPackage(purl, 'path'), query);
  }

  @Get(':purl/decisions')
  @Needs('read')
  @ApiOperation({ operationId: 'listPackageDecisions', summary: 'Every decision about a package, latest first' })
  @ApiParam(PURL)
  @ApiOkResponse({ standardSchema: decisionPageSchema })
  decisions(
    @Param('purl') purl: string,
    @Query({ schema: packageDecisionsQuerySchema }) query: PackageDecisionsQuery,
  ): Promise<DecisionPage> {
    const { spellings: purls } = askedPackage(purl, 'path');
    return this.ports.lists.read((pool) => listDecisions(pool, { ...query, purls }));
  }

  /** A purl pasted as it is, with its slashes: the same answers, for people at a shell. */
  @Get('*')
  @Needs('read')
  @ApiExcludeEndpoint()
  unencoded(
    @Param('*') path: string,
    @Query({ schema: packageDecisionsQuerySchema }) query: PackageDecisionsQuery,
  ): Promise<PackageDetail | DecisionPage> {
    const purl = path.replace(/\/decisions$/, '');
    return purl === path ? this.find(purl, query) : this.decisions(purl, query);
  }
}
