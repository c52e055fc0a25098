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
import { Asking, keptToWorkspace, Needs, WITHIN_WORKSPACES } from '@weir/service';
import type { Principal } from '@weir/domain';
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
  @Needs('read', WITHIN_WORKSPACES)
  @ApiOperation({ operationId: 'listPackages', summary: 'Packages with state, tags and reasons, a page at a time' })
  @ApiOkResponse({ standardSchema: packagePageSchema })
  list(
    @Query({ schema: listPackagesQuerySchema }) query: ListPackagesQuery,
    @Asking() principal: Principal,
  ): Promise<PackagePage> {
    const kept = keptToWorkspace(principal, query);
    return this.ports.lists.read((pool) => listPackages(pool, kept));
  }

  @Get(':purl')
  @Needs('read', WITHIN_WORKSPACES)
  @ApiOperation({ operationId: 'getPackage', summary: 'A package in every repository that has it' })
  @ApiParam(PURL)
  @ApiOkResponse({ standardSchema: packageDetailSchema })
  @ApiNotFoundResponse({ description: 'Being judged (ask again after Retry-After), could not be judged, or not known' })
  find(
    @Param('purl') purl: string,
    @Query({ schema: packageQuerySchema }) query: PackageQuery,
    @Asking() principal: Principal,
  ): Promise<PackageDetail> {
    return findPackage(this.finding, askedPackage(purl, 'path'), keptToWorkspace(principal, query));
  }

  @Get(':purl/decisions')
  @Needs('read', WITHIN_WORKSPACES)
  @ApiOperation({ operationId: 'listPackageDecisions', summary: 'Every decision about a package, latest first' })
  @ApiParam(PURL)
  @ApiOkResponse({ standardSchema: decisionPageSchema })
  decisions(
    @Param('purl') purl: string,
    @Query({ schema: packageDecisionsQuerySchema }) query: PackageDecisionsQuery,
    @Asking() principal: Principal,
  ): Promise<DecisionPage> {
    const kept = keptToWorkspace(principal, query);
    const { spellings: purls } = askedPackage(purl, 'path');
    return this.ports.lists.read((pool) => listDecisions({ ...this.ports, pool }, { ...kept, purls }));
  }

  /** A purl pasted as it is, with its slashes: the same answers, for people at a shell. */
  @Get('*')
  @Needs('read', WITHIN_WORKSPACES)
  @ApiExcludeEndpoint()
  unencoded(
    @Param('*') path: string,
    @Query({ schema: packageDecisionsQuerySchema }) query: PackageDecisionsQuery,
    @Asking() principal: Principal,
  ): Promise<PackageDetail | DecisionPage> {
    const purl = path.replace(/\/decisions$/, '');
    return purl === path ? this.find(purl, query, principal) : this.decisions(purl, query, principal);
  }
}
