import { CreateReadModels1795326600000 } from './migrations/202611220550-create-read-models.js';
import { ShortenReadModelIndexes1795695000000 } from './migrations/202611261210-shorten-read-model-indexes.js';
import { BundleReadModelDetails1795789200000 } from './migrations/202611271420-bundle-read-model-details.js';
import { VacuumEffectViewsWhenTheyChange1795832280000 } from './migrations/202611280218-vacuum-effect-views-when-they-change.js';
import { IndexPackagesByFoldedPurl1796072700000 } from './migrations/202611302105-index-packages-by-folded-purl.js';
import { CreateAccepted1796074800000 } from './migrations/202611302140-create-accepted.js';
import { NameTheTopicOfAccepted1796077320000 } from './migrations/202611302222-name-the-topic-of-accepted.js';
import { FindOldViews1796096100000 } from './migrations/202612010335-find-old-views.js';

/** Creates schema `api`: the read models of packages, decisions and effects, and how far they follow the log. */
export const apiMigrations = [
  CreateReadModels1795326600000,
  ShortenReadModelIndexes1795695000000,
  BundleReadModelDetails1795789200000,
  VacuumEffectViewsWhenTheyChange1795832280000,
  IndexPackagesByFoldedPurl1796072700000,
  CreateAccepted1796074800000,
  NameTheTopicOfAccepted1796077320000,
  FindOldViews1796096100000,
];
