import { SERVICES } from '@kitroom/contracts'

/** The services that keep data: each has a schema and migrations. */
export const STORES = SERVICES
export type Store = (typeof STORES)[number]

/** Every process we deploy. */
export const APPS = ['gateway', ...STORES] as const
export type App = (typeof APPS)[number]

/** Those through which every rush goes, and which so have more memory than the others. */
export const ROOMIER: readonly App[] = ['gateway', 'booking']

/** Where an app's folder is. */
export const folderOf = (app: App) => `${import.meta.dirname}/../../../services/${app}`
