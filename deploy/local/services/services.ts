import { SERVICES } from '@kitroom/contracts'

import { ROOMIER_HEAP, SMALL_HEAP } from '../processes/heaps.ts'

/** The services that keep data: each has a schema and migrations. */
export const STORES = SERVICES
export type Store = (typeof STORES)[number]

/** Every process we deploy. */
export const APPS = ['gateway', ...STORES] as const
export type App = (typeof APPS)[number]

/** V8's flags of an app: those through which every rush goes have more memory than the others. */
export const heapOf = (app: App): readonly string[] =>
  app === 'gateway' || app === 'booking' ? ROOMIER_HEAP : SMALL_HEAP

/** Where an app's folder is. */
export const folderOf = (app: App) => `${import.meta.dirname}/../../../services/${app}`
