import { importResources } from '@kitroom/contracts'
import { ok, on, type Route } from '@kitroom/http'

import type { UseCases } from '../use-cases/index.ts'
import { readInventoryFile } from './csv/inventory-file.ts'
import { resourceRoutes } from './resource-routes.ts'
import { tagRoutes } from './tag-routes.ts'
import { unitRoutes } from './unit-routes.ts'

export const routes = (inventory: UseCases): Route[] => [
  ...resourceRoutes(inventory),
  ...unitRoutes(inventory),
  ...tagRoutes(inventory),
  on(
    importResources,
    // The whole file is judged before a transaction opens: an upload may be slow, and locks must not wait for it.
    async ({ call, query, stream }) =>
      inventory.importResources(call, await readInventoryFile(stream, query)),
    (report) => ok(report),
  ),
]
